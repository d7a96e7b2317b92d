/* SPDX-License-Identifier: Apache-2.0 */
#include "failing_calls.h"
#include "support/cmocka.h"
#include "support/token_forge.h"
#include "surroundings.h"
#include "sweep.h"

#include <entitle/token.h>

#include <stdlib.h>
#include <string.h>

/*
 * Whatever fails: a token that is in order is found to be, or there is no judgement;
 * one that is not is never found to be.
 */
#define LONG_AGO                                                                       \
    "{\"ProductCode\":\"" FORGE_PRODUCT_CODE "\",\"PublicKeyVersion\":1,"              \
    "\"PublicKeyRotationTimestamp\":1500000000,\"Nonce\":\"" FORGE_NONCE               \
    "\",\"iat\":1600000000}"

static char *pem;
static char *good;
static char *tampered;
static char *salted;
static char *unsigned_one;
static entitle_keyring *ring;
static entitle_verification *verification;

static void
load(const entitle_runtime *runtime)
{
    assert_int_equal(entitle_keyring_new(runtime, &ring, NULL), ENTITLE_OK);
    assert_int_equal(entitle_keyring_add(ring, 1, pem, strlen(pem), NULL), ENTITLE_OK);
}

static void
prepare(void)
{
    surroundings_begin();
    load(&surroundings.runtime);
}

/* With the real clock. */
static void
prepare_ordinarily(void)
{
    load(NULL);
}

static void
clear(void)
{
    entitle_verification_free(verification);
    entitle_keyring_free(ring);
    verification = NULL;
}

static entitle_status
verify(const char *token, entitle_error *error)
{
    const entitle_expectation expectation = {
        .struct_size = sizeof(expectation),
        .product_code = FORGE_PRODUCT_CODE,
        .nonce = FORGE_NONCE,
    };

    return entitle_verify(
        ring, token, strlen(token), &expectation, &verification, error);
}

static entitle_status
verify_good(entitle_error *error)
{
    return verify(good, error);
}

static void
expect_claims(const entitle_claims *claims)
{
    int64_t at_s = 0;

    assert_non_null(claims);
    assert_string_equal(entitle_claims_product_code(claims), FORGE_PRODUCT_CODE);
    assert_string_equal(entitle_claims_nonce(claims), FORGE_NONCE);
    assert_string_equal(entitle_claims_json(claims), LONG_AGO);
    assert_int_equal(entitle_claims_key_version(claims), 1);
    assert_true(entitle_claims_issued_at(claims, &at_s));
    assert_int_equal(at_s, 1600000000);
    assert_true(entitle_claims_key_rotated_at(claims, &at_s));
    assert_int_equal(at_s, 1500000000);
}

static void
expect_all(void)
{
    assert_int_equal(entitle_verification_reason(verification), ENTITLE_VERIFIED);
    for (int check = 0; check < ENTITLE_CHECK_COUNT; check++) {
        assert_int_equal(
            entitle_verification_check(verification, (entitle_check)check),
            ENTITLE_CHECK_PASS);
    }
    assert_ptr_equal(
        entitle_verification_key(verification), entitle_keyring_find(ring, 1));
    assert_string_equal(
        entitle_verification_algorithm_unverified(verification), "PS256");
    assert_string_equal(entitle_verification_type_unverified(verification), "JWT");
    assert_int_equal(entitle_verification_warning_count(verification), 0);
    assert_null(entitle_verification_warning_at(verification, 0));
    expect_claims(entitle_verification_claims(verification));
}

/* Nor does want of memory pass as a forgery. */
static void
expect_verified(entitle_status status)
{
    if (status != ENTITLE_OK) {
        assert_int_equal(status, ENTITLE_OUT_OF_MEMORY);
        assert_null(verification);
        assert_int_equal(verify_good(NULL), ENTITLE_OK);
    }
    assert_true(entitle_verification_is_valid(verification));
    expect_all();
}

/* Without a clock it is 1970. */
static void
expect_verified_or_doubted(entitle_status status)
{
    if (status == ENTITLE_OK && !entitle_verification_is_valid(verification)) {
        assert_int_equal(
            entitle_verification_reason(verification), ENTITLE_ISSUED_IN_FUTURE);
        assert_non_null(entitle_verification_message(verification));
        return;
    }
    expect_verified(status);
}

static entitle_status
verify_tampered(entitle_error *error)
{
    return verify(tampered, error);
}

static entitle_status
verify_salted(entitle_error *error)
{
    return verify(salted, error);
}

static entitle_status
verify_unsigned(entitle_error *error)
{
    return verify(unsigned_one, error);
}

static void
expect_refusal(entitle_status status)
{
    assert_int_equal(verification != NULL, status == ENTITLE_OK);
    assert_false(entitle_verification_is_valid(verification));
    assert_null(entitle_verification_claims(verification));
    if (status == ENTITLE_OK) {
        assert_string_not_equal(entitle_verification_message(verification), "");
        assert_int_equal(
            entitle_status_category(entitle_verification_reason(verification)),
            ENTITLE_CATEGORY_NOT_AUTHENTIC);
    }
}

static const fault_scenario scenarios[] = {
    { "verify", prepare, verify_good, expect_verified, clear, 0 },
    { "verify_now",
      prepare_ordinarily,
      verify_good,
      expect_verified_or_doubted,
      clear,
      0 },
    { "verify_tampered", prepare, verify_tampered, expect_refusal, clear, 0 },
    { "verify_salted", prepare, verify_salted, expect_refusal, clear, 7 },
    { "verify_unsigned", prepare, verify_unsigned, expect_refusal, clear, 0 },
};

int
main(void)
{
    const forge_recipe recipe = { .payload = LONG_AGO };
    const forge_recipe with_salt = { .payload = LONG_AGO,
                                     .has_salt_length = true,
                                     .salt_length = 0 };
    const forge_recipe without_signature = { .payload = LONG_AGO,
                                             .header = "{\"alg\":\"none\"}",
                                             .algorithm = FORGE_UNSIGNED };

    failing_inner_memory_install();
    pem = forge_pem(forge_pkey(FORGE_KEY), FORGE_SPKI);
    good = forge_token(&recipe);
    tampered = forge_tampered(&recipe, 0, 0);
    salted = forge_token(&with_salt);
    unsigned_one = forge_token(&without_signature);
    int status = FAULT_SWEEP("token", scenarios);
    free(pem);
    free(good);
    free(tampered);
    free(salted);
    free(unsigned_one);
    return status;
}
