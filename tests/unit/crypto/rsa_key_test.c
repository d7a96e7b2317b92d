/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/key_refusal.h"
#include "crypto/rsa_key.h"
#include "support/cmocka.h"
#include "support/fake_runtime.h"
#include "support/key_forge.h"

#include <openssl/err.h>

#include <stdlib.h>
#include <string.h>

static entitle_status
load(const unsigned char *der, size_t length, ent_rsa_key **out, entitle_error *error)
{
    static fake_runtime fake;

    fake_runtime_init(&fake);
    return ent_rsa_key_new(&fake.runtime, der, length, out, error);
}

static void
accepts(const unsigned char *der, size_t length, uint32_t bits, const char *form)
{
    ent_rsa_key *key = NULL;

    assert_int_equal(load(der, length, &key, NULL), ENTITLE_OK);
    assert_int_equal(ent_rsa_key_bits(key), bits);
    assert_int_equal(ent_rsa_key_modulus_size(key), (bits + 7) / 8);
    assert_string_equal(ent_rsa_key_form(key), form);
    ent_rsa_key_free(key);
}

static void
refuses(const unsigned char *der, size_t length, const char *sentence)
{
    ent_rsa_key *key = NULL;
    entitle_error error;

    assert_int_equal(load(der, length, &key, &error), ENTITLE_KEYS_UNUSABLE);
    assert_null(key);
    assert_non_null(strstr(error.message, sentence));
    assert_true(error.hint[0] != '\0');
    assert_int_equal(ERR_peek_error(), 0);
}

static void
accepts_public(EVP_PKEY *pkey, forge_form form, uint32_t bits, const char *want_form)
{
    size_t length = 0;
    unsigned char *der = forge_der(pkey, form, &length);

    accepts(der, length, bits, want_form);
    free(der);
}

static void
refuses_form(EVP_PKEY *pkey, forge_form form, const char *sentence)
{
    size_t length = 0;
    unsigned char *der = forge_der(pkey, form, &length);

    refuses(der, length, sentence);
    free(der);
}

static void
key_accepts_both_forms(void **state)
{
    (void)state;
    accepts_public(forge_pkey(FORGE_KEY), FORGE_SPKI, 2048, "SubjectPublicKeyInfo");
    accepts_public(forge_pkey(FORGE_KEY), FORGE_PKCS1, 2048, "PKCS#1");
}

static void
key_has_one_fingerprint_in_both_forms(void **state)
{
    size_t length = 0;
    unsigned char *der = forge_der(forge_pkey(FORGE_KEY), FORGE_SPKI, &length);
    char want[ENT_SHA256_HEX_SIZE];
    ent_rsa_key *key = NULL;

    (void)state;
    assert_true(ent_sha256_hex(der, length, want));
    assert_int_equal(load(der, length, &key, NULL), ENTITLE_OK);
    assert_string_equal(ent_rsa_key_sha256(key), want);
    ent_rsa_key_free(key);
    free(der);

    der = forge_der(forge_pkey(FORGE_KEY), FORGE_PKCS1, &length);
    assert_int_equal(load(der, length, &key, NULL), ENTITLE_OK);
    assert_string_equal(ent_rsa_key_sha256(key), want);
    ent_rsa_key_free(key);
    free(der);
}

static void
key_refuses_lengths_outside_2048_to_8192(void **state)
{
    static const struct {
        unsigned bits;
        const char *refusal;
    } cases[] = {
        { 1024, "1024 bits is too short" },
        { 2047, "2047 bits is too short" },
        { 2048, NULL },
        { 2049, NULL },
        { 8192, NULL },
        { 8193, "8193 bits is too long" },
        { 16384, "16384 bits is too long" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        EVP_PKEY *pkey = forge_public_only(cases[i].bits, "65537");
        if (cases[i].refusal == NULL) {
            accepts_public(pkey, FORGE_SPKI, cases[i].bits, "SubjectPublicKeyInfo");
        } else {
            refuses_form(pkey, FORGE_SPKI, cases[i].refusal);
        }
        EVP_PKEY_free(pkey);
    }
}

static void
key_refuses_unfit_exponents(void **state)
{
    static const struct {
        const char *exponent;
        const char *refusal;
    } cases[] = {
        { "1", "below 65537" },
        { "3", "below 65537" },
        { "65535", "below 65537" },
        { "65536", "is even" },
        { "65537", NULL },
        { "65538", "is even" },
        { "65539", NULL },
        { "18446744073709551615", NULL }, /* 2^64 - 1 */
        { "18446744073709551616", "is even" },
        { "18446744073709551617", "longer than 64 bits" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        EVP_PKEY *pkey = forge_public_only(2048, cases[i].exponent);
        if (cases[i].refusal == NULL) {
            accepts_public(pkey, FORGE_SPKI, 2048, "SubjectPublicKeyInfo");
        } else {
            refuses_form(pkey, FORGE_SPKI, cases[i].refusal);
        }
        EVP_PKEY_free(pkey);
    }
}

static void
key_tells_its_exponent(void **state)
{
    EVP_PKEY *pkey = forge_public_only(2048, "18446744073709551615");
    size_t length = 0;
    unsigned char *der = forge_der(pkey, FORGE_SPKI, &length);
    ent_rsa_key *key = NULL;

    (void)state;
    assert_int_equal(load(der, length, &key, NULL), ENTITLE_OK);
    assert_true(ent_rsa_key_exponent(key) == UINT64_MAX);
    ent_rsa_key_free(key);
    free(der);
    EVP_PKEY_free(pkey);
}

static void
key_refuses_even_modulus(void **state)
{
    char modulus[513];

    (void)state;
    memset(modulus, 'f', 512);
    modulus[512] = '\0';
    EVP_PKEY *odd = forge_public_of(modulus, "65537");
    modulus[511] = 'e';
    EVP_PKEY *even = forge_public_of(modulus, "65537");

    accepts_public(odd, FORGE_SPKI, 2048, "SubjectPublicKeyInfo");
    refuses_form(even, FORGE_SPKI, "modulus of this RSA key is even");
    EVP_PKEY_free(odd);
    EVP_PKEY_free(even);
}

static void
key_refuses_other_kinds(void **state)
{
    (void)state;
    refuses_form(forge_pkey(FORGE_KEY), FORGE_PRIVATE_PKCS8, "a private key");
    refuses_form(forge_pkey(FORGE_KEY), FORGE_PRIVATE_TRADITIONAL, "a private key");
    refuses_form(forge_pkey(FORGE_KEY_EC), FORGE_PRIVATE_PKCS8, "a private key");
    refuses_form(forge_pkey(FORGE_KEY), FORGE_CERTIFICATE, "a certificate");
    refuses_form(forge_pkey(FORGE_KEY_EC), FORGE_SPKI, "elliptic-curve");
    refuses_form(forge_pkey(FORGE_KEY_ED25519), FORGE_SPKI, "not an RSA key");
    refuses_form(forge_pkey(FORGE_KEY_PSS), FORGE_SPKI, "restricted to PSS");
}

/* The sample itself is not ours to hold; its fingerprint is enough to know it by. */
static void
documentation_sample_is_known_by_fingerprint(void **state)
{
    (void)state;
    assert_true(ent_key_is_documentation_sample(
        "d2f8d7917928bbe7a457bdbaa0f69221a49b0fbc867ea34b700e9e78364d57e8"));
    assert_false(ent_key_is_documentation_sample(
        "d2f8d7917928bbe7a457bdbaa0f69221a49b0fbc867ea34b700e9e78364d57e9"));
}

static void
key_refuses_bytes_that_are_not_exactly_der(void **state)
{
    size_t length = 0;
    unsigned char *der = forge_der(forge_pkey(FORGE_KEY), FORGE_SPKI, &length);
    unsigned char *longer = calloc(1, length + 1);

    (void)state;
    assert_non_null(longer);
    memcpy(longer, der, length);
    accepts(longer, length, 2048, "SubjectPublicKeyInfo");
    refuses(longer, length + 1, "bytes after the end");
    refuses(longer, length - 1, "not a public key");
    refuses(longer, 0, "not a public key");
    refuses((const unsigned char *)"0", 1, "not a public key");
    free(longer);
    free(der);
}

/* The NULL in the algorithm may be left out in BER's eyes, but not in RFC 3279's. */
static void
key_refuses_der_that_is_not_canonical(void **state)
{
    static const unsigned char rsa_with_null[] = {
        0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
        0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
    };
    size_t length = 0;
    unsigned char *der = forge_der(forge_pkey(FORGE_KEY), FORGE_SPKI, &length);

    (void)state;
    assert_memory_equal(der + 4, rsa_with_null, sizeof(rsa_with_null));
    accepts(der, length, 2048, "SubjectPublicKeyInfo");
    der[3] = (unsigned char)(der[3] - 2);
    der[5] = (unsigned char)(der[5] - 2);
    memmove(der + 17, der + 19, length - 19);
    refuses(der, length - 2, "one form that DER allows");
    free(der);
}

/* What stands before the modulus is skipped where it is as ever, and so compared. */
static void
key_refuses_every_altered_bit_before_its_modulus(void **state)
{
    enum { MODULUS_AT = 32 }; /* its first byte is 0, so that it is positive */
    size_t length = 0;
    unsigned char *der = forge_der(forge_pkey(FORGE_KEY), FORGE_SPKI, &length);

    (void)state;
    assert_int_equal(der[MODULUS_AT], 0);
    assert_true(der[MODULUS_AT + 1] >= 0x80);
    for (size_t i = 0; i < MODULUS_AT * (size_t)8; i++) {
        unsigned char bit = (unsigned char)(1u << i % 8);

        der[i / 8] ^= bit;
        refuses(der, length, "");
        der[i / 8] ^= bit;
    }
    accepts(der, length, 2048, "SubjectPublicKeyInfo");
    free(der);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(key_accepts_both_forms),
        cmocka_unit_test(key_has_one_fingerprint_in_both_forms),
        cmocka_unit_test(key_refuses_lengths_outside_2048_to_8192),
        cmocka_unit_test(key_refuses_unfit_exponents),
        cmocka_unit_test(key_tells_its_exponent),
        cmocka_unit_test(key_refuses_even_modulus),
        cmocka_unit_test(key_refuses_other_kinds),
        cmocka_unit_test(documentation_sample_is_known_by_fingerprint),
        cmocka_unit_test(key_refuses_bytes_that_are_not_exactly_der),
        cmocka_unit_test(key_refuses_der_that_is_not_canonical),
        cmocka_unit_test(key_refuses_every_altered_bit_before_its_modulus),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
