/* SPDX-License-Identifier: Apache-2.0 */
#include "answers.h"
#include "failing_calls.h"
#include "licence_scene.h"
#include "support/cmocka.h"
#include "support/licence_forge.h"
#include "surroundings.h"
#include "sweep.h"

#include <entitle/licence.h>

#include <string.h>

/*
 * Whatever fails: a licence that is in order is found to be, or is refused; one that is
 * not never opens anything. A state file has its old line or the new one.
 */
static entitle_licence_keys *keys;
static entitle_licence_verification *verification;

static void
prepare(void)
{
    licence_scene_begin();
    assert_int_equal(
        entitle_licence_keys_new(&surroundings.runtime, &keys, NULL), ENTITLE_OK);
    assert_int_equal(
        entitle_licence_keys_add(
            keys, LICENCE_KEY_ID, scene.ec_pem, strlen(scene.ec_pem), NULL),
        ENTITLE_OK);
    assert_int_equal(
        entitle_licence_keys_add(
            keys, LICENCE_RSA_KEY_ID, scene.rsa_pem, strlen(scene.rsa_pem), NULL),
        ENTITLE_OK);
}

static void
clear(void)
{
    entitle_licence_verification_free(verification);
    entitle_licence_keys_free(keys);
    verification = NULL;
    keys = NULL;
    licence_scene_end();
}

/* --- Verifying -------------------------------------------------------------------- */

static entitle_status
verify(const char *licence, entitle_error *error)
{
    const entitle_licence_expectation expectation = {
        .struct_size = sizeof(expectation),
        .product_code = LICENCE_PRODUCT,
        .here = true,
        .transport = &answers_transport,
        .state_file = scene.state,
    };

    return entitle_licence_verify(
        keys, licence, strlen(licence), &expectation, &verification, error);
}

static entitle_status
verify_good(entitle_error *error)
{
    return verify(scene.good, error);
}

static entitle_status
verify_rsa(entitle_error *error)
{
    return verify(scene.rsa_signed, error);
}

static entitle_status
verify_bound(entitle_error *error)
{
    return verify(scene.bound, error);
}

static entitle_status
verify_forged(entitle_error *error)
{
    return verify(scene.forged, error);
}

static void
expect_reading(const entitle_licence *licence)
{
    uint32_t seats = 0;

    assert_non_null(licence);
    assert_string_equal(entitle_licence_id(licence), "licence-0001");
    assert_string_equal(entitle_licence_product_code(licence), LICENCE_PRODUCT);
    assert_string_equal(entitle_licence_licensee(licence), "Example Corp");
    assert_int_equal(entitle_licence_issued_at_s(licence), FAKE_NOW_S);
    assert_int_equal(entitle_licence_not_before_s(licence), FAKE_NOW_S);
    assert_true(entitle_licence_expires_at_s(licence) > FAKE_NOW_S);
    assert_null(entitle_licence_host(licence));
    if (entitle_licence_account(licence) == NULL) {
        assert_string_equal(entitle_licence_json(licence), LICENCE_PAYLOAD);
        assert_int_equal(entitle_licence_feature_count(licence), 2);
        assert_string_equal(entitle_licence_feature_at(licence, 1), "sso");
        assert_true(entitle_licence_has_feature(licence, "export"));
        assert_true(entitle_licence_seats(licence, &seats));
        assert_int_equal(seats, 25);
    }
}

static void
expect_valid(void)
{
    assert_true(entitle_licence_verification_is_valid(verification));
    assert_int_equal(
        entitle_licence_verification_reason(verification), ENTITLE_VERIFIED);
    for (int step = 0; step < ENTITLE_LICENCE_STEP_COUNT; step++) {
        assert_int_equal(
            entitle_licence_verification_step(verification, (entitle_licence_step)step),
            ENTITLE_CHECK_PASS);
    }
    expect_reading(entitle_licence_verification_licence(verification));
    assert_int_equal(strlen(entitle_licence_verification_key_sha256(verification)), 64);
    licence_scene_expect_state(true);
}

/*
 * libjwt says EINVAL, where OpenSSL or Jansson lack memory once, as of a forgery. Where
 * it stays away nothing passes as one.
 */
static bool
is_honest_refusal(entitle_status reason)
{
    switch (reason) {
    case ENTITLE_BAD_SIGNATURE:
    case ENTITLE_BAD_PAYLOAD:
        return !failing_calls_last();
    case ENTITLE_IO_ERROR:        /* of the state file */
    case ENTITLE_BOUND_ELSEWHERE: /* where account or name cannot be found out */
        return true;
    default:
        return false;
    }
}

static void
expect_verified_again(
    entitle_status status, entitle_status (*again)(entitle_error *error))
{
    if (status != ENTITLE_OK) {
        assert_int_equal(status, ENTITLE_OUT_OF_MEMORY);
        assert_null(verification);
    } else if (!entitle_licence_verification_is_valid(verification)) {
        entitle_status reason = entitle_licence_verification_reason(verification);
        if (!is_honest_refusal(reason)) {
            fail_msg(
                "%s: %s",
                entitle_status_name(reason),
                entitle_licence_verification_message(verification));
        }
        assert_string_not_equal(entitle_licence_verification_message(verification), "");
        assert_string_not_equal(entitle_licence_verification_hint(verification), "");
        licence_scene_expect_state(false);
    }
    if (!entitle_licence_verification_is_valid(verification)) {
        entitle_licence_verification_free(verification);
        assert_int_equal(again(NULL), ENTITLE_OK);
    }
    expect_valid();
}

static void
expect_good(entitle_status status)
{
    expect_verified_again(status, verify_good);
    assert_string_equal(
        entitle_licence_verification_key_id(verification), LICENCE_KEY_ID);
    assert_string_equal(
        entitle_licence_verification_key_algorithm(verification), "ES256");
}

static void
expect_rsa(entitle_status status)
{
    expect_verified_again(status, verify_rsa);
    assert_string_equal(
        entitle_licence_verification_key_algorithm(verification), "RS256");
}

static void
expect_bound(entitle_status status)
{
    expect_verified_again(status, verify_bound);
    assert_string_equal(
        entitle_licence_account(entitle_licence_verification_licence(verification)),
        LICENCE_ACCOUNT);
}

static void
expect_forgery(entitle_status status)
{
    assert_int_equal(verification != NULL, status == ENTITLE_OK);
    assert_false(entitle_licence_verification_is_valid(verification));
    assert_null(entitle_licence_verification_licence(verification));
    licence_scene_expect_state(false);
}

/* --- Looking -----------------------------------------------------------------------
 */

static entitle_status
read_unverified(entitle_error *error)
{
    char *header = NULL;
    char *payload = NULL;
    entitle_status status = entitle_licence_read_unverified(
        scene.good, strlen(scene.good), &header, &payload, error);

    if (status == ENTITLE_OK) {
        assert_string_equal(header, LICENCE_HEADER);
        assert_string_equal(payload, LICENCE_PAYLOAD);
    } else {
        assert_null(header);
        assert_null(payload);
    }
    entitle_licence_text_free(header);
    entitle_licence_text_free(payload);
    return status;
}

static const fault_scenario scenarios[] = {
    { "verify_es256", prepare, verify_good, expect_good, clear, 97 },
    { "verify_rs256", prepare, verify_rsa, expect_rsa, clear, 97 },
    { "verify_bound", prepare, verify_bound, expect_bound, clear, 97 },
    { "verify_forged", prepare, verify_forged, expect_forgery, clear, 97 },
    { "read_unverified", prepare, read_unverified, NULL, clear, 0 },
};

int
main(void)
{
    failing_inner_memory_install();
    failing_licence_memory_install();
    licence_scene_make();
    /* libjwt 1.10 loses one number of a signature without memory for the other. */
    fault_sweep_let_lose(2, 8);
    int status = FAULT_SWEEP("licence", scenarios);
    licence_scene_remove();
    return status;
}
