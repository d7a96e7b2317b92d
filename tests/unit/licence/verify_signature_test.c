/* SPDX-License-Identifier: Apache-2.0 */
#include "support/cmocka.h"
#include "support/licence_forge.h"
#include "support/token_forge.h"
#include "verify_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
signature_of_rs256_is_verified(void **state)
{
    const licence_recipe right = { .header = LICENCE_RSA_HEADER,
                                   .key = forge_pkey(FORGE_KEY) };
    const licence_recipe other = { .header = LICENCE_RSA_HEADER,
                                   .key = forge_pkey(FORGE_KEY_OTHER) };
    const licence_recipe longer = { .header = LICENCE_RSA_HEADER,
                                    .key = forge_pkey(FORGE_KEY_3072) };
    const forge_recipe pss = { .header = LICENCE_RSA_HEADER,
                               .payload = LICENCE_PAYLOAD };
    char *licences[] = { licence_forge(&right),
                         licence_forge(&other),
                         licence_forge(&longer),
                         forge_token(&pss) };

    (void)state;
    verify_expect("right", licences[0], &verify_now, ENTITLE_VERIFIED, "pppppccpcc");
    for (size_t i = 1; i < 4; i++) {
        verify_expect(
            "wrong", licences[i], &verify_now, ENTITLE_BAD_SIGNATURE, "pppfrccrcc");
    }
    for (size_t i = 0; i < 4; i++) {
        free(licences[i]);
    }
}

static void
signature_of_es256_is_verified(void **state)
{
    EVP_PKEY *other = licence_forge_key("P-256");
    EVP_PKEY *longer = licence_forge_key("P-384");
    const licence_recipe right = { 0 };
    const licence_recipe by_other = { .key = other };
    const licence_recipe by_longer = { .key = longer };
    char *licences[] = { licence_forge(&right),
                         licence_forge(&by_other),
                         licence_forge(&by_longer),
                         licence_forge_with_der(&right) };

    (void)state;
    verify_expect("right", licences[0], &verify_now, ENTITLE_VERIFIED, "pppppccpcc");
    for (size_t i = 1; i < 4; i++) {
        verify_expect(
            "wrong", licences[i], &verify_now, ENTITLE_BAD_SIGNATURE, "pppfrccrcc");
    }
    for (size_t i = 0; i < 4; i++) {
        free(licences[i]);
    }
    EVP_PKEY_free(other);
    EVP_PKEY_free(longer);
}

/* Every bit of a licence counts: no text but the one that was issued is accepted. */
static void
no_altered_character_is_accepted(void **state)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const licence_recipe right = { 0 };
    char *licence = licence_forge(&right);
    size_t length = strlen(licence);

    (void)state;
    for (size_t i = 0; i < length; i++) {
        char kept = licence[i];
        const char *place = strchr(alphabet, kept);

        licence[i] = place == NULL ? 'A' : alphabet[(place - alphabet) ^ 1];
        entitle_licence_verification *verification =
            verify_licence(licence, &verify_now);
        assert_false(entitle_licence_verification_is_valid(verification));
        entitle_licence_verification_free(verification);
        licence[i] = kept;
    }
    verify_expect("as it was", licence, &verify_now, ENTITLE_VERIFIED, "pppppccpcc");
    free(licence);
}

static void
structure_is_compact_and_canonical(void **state)
{
    const licence_recipe right = { 0 };
    char *licence = licence_forge(&right);
    size_t length = strlen(licence);
    char *longer = calloc(1, 70000);
    static const char *const suffixes[] = { "=", ".", "\n", " ", ".AAAA", "!" };

    (void)state;
    assert_non_null(longer);
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        (void)snprintf(longer, 70000, "%s%s", licence, suffixes[i]);
        verify_expect(
            suffixes[i], longer, &verify_now, ENTITLE_MALFORMED_TOKEN, "frrrrccrcc");
    }
    verify_expect("", "", &verify_now, ENTITLE_MALFORMED_TOKEN, "frrrrccrcc");
    memset(longer, 'A', 65537);
    memcpy(longer, licence, length);
    longer[65537] = '\0';
    verify_expect(
        "too_long", longer, &verify_now, ENTITLE_MALFORMED_TOKEN, "frrrrccrcc");
    verify_expect("as it was", licence, &verify_now, ENTITLE_VERIFIED, "pppppccpcc");
    free(longer);
    free(licence);
}

static void
largest_licence_is_accepted(void **state)
{
    size_t size = 48000;
    char *payload = calloc(1, size + 400);
    size_t length = 0;

    (void)state;
    assert_non_null(payload);
    length = (size_t)snprintf(
        payload, size, "%s", LICENCE_PAYLOAD_WITH(",\"note\":\"") /* ends with "}" */);
    length--;
    memset(payload + length, 'x', size - length);
    memcpy(payload + size, "\"}", 3);
    const licence_recipe recipe = { .payload = payload };
    char *licence = licence_forge(&recipe);
    assert_true(strlen(licence) > 64000 && strlen(licence) <= 65536);
    verify_expect("large", licence, &verify_now, ENTITLE_VERIFIED, "pppppccpcc");
    free(licence);
    free(payload);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signature_of_rs256_is_verified),
        cmocka_unit_test(signature_of_es256_is_verified),
        cmocka_unit_test(no_altered_character_is_accepted),
        cmocka_unit_test(structure_is_compact_and_canonical),
        cmocka_unit_test(largest_licence_is_accepted),
    };

    return cmocka_run_group_tests(tests, verify_set_up, verify_tear_down);
}
