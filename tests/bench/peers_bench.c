/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What verifying a token costs, beside the JOSE libraries for C that Debian packages:
 * each gets the key once, and reads and verifies the token from its text. They are
 * asked for less than entitle_verify() does: nobody looks at the claims.
 */
#include "ratios.h"
#include "support/token_forge.h"
#include "verify_subject.h"

#include <openssl/core_names.h>

#include <cjose/cjose.h>
#include <rhonabwy.h>
#include <stdlib.h>

enum { TURNS = 21, KEY_BYTES = 384 };

static void
verify_with_cjose(const bench_subject *subject)
{
    cjose_err error;
    cjose_jws_t *jws = cjose_jws_import(subject->token, subject->token_length, &error);

    bench_require(
        jws != NULL && cjose_jws_verify(jws, subject->peer, &error),
        "cjose refused a good token");
    cjose_jws_release(jws);
}

static void
verify_with_rhonabwy(const bench_subject *subject)
{
    jws_t *jws = NULL;

    bench_require(
        r_jws_init(&jws) == RHN_OK && r_jws_parse(jws, subject->token, 0) == RHN_OK &&
            r_jws_verify_signature(jws, subject->peer, 0) == RHN_OK,
        "rhonabwy refused a good token");
    r_jws_free(jws);
}

static void
compare_with(const char *name, bench_verify *peer, const bench_subject *subject)
{
    double ratios[TURNS];

    for (int turn = 0; turn < TURNS; turn++) {
        double ours =
            bench_turn_us(CLOCK_THREAD_CPUTIME_ID, bench_verify_with_entitle, subject);
        double theirs = bench_turn_us(CLOCK_THREAD_CPUTIME_ID, peer, subject);
        ratios[turn] = theirs / ours;
    }
    bench_print_ratio(name, ratios, TURNS);
}

static size_t
number_of(EVP_PKEY *pkey, const char *name, unsigned char out[KEY_BYTES])
{
    BIGNUM *number = NULL;

    bench_require(
        EVP_PKEY_get_bn_param(pkey, name, &number) == 1 &&
            BN_num_bytes(number) <= KEY_BYTES,
        "no key");
    int length = BN_bn2bin(number, out);
    BN_free(number);
    return (size_t)length;
}

static void
compare_with_cjose(bench_subject *subject)
{
    unsigned char modulus[KEY_BYTES], exponent[KEY_BYTES];
    cjose_err error;
    const cjose_jwk_rsa_keyspec key = {
        .n = modulus,
        .nlen = number_of(subject->pkey, OSSL_PKEY_PARAM_RSA_N, modulus),
        .e = exponent,
        .elen = number_of(subject->pkey, OSSL_PKEY_PARAM_RSA_E, exponent),
    };
    cjose_jwk_t *jwk = cjose_jwk_create_RSA_spec(&key, &error);

    bench_require(jwk != NULL, "cjose did not take the key");
    subject->peer = jwk;
    compare_with("cjose", verify_with_cjose, subject);
    cjose_jwk_release(jwk);
}

static void
compare_with_rhonabwy(bench_subject *subject)
{
    size_t length = 0;
    unsigned char *der = forge_der(subject->pkey, FORGE_SPKI, &length);
    jwk_t *jwk = NULL;

    bench_require(
        r_jwk_init(&jwk) == RHN_OK &&
            r_jwk_import_from_pem_der(
                jwk, R_X509_TYPE_PUBKEY, R_FORMAT_DER, der, length) == RHN_OK &&
            r_jwk_set_property_str(jwk, "alg", "PS256") == RHN_OK,
        "rhonabwy did not take the key");
    subject->peer = jwk;
    compare_with("rhonabwy", verify_with_rhonabwy, subject);
    r_jwk_free(jwk);
    free(der);
}

int
main(void)
{
    bench_subject subject = bench_subject_make();

    compare_with_cjose(&subject);
    compare_with_rhonabwy(&subject);
    bench_subject_free(&subject);
    return EXIT_SUCCESS;
}
