/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/rsa_pss.h"
#include "support/cmocka.h"
#include "support/fake_runtime.h"
#include "support/token_forge.h"

#include <openssl/err.h>

#include <stdlib.h>
#include <string.h>

static const char message[] = "header.payload";

static fake_runtime fake;
static ent_rsa_key *key;

static int
load_key(void **state)
{
    size_t length = 0;
    unsigned char *der = forge_der(forge_pkey(FORGE_KEY), FORGE_SPKI, &length);

    (void)state;
    fake_runtime_init(&fake);
    entitle_status status = ent_rsa_key_new(&fake.runtime, der, length, &key, NULL);
    free(der);
    return status == ENTITLE_OK ? 0 : -1;
}

static int
free_key(void **state)
{
    (void)state;
    ent_rsa_key_free(key);
    return 0;
}

static ent_pss_result
verify(const char *text, const unsigned char *signature, size_t length)
{
    return ent_rsa_pss_verify(key, text, strlen(text), signature, length);
}

static int
salt_length(const unsigned char *signature, size_t length)
{
    return ent_rsa_pss_salt_length(key, message, strlen(message), signature, length);
}

static void
verify_accepts_ps256_only(void **state)
{
    static const struct {
        const char *name;
        forge_recipe recipe;
        ent_pss_result want;
    } cases[] = {
        { "PS256", { .algorithm = FORGE_PS256 }, ENT_PSS_VALID },
        { "another key", { .key = FORGE_KEY_OTHER }, ENT_PSS_INVALID },
        { "PS384", { .algorithm = FORGE_PS384 }, ENT_PSS_INVALID },
        { "PS512", { .algorithm = FORGE_PS512 }, ENT_PSS_INVALID },
        { "RS256", { .algorithm = FORGE_RS256 }, ENT_PSS_INVALID },
        { "HS256", { .algorithm = FORGE_HS256 }, ENT_PSS_INVALID },
        { "zeros", { .algorithm = FORGE_UNSIGNED }, ENT_PSS_INVALID },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        size_t length = 0;
        unsigned char *signature =
            forge_signature(&cases[i].recipe, message, strlen(message), &length);
        if (verify(message, signature, length) != cases[i].want) {
            fail_msg("%s", cases[i].name);
        }
        free(signature);
    }
}

static void
verify_accepts_salt_of_32_bytes_only(void **state)
{
    static const int lengths[] = { 0, 1, 20, 31, 32, 33, 48, 64, 222 };

    (void)state;
    for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
        const forge_recipe recipe = {
            .has_salt_length = true,
            .salt_length = lengths[i],
        };
        size_t length = 0;
        unsigned char *signature =
            forge_signature(&recipe, message, strlen(message), &length);
        ent_pss_result want = lengths[i] == 32 ? ENT_PSS_VALID : ENT_PSS_INVALID;
        assert_int_equal(verify(message, signature, length), want);
        assert_int_equal(salt_length(signature, length), lengths[i]);
        free(signature);
    }
}

static void
verify_refuses_any_altered_bit_or_length(void **state)
{
    const forge_recipe recipe = { .algorithm = FORGE_PS256 };
    size_t length = 0;
    unsigned char *signature =
        forge_signature(&recipe, message, strlen(message), &length);
    unsigned char *longer = calloc(1, length + 1);

    (void)state;
    assert_non_null(longer);
    memcpy(longer, signature, length);
    assert_int_equal(verify(message, longer, length), ENT_PSS_VALID);
    assert_int_equal(verify("header.paylobd", longer, length), ENT_PSS_INVALID);
    assert_int_equal(verify("header.payloa", longer, length), ENT_PSS_INVALID);
    assert_int_equal(verify(message, longer, length + 1), ENT_PSS_INVALID);
    assert_int_equal(verify(message, longer, length - 1), ENT_PSS_INVALID);
    assert_int_equal(verify(message, longer, 0), ENT_PSS_INVALID);
    for (size_t byte = 0; byte < length; byte += 15) {
        longer[byte] ^= 1;
        assert_int_equal(verify(message, longer, length), ENT_PSS_INVALID);
        longer[byte] ^= 1;
    }
    free(longer);
    free(signature);
}

/* s and s + n are the same number to a careless reader (RFC 8017 §5.2.2 step 1). */
static void
verify_refuses_signature_not_below_the_modulus(void **state)
{
    unsigned char signature[256];

    (void)state;
    memset(signature, 0xff, sizeof(signature));
    assert_int_equal(verify(message, signature, sizeof(signature)), ENT_PSS_INVALID);
    assert_int_equal(salt_length(signature, sizeof(signature)), -1);
}

/* The first byte of one signature in 256 is zero; some verifiers let it be left out. */
static void
verify_refuses_signature_without_its_leading_zero(void **state)
{
    const forge_recipe recipe = { .algorithm = FORGE_PS256 };
    unsigned char *signature = NULL;
    size_t length = 0;

    (void)state;
    do {
        free(signature);
        signature = forge_signature(&recipe, message, strlen(message), &length);
    } while (signature[0] != 0);

    assert_int_equal(verify(message, signature, length), ENT_PSS_VALID);
    assert_int_equal(verify(message, signature + 1, length - 1), ENT_PSS_INVALID);
    free(signature);
}

static void
salt_length_is_unknown_for_forgeries(void **state)
{
    const forge_recipe recipe = { .key = FORGE_KEY_OTHER };
    size_t length = 0;
    unsigned char *signature =
        forge_signature(&recipe, message, strlen(message), &length);

    (void)state;
    assert_int_equal(salt_length(signature, length), -1);
    assert_int_equal(salt_length(signature, length - 1), -1);
    free(signature);
}

static void
verify_leaves_no_openssl_errors_behind(void **state)
{
    unsigned char signature[256] = { 0 };

    (void)state;
    assert_int_equal(verify(message, signature, sizeof(signature)), ENT_PSS_INVALID);
    assert_int_equal(ERR_peek_error(), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verify_accepts_ps256_only),
        cmocka_unit_test(verify_accepts_salt_of_32_bytes_only),
        cmocka_unit_test(verify_refuses_any_altered_bit_or_length),
        cmocka_unit_test(verify_refuses_signature_not_below_the_modulus),
        cmocka_unit_test(verify_refuses_signature_without_its_leading_zero),
        cmocka_unit_test(salt_length_is_unknown_for_forgeries),
        cmocka_unit_test(verify_leaves_no_openssl_errors_behind),
    };

    return cmocka_run_group_tests(tests, load_key, free_key);
}
