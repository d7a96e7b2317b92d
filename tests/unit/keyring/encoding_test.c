/* SPDX-License-Identifier: Apache-2.0 */
#include "keyring/encoding.h"
#include "support/cmocka.h"
#include "support/fake_runtime.h"
#include "support/token_forge.h"

#include <entitle/keyring.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* `text` with every `from` replaced by `to`. */
static char *
replace(const char *text, const char *from, const char *to)
{
    char *out = calloc(1, strlen(text) * (strlen(to) + 1) + 1);
    char *end = out;

    assert_non_null(out);
    while (*text != '\0') {
        if (strncmp(text, from, strlen(from)) == 0) {
            memcpy(end, to, strlen(to));
            end += strlen(to);
            text += strlen(from);
        } else {
            *end++ = *text++;
        }
    }
    return out;
}

static char *
enclose(const char *before, const char *text, const char *after)
{
    char *out = calloc(1, strlen(before) + strlen(text) + strlen(after) + 1);

    assert_non_null(out);
    memcpy(out, before, strlen(before));
    memcpy(out + strlen(before), text, strlen(text));
    memcpy(out + strlen(before) + strlen(text), after, strlen(after));
    return out;
}

static void
accepts_bytes(const void *bytes, size_t length, const char *encoding)
{
    entitle_keyring *keyring = NULL;
    entitle_error error = { 0 };

    assert_int_equal(entitle_keyring_new(NULL, &keyring, NULL), ENTITLE_OK);
    if (entitle_keyring_add(keyring, 1, bytes, length, &error) != ENTITLE_OK) {
        fail_msg("%s: %s", encoding, error.message);
    }
    assert_string_equal(entitle_key_encoding(entitle_keyring_at(keyring, 0)), encoding);
    assert_int_equal(entitle_key_bits(entitle_keyring_at(keyring, 0)), 2048);
    entitle_keyring_free(keyring);
}

static void
refuses_bytes(const void *bytes, size_t length, const char *sentence)
{
    entitle_keyring *keyring = NULL;
    entitle_error error = { 0 };

    assert_int_equal(entitle_keyring_new(NULL, &keyring, NULL), ENTITLE_OK);
    assert_int_equal(
        entitle_keyring_add(keyring, 1, bytes, length, &error), ENTITLE_KEYS_UNUSABLE);
    if (strstr(error.message, sentence) == NULL) {
        fail_msg("'%s' instead of '%s'", error.message, sentence);
    }
    assert_true(error.hint[0] != '\0');
    assert_int_equal(entitle_keyring_count(keyring), 0);
    entitle_keyring_free(keyring);
}

/* Take the text over. */
static void
accepts(char *text, const char *encoding)
{
    accepts_bytes(text, strlen(text), encoding);
    free(text);
}

static void
refuses(char *text, const char *sentence)
{
    refuses_bytes(text, strlen(text), sentence);
    free(text);
}

static char *
pem(forge_form form)
{
    return forge_pem(forge_pkey(FORGE_KEY), form);
}

static void
encoding_is_recognised_and_named(void **state)
{
    static const struct {
        forge_form form;
        const char *pem, *crlf, *escaped, *base64_pem, *der, *base64_der;
    } cases[] = {
        { FORGE_SPKI,
          "SubjectPublicKeyInfo PEM",
          "SubjectPublicKeyInfo PEM with CRLF",
          "SubjectPublicKeyInfo PEM with literal \\n",
          "base64 of SubjectPublicKeyInfo PEM",
          "SubjectPublicKeyInfo DER",
          "base64 of SubjectPublicKeyInfo DER" },
        { FORGE_PKCS1,
          "PKCS#1 PEM",
          "PKCS#1 PEM with CRLF",
          "PKCS#1 PEM with literal \\n",
          "base64 of PKCS#1 PEM",
          "PKCS#1 DER",
          "base64 of PKCS#1 DER" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        char *text = pem(cases[i].form);
        size_t length = 0;
        unsigned char *der = forge_der(forge_pkey(FORGE_KEY), cases[i].form, &length);

        accepts(replace(text, "\n", "\r\n"), cases[i].crlf);
        accepts(replace(text, "\n", "\\n"), cases[i].escaped);
        accepts(replace(text, "\n", "\\r\\n"), cases[i].escaped);
        accepts(forge_base64(text, strlen(text)), cases[i].base64_pem);
        accepts_bytes(der, length, cases[i].der);
        accepts(forge_base64(der, length), cases[i].base64_der);
        accepts(text, cases[i].pem);
        free(der);
    }
}

static void
white_space_around_is_ignored(void **state)
{
    char *text = pem(FORGE_SPKI);
    char *base64 = forge_base64(text, strlen(text));
    char *crlf = replace(text, "\n", "\r\n");

    (void)state;
    accepts(enclose(" \t\r\n\n", text, "\n\n \t"), "SubjectPublicKeyInfo PEM");
    accepts(enclose("\n \t", text, "\n\n \t"), "SubjectPublicKeyInfo PEM");
    accepts(enclose("\n", base64, "\n"), "base64 of SubjectPublicKeyInfo PEM");
    accepts(forge_base64(crlf, strlen(crlf)), "base64 of SubjectPublicKeyInfo PEM");
    free(crlf);
    free(base64);
    free(text);
}

static void
base64_may_be_broken_into_lines(void **state)
{
    char *text = pem(FORGE_SPKI);
    char *base64 = forge_base64(text, strlen(text));
    char broken[64];

    (void)state;
    memcpy(broken, base64, 60);
    broken[60] = '\n';
    broken[61] = '\0';
    accepts(enclose(broken, base64 + 60, "\n"), "base64 of SubjectPublicKeyInfo PEM");
    free(base64);
    free(text);
}

static void
one_pem_block_is_wanted(void **state)
{
    char *text = pem(FORGE_SPKI);

    (void)state;
    refuses(enclose(text, text, ""), "more than one PEM block");
    refuses(enclose(text, "", "and more\n"), "after the end of the key");
    refuses(enclose("Public key:\n", text, ""), "text before the PEM block");
    refuses(enclose(text, "", "-----BEGIN PRIVATE KEY-----\n"), "more than one");
    accepts(text, "SubjectPublicKeyInfo PEM");
}

static void
pem_has_to_be_whole(void **state)
{
    char *text = pem(FORGE_SPKI);
    char *cut = enclose("", text, "");

    (void)state;
    cut[strlen(cut) - 2] = '\0';
    refuses(cut, "the PEM block is cut");
    cut = enclose("", text, "");
    cut[200] = '\0';
    refuses(cut, "the PEM block is cut");
    refuses(
        replace(text, "END PUBLIC", "END RSA PUBLIC"), "first and last line differ");
    refuses(replace(text, "END PUBLIC", "END SECRET"), "first and last line differ");
    refuses(replace(text, "MIIB", "MI!B"), "something else than base64");
    refuses(replace(text, "MIIB", "MIB"), "something else than base64");
    refuses(replace(text, "MIIB", "MI-B"), "something else than base64");
    refuses(
        enclose("", "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n", ""),
        "not a public key");
    accepts(text, "SubjectPublicKeyInfo PEM");
}

static void
refuses_other_padding(const char *whole, const char *padding)
{
    size_t digits = strcspn(whole, "=");
    char *bare = enclose("", whole, "");
    char *displaced = enclose("", whole, "");

    assert_string_equal(whole + digits, padding);
    refuses(enclose(whole, "=", ""), "not a public key");
    bare[digits] = '\0';
    refuses(bare, "not a public key");
    displaced[digits] = whole[digits - 1];
    displaced[digits - 1] = '=';
    refuses(displaced, "not a public key");
}

/* The DER of a key of 2,048 bits fills its last group, and shows nothing of this. */
static void
padding_is_as_long_as_is_due(void **state)
{
    size_t length = 0;
    unsigned char *der = forge_der(forge_pkey(FORGE_KEY_3072), FORGE_SPKI, &length);
    char *base64_der = forge_base64(der, length);
    char *text = pem(FORGE_SPKI);
    char *base64_pem = forge_base64(text, strlen(text));

    (void)state;
    refuses_other_padding(base64_der, "=");
    refuses_other_padding(base64_pem, "==");
    accepts(base64_pem, "base64 of SubjectPublicKeyInfo PEM");
    free(text);
    free(base64_der);
    free(der);
}

static void
pem_label_has_to_tell_the_truth(void **state)
{
    char *spki = pem(FORGE_SPKI);
    char *pkcs1 = pem(FORGE_PKCS1);

    (void)state;
    refuses(replace(spki, " PUBLIC", " RSA PUBLIC"), "labelled as another kind");
    refuses(replace(pkcs1, "RSA PUBLIC", "PUBLIC"), "labelled as another kind");
    refuses(replace(spki, "PUBLIC KEY", "DH PARAMETERS"), "is not a public key");
    free(spki);
    free(pkcs1);
}

static void
private_keys_and_certificates_are_named(void **state)
{
    char *spki = pem(FORGE_SPKI);
    char *encrypted = replace(spki, "PUBLIC", "ENCRYPTED PRIVATE");
    char *openssh = replace(spki, "PUBLIC", "OPENSSH PRIVATE");
    char *private_key = pem(FORGE_PRIVATE_PKCS8);

    (void)state;
    free(spki);
    refuses(encrypted, "this is a private key");
    refuses(openssh, "this is a private key");
    refuses(forge_base64(private_key, strlen(private_key)), "this is a private key");
    refuses(replace(private_key, "\n", "\\n"), "this is a private key");
    refuses(private_key, "this is a private key");
    refuses(pem(FORGE_PRIVATE_TRADITIONAL), "this is a private key");
    refuses(forge_pem(forge_pkey(FORGE_KEY_EC), FORGE_PRIVATE_PKCS8), "private key");
    refuses(pem(FORGE_CERTIFICATE), "this is a certificate");
    refuses(forge_pem(forge_pkey(FORGE_KEY_EC), FORGE_SPKI), "elliptic-curve");
}

static void
anything_else_is_refused(void **state)
{
    static const char *const texts[] = {
        "hello",    "{}",   "<html>", "ssh-rsa AAAAB3NzaC1yc2E=",
        "aGVsbG8=", "====", "MA==",   "A",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        refuses_bytes(texts[i], strlen(texts[i]), "not a public key");
    }
    refuses_bytes("", 0, "there is no key");
    refuses_bytes(" \n", 2, "there is no key");
    refuses_bytes("\0\0", 2, "not a public key");
    refuses_bytes("-----BEGIN PUBLIC", 17, "the PEM block is cut");
}

static void
more_than_64_kib_is_refused_unread(void **state)
{
    char *text = pem(FORGE_SPKI);
    size_t length = strlen(text);
    char *padded = malloc(ENT_KEY_TEXT_MAX + 1);

    (void)state;
    assert_non_null(padded);
    memset(padded, '\n', ENT_KEY_TEXT_MAX + 1);
    memcpy(padded, text, length);
    accepts_bytes(padded, ENT_KEY_TEXT_MAX, "SubjectPublicKeyInfo PEM");
    refuses_bytes(padded, ENT_KEY_TEXT_MAX + 1, "more than 64 KiB");
    free(padded);
    free(text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encoding_is_recognised_and_named),
        cmocka_unit_test(white_space_around_is_ignored),
        cmocka_unit_test(base64_may_be_broken_into_lines),
        cmocka_unit_test(one_pem_block_is_wanted),
        cmocka_unit_test(pem_has_to_be_whole),
        cmocka_unit_test(padding_is_as_long_as_is_due),
        cmocka_unit_test(pem_label_has_to_tell_the_truth),
        cmocka_unit_test(private_keys_and_certificates_are_named),
        cmocka_unit_test(anything_else_is_refused),
        cmocka_unit_test(more_than_64_kib_is_refused_unread),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
