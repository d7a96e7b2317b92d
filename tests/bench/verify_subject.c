/* SPDX-License-Identifier: Apache-2.0 */
#include "verify_subject.h"

#include "ratios.h"
#include "support/fake_runtime.h"
#include "support/token_forge.h"

#include <entitle/token.h>

#include <stdlib.h>
#include <string.h>

void
bench_verify_with_entitle(const bench_subject *subject)
{
    const entitle_expectation expected = {
        .struct_size = sizeof(expected),
        .product_code = FORGE_PRODUCT_CODE,
        .nonce = FORGE_NONCE,
        .key_version = 1,
        .at_s = FAKE_NOW_S,
        .nonce_is_fresh = true,
    };
    entitle_verification *verification = NULL;
    entitle_status status = entitle_verify(
        subject->keyring,
        subject->token,
        subject->token_length,
        &expected,
        &verification,
        NULL);

    bench_require(status == ENTITLE_OK, "no verification");
    bench_require(
        entitle_verification_is_valid(verification), "a good token was refused");
    entitle_verification_free(verification);
}

double
bench_turn_us(clockid_t clock, bench_verify *verify, const bench_subject *subject)
{
    double begin = bench_now_us(clock);

    for (int i = 0; i < BENCH_CALLS_A_TURN; i++) {
        verify(subject);
    }
    return (bench_now_us(clock) - begin) / (double)BENCH_CALLS_A_TURN;
}

static void
take_signature(bench_subject *subject, const char *digits)
{
    char base64[513];

    bench_require(
        strlen(digits) == 512, "a signature of another length than 384 bytes");
    for (size_t i = 0; i < sizeof(base64); i++) {
        char digit = digits[i];
        base64[i] = (char)(digit == '-' ? '+' : digit == '_' ? '/' : digit);
    }
    subject->signature_length = (size_t)EVP_DecodeBlock(
        subject->signature, (const unsigned char *)base64, (int)strlen(digits));
}

static entitle_keyring *
keyring_with(EVP_PKEY *pkey)
{
    entitle_keyring *keyring = NULL;
    size_t der_length = 0;
    unsigned char *der = forge_der(pkey, FORGE_SPKI, &der_length);

    bench_require(
        entitle_keyring_new(NULL, &keyring, NULL) == ENTITLE_OK &&
            entitle_keyring_add(keyring, 1, der, der_length, NULL) == ENTITLE_OK,
        "no keyring");
    free(der);
    return keyring;
}

bench_subject
bench_subject_make(void)
{
    const forge_recipe recipe = { .key = FORGE_KEY_3072 };
    bench_subject subject = {
        .pkey = forge_pkey(FORGE_KEY_3072),
        .token = forge_token(&recipe),
    };

    subject.token_length = strlen(subject.token);
    const char *last_dot = strrchr(subject.token, '.');
    subject.signing_input_length = (size_t)(last_dot - subject.token);
    take_signature(&subject, last_dot + 1);
    subject.keyring = keyring_with(subject.pkey);
    return subject;
}

void
bench_subject_free(bench_subject *subject)
{
    entitle_keyring_free(subject->keyring);
    free(subject->token);
}
