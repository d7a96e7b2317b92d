/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/scratch.h"
#include "support/cmocka.h"
#include "support/key_forge.h"
#include "support/licence_forge.h"

#include <entitle/keyring.h>
#include <entitle/licence.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void
check_key(const char *name, const char *id, const char *pem, bool is_usable)
{
    entitle_licence_keys *keys = NULL;
    entitle_error error = { .message = "" };

    assert_int_equal(entitle_licence_keys_new(NULL, &keys, NULL), ENTITLE_OK);
    entitle_status status =
        entitle_licence_keys_add(keys, id, pem, strlen(pem), &error);
    if (status != (is_usable ? ENTITLE_OK : ENTITLE_KEYS_UNUSABLE)) {
        fail_msg("%s: %s: %s", name, entitle_status_name(status), error.message);
    }
    assert_int_equal(entitle_licence_keys_count(keys), is_usable ? 1 : 0);
    if (!is_usable) {
        assert_true(error.message[0] != '\0' && error.hint[0] != '\0');
        /* AWS's portal has no key for a seller's own licences. */
        assert_null(strstr(error.hint, "Management Portal"));
    }
    entitle_licence_keys_free(keys);
}

static void
check_forged(const char *name, EVP_PKEY *pkey, forge_form form, bool is_usable)
{
    char *pem = forge_pem(pkey, form);

    check_key(name, "example", pem, is_usable);
    free(pem);
}

static void
keys_of_the_right_kind_are_held(void **state)
{
    EVP_PKEY *even = forge_public_only(2048, "65536");
    EVP_PKEY *small = forge_public_only(2048, "3");
    EVP_PKEY *short_by_one = forge_public_only(2047, "65537");
    EVP_PKEY *longest = forge_public_only(8192, "65537");
    EVP_PKEY *longer = forge_public_only(8193, "65537");
    EVP_PKEY *p384 = licence_forge_key("P-384");
    EVP_PKEY *secp256k1 = licence_forge_key("secp256k1");

    (void)state;
    check_forged("P-256", forge_pkey(FORGE_KEY_EC), FORGE_SPKI, true);
    check_forged("P-384", p384, FORGE_SPKI, false);
    check_forged("secp256k1", secp256k1, FORGE_SPKI, false);
    check_forged("P-256 private", forge_pkey(FORGE_KEY_EC), FORGE_PRIVATE_PKCS8, false);
    check_forged("Ed25519", forge_pkey(FORGE_KEY_ED25519), FORGE_SPKI, false);
    check_forged("RSA-2048", forge_pkey(FORGE_KEY), FORGE_SPKI, true);
    check_forged("RSA PKCS#1", forge_pkey(FORGE_KEY), FORGE_PKCS1, false);
    check_forged("RSA private", forge_pkey(FORGE_KEY), FORGE_PRIVATE_PKCS8, false);
    check_forged("RSA certificate", forge_pkey(FORGE_KEY), FORGE_CERTIFICATE, false);
    check_forged("RSA-2047", short_by_one, FORGE_SPKI, false);
    check_forged("RSA-8192", longest, FORGE_SPKI, true);
    check_forged("RSA-8193", longer, FORGE_SPKI, false);
    check_forged("RSA for PSS only", forge_pkey(FORGE_KEY_PSS), FORGE_SPKI, false);
    check_forged("of a sandbox", forge_pkey(FORGE_KEY_SANDBOX), FORGE_SPKI, false);
    check_forged("even exponent", even, FORGE_SPKI, false);
    check_forged("small exponent", small, FORGE_SPKI, false);
    EVP_PKEY_free(even);
    EVP_PKEY_free(small);
    EVP_PKEY_free(short_by_one);
    EVP_PKEY_free(longest);
    EVP_PKEY_free(longer);
    EVP_PKEY_free(p384);
    EVP_PKEY_free(secp256k1);
}

static const struct {
    const char *id;
    bool is_usable;
} ids[] = {
    { "a", true },
    { "A-1_b.c", true },
    { "", false },
    { "1", false },
    { "007", false },
    { "1a", true },
    { ".hidden", false },
    { "-option", false },
    { "a/b", false },
    { "a b", false },
    { "\xc3\xa4", false },
    { "sixty-four-characters-are-the-most-that-the-id-of-a-key-may-have", true },
    { "sixty-five-characters-are-one-more-than-the-id-of-a-key-may-have-", false },
};

static void
ids_are_words_and_no_numbers(void **state)
{
    char *pem = forge_pem(forge_pkey(FORGE_KEY_EC), FORGE_SPKI);

    (void)state;
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        check_key(ids[i].id, ids[i].id, pem, ids[i].is_usable);
    }
    free(pem);
}

static void
text_around_a_key_is_refused(void **state)
{
    char *pem = forge_pem(forge_pkey(FORGE_KEY_EC), FORGE_SPKI);
    char twice[4096];
    char cut[4096];

    (void)state;
    (void)snprintf(twice, sizeof(twice), "%s%s", pem, pem);
    (void)snprintf(cut, sizeof(cut), "%.*s", (int)strlen(pem) - 30, pem);
    check_key("alone", "example", pem, true);
    check_key("twice", "example", twice, false);
    check_key("cut", "example", cut, false);
    check_key("nothing", "example", "", false);
    free(pem);
}

static void
id_can_be_held_once(void **state)
{
    char *pem = forge_pem(forge_pkey(FORGE_KEY_EC), FORGE_SPKI);
    entitle_licence_keys *keys = NULL;

    (void)state;
    assert_int_equal(entitle_licence_keys_new(NULL, &keys, NULL), ENTITLE_OK);
    assert_int_equal(
        entitle_licence_keys_add(keys, "a", pem, strlen(pem), NULL), ENTITLE_OK);
    assert_int_equal(
        entitle_licence_keys_add(keys, "a", pem, strlen(pem), NULL),
        ENTITLE_KEYS_UNUSABLE);
    assert_int_equal(
        entitle_licence_keys_add(keys, "b", pem, strlen(pem), NULL), ENTITLE_OK);
    entitle_licence_keys_free(keys);
    free(pem);
}

static entitle_status
add_folder(const scratch *folder, size_t *count, entitle_error *error)
{
    entitle_licence_keys *keys = NULL;

    assert_int_equal(entitle_licence_keys_new(NULL, &keys, NULL), ENTITLE_OK);
    entitle_status status =
        entitle_licence_keys_add_directory(keys, folder->path, error);
    *count = entitle_licence_keys_count(keys);
    entitle_licence_keys_free(keys);
    return status;
}

static void
folder_holds_keys_by_name(void **state)
{
    char *pem = forge_pem(forge_pkey(FORGE_KEY_EC), FORGE_SPKI);
    entitle_error error = { .message = "" };
    scratch folder;
    char path[SCRATCH_PATH_SIZE];
    size_t count = 0;

    (void)state;
    scratch_make(&folder);
    assert_int_equal(add_folder(&folder, &count, &error), ENTITLE_KEYS_UNUSABLE);
    scratch_write_text(&folder, "example-2026.pem", pem, 0644, path);
    scratch_write_text(&folder, "README", "no key", 0644, path);
    scratch_write_text(&folder, ".hidden.pem", "no key", 0644, path);
    assert_int_equal(add_folder(&folder, &count, &error), ENTITLE_OK);
    assert_int_equal(count, 1);
    scratch_write_text(&folder, "1.pem", pem, 0644, path);
    assert_int_equal(add_folder(&folder, &count, &error), ENTITLE_KEYS_UNUSABLE);
    assert_non_null(strstr(error.message, "by a number"));
    assert_int_equal(unlink(path), 0);
    scratch_write_text(&folder, "junk.pem", "junk", 0644, path);
    assert_int_equal(add_folder(&folder, &count, &error), ENTITLE_KEYS_UNUSABLE);
    scratch_remove(&folder);
    assert_int_equal(add_folder(&folder, &count, &error), ENTITLE_KEYS_UNUSABLE);
    free(pem);
}

/* The two kinds of keys do not meet: neither folder's file is a key of the other. */
static void
keys_of_aws_and_of_the_seller_stay_apart(void **state)
{
    char *pem = forge_pem(forge_pkey(FORGE_KEY), FORGE_SPKI);
    entitle_keyring *ring = NULL;
    scratch folder;
    char path[SCRATCH_PATH_SIZE];
    size_t count = 0;

    (void)state;
    scratch_make(&folder);
    scratch_write_text(&folder, "1.pem", pem, 0644, path);
    assert_int_equal(entitle_keyring_new(NULL, &ring, NULL), ENTITLE_OK);
    assert_int_equal(
        entitle_keyring_add_directory(ring, folder.path, NULL), ENTITLE_OK);
    assert_int_equal(add_folder(&folder, &count, NULL), ENTITLE_KEYS_UNUSABLE);
    assert_int_equal(unlink(path), 0);
    entitle_keyring_free(ring);

    scratch_write_text(&folder, "example.pem", pem, 0644, path);
    assert_int_equal(entitle_keyring_new(NULL, &ring, NULL), ENTITLE_OK);
    assert_int_equal(
        entitle_keyring_add_directory(ring, folder.path, NULL), ENTITLE_KEYS_UNUSABLE);
    assert_int_equal(add_folder(&folder, &count, NULL), ENTITLE_OK);
    entitle_keyring_free(ring);
    scratch_remove(&folder);
    free(pem);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_of_the_right_kind_are_held),
        cmocka_unit_test(ids_are_words_and_no_numbers),
        cmocka_unit_test(text_around_a_key_is_refused),
        cmocka_unit_test(id_can_be_held_once),
        cmocka_unit_test(folder_holds_keys_by_name),
        cmocka_unit_test(keys_of_aws_and_of_the_seller_stay_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
