/* SPDX-License-Identifier: Apache-2.0 */
#include "support/cmocka.h"
#include "token/judgement.h"

#include <string.h>

enum { NOW = 1795291200, PAST = NOW - 1000 };

/* A claim that is there. */
#define AT(seconds)                                                                    \
    {                                                                                  \
        .is_present = true, .at_s = (seconds)                                          \
    }

static const entitle_check_result untouched[ENTITLE_CHECK_COUNT] = {
    [ENTITLE_CHECK_PRODUCT_CODE] = ENTITLE_CHECK_NOT_CHECKED,
    [ENTITLE_CHECK_NONCE] = ENTITLE_CHECK_NOT_CHECKED,
};

static entitle_status
judge(
    const entitle_claims *claims,
    const ent_judgement_terms *terms,
    entitle_check_result checks[ENTITLE_CHECK_COUNT],
    ent_warnings *warnings)
{
    entitle_error error;

    warnings->count = 0;
    memcpy(checks, untouched, sizeof(untouched));
    return ent_judge(claims, terms, checks, warnings, &error);
}

static entitle_claims
fit_claims(void)
{
    return (entitle_claims){
        .product_code = "abc",
        .nonce = "nonce",
        .key_version = 1,
        .issued_at = AT(NOW),
    };
}

static ent_judgement_terms
fit_terms(void)
{
    return (ent_judgement_terms){
        .product_code = "abc",
        .nonce = "nonce",
        .key_version = 1,
        .now_s = NOW,
    };
}

static void
judge_passes_what_was_asked_for(void **state)
{
    entitle_claims claims = fit_claims();
    ent_judgement_terms terms = fit_terms();
    entitle_check_result checks[ENTITLE_CHECK_COUNT];
    ent_warnings warnings;

    (void)state;
    assert_int_equal(judge(&claims, &terms, checks, &warnings), ENTITLE_OK);
    assert_int_equal(checks[ENTITLE_CHECK_PRODUCT_CODE], ENTITLE_CHECK_PASS);
    assert_int_equal(checks[ENTITLE_CHECK_NONCE], ENTITLE_CHECK_PASS);
    assert_int_equal(checks[ENTITLE_CHECK_KEY_VERSION], ENTITLE_CHECK_PASS);
    assert_int_equal(checks[ENTITLE_CHECK_TIME], ENTITLE_CHECK_PASS);
    assert_int_equal(warnings.count, 0);
}

static void
judge_leaves_what_was_not_asked_for(void **state)
{
    entitle_claims claims = fit_claims();
    ent_judgement_terms terms = { .key_version = 1, .now_s = NOW };
    entitle_check_result checks[ENTITLE_CHECK_COUNT];
    ent_warnings warnings;

    (void)state;
    assert_int_equal(judge(&claims, &terms, checks, &warnings), ENTITLE_OK);
    assert_int_equal(checks[ENTITLE_CHECK_PRODUCT_CODE], ENTITLE_CHECK_NOT_CHECKED);
    assert_int_equal(checks[ENTITLE_CHECK_NONCE], ENTITLE_CHECK_NOT_CHECKED);
    assert_int_equal(checks[ENTITLE_CHECK_KEY_VERSION], ENTITLE_CHECK_PASS);
}

/* Everything is wrong at once, and mended one by one. */
static void
judge_stops_at_the_first_failure(void **state)
{
    entitle_claims claims = {
        .product_code = "other",
        .nonce = "other",
        .key_version = 2,
        .expires_at = AT(PAST),
    };
    ent_judgement_terms terms = fit_terms();
    entitle_check_result checks[ENTITLE_CHECK_COUNT];
    ent_warnings warnings;

    (void)state;
    assert_int_equal(
        judge(&claims, &terms, checks, &warnings), ENTITLE_PRODUCT_CODE_MISMATCH);
    assert_int_equal(checks[ENTITLE_CHECK_PRODUCT_CODE], ENTITLE_CHECK_FAIL);
    assert_int_equal(checks[ENTITLE_CHECK_KEY_VERSION], ENTITLE_CHECK_NOT_REACHED);

    claims.product_code = "abc";
    assert_int_equal(judge(&claims, &terms, checks, &warnings), ENTITLE_NONCE_MISMATCH);
    assert_int_equal(checks[ENTITLE_CHECK_NONCE], ENTITLE_CHECK_FAIL);
    assert_int_equal(checks[ENTITLE_CHECK_KEY_VERSION], ENTITLE_CHECK_NOT_REACHED);

    claims.nonce = "nonce";
    assert_int_equal(
        judge(&claims, &terms, checks, &warnings), ENTITLE_KEY_VERSION_MISMATCH);
    assert_int_equal(checks[ENTITLE_CHECK_KEY_VERSION], ENTITLE_CHECK_FAIL);
    assert_int_equal(checks[ENTITLE_CHECK_TIME], ENTITLE_CHECK_NOT_REACHED);

    claims.key_version = 1;
    assert_int_equal(judge(&claims, &terms, checks, &warnings), ENTITLE_EXPIRED);
    assert_int_equal(checks[ENTITLE_CHECK_TIME], ENTITLE_CHECK_FAIL);

    claims.expires_at.is_present = false;
    assert_int_equal(judge(&claims, &terms, checks, &warnings), ENTITLE_OK);
}

static void
judge_wants_the_very_product_code_and_nonce(void **state)
{
    static const struct {
        const char *claimed;
        bool passes;
    } cases[] = {
        { "abc", true },  { "abcd", false }, { "ab", false },
        { "ABC", false }, { "abd", false },  { "", false },
    };
    entitle_check_result checks[ENTITLE_CHECK_COUNT];
    ent_warnings warnings;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        entitle_claims claims = fit_claims();
        ent_judgement_terms terms = fit_terms();
        claims.product_code = cases[i].claimed;
        assert_int_equal(
            judge(&claims, &terms, checks, &warnings),
            cases[i].passes ? ENTITLE_OK : ENTITLE_PRODUCT_CODE_MISMATCH);

        claims = fit_claims();
        claims.nonce = cases[i].claimed;
        terms.nonce = "abc";
        assert_int_equal(
            judge(&claims, &terms, checks, &warnings),
            cases[i].passes ? ENTITLE_OK : ENTITLE_NONCE_MISMATCH);
    }
}

static void
judge_wants_a_nonce_where_one_was_asked_for(void **state)
{
    entitle_claims claims = fit_claims();
    ent_judgement_terms terms = fit_terms();
    entitle_check_result checks[ENTITLE_CHECK_COUNT];
    ent_warnings warnings;

    (void)state;
    claims.nonce = NULL;
    assert_int_equal(judge(&claims, &terms, checks, &warnings), ENTITLE_NONCE_MISMATCH);
    terms.nonce = NULL;
    assert_int_equal(judge(&claims, &terms, checks, &warnings), ENTITLE_OK);
}

static void
judge_allows_300_seconds_either_way(void **state)
{
    static const struct {
        const char *name;
        entitle_claims claims;
        entitle_status want;
    } cases[] = {
        { "iat now", { .issued_at = AT(NOW) }, ENTITLE_OK },
        { "iat long ago", { .issued_at = AT(0) }, ENTITLE_OK },
        { "iat before 1970", { .issued_at = AT(-1e308) }, ENTITLE_OK },
        { "iat at the limit", { .issued_at = AT(NOW + 300) }, ENTITLE_OK },
        { "iat over it", { .issued_at = AT(NOW + 301) }, ENTITLE_ISSUED_IN_FUTURE },
        { "iat barely",
          { .issued_at = AT((double)NOW + 300.5) },
          ENTITLE_ISSUED_IN_FUTURE },
        { "iat huge", { .issued_at = AT(1e308) }, ENTITLE_ISSUED_IN_FUTURE },
        { "nbf at the limit", { .not_before = AT(NOW + 300) }, ENTITLE_OK },
        { "nbf over it", { .not_before = AT(NOW + 301) }, ENTITLE_NOT_YET_VALID },
        { "nbf huge", { .not_before = AT(1e308) }, ENTITLE_NOT_YET_VALID },
        { "exp ahead", { .expires_at = AT(1e308) }, ENTITLE_OK },
        { "exp within", { .expires_at = AT(NOW - 299) }, ENTITLE_OK },
        { "exp at the limit", { .expires_at = AT(NOW - 300) }, ENTITLE_EXPIRED },
        { "exp zero", { .expires_at = AT(0) }, ENTITLE_EXPIRED },
        { "exp before 1970", { .expires_at = AT(-1e308) }, ENTITLE_EXPIRED },
    };
    entitle_check_result checks[ENTITLE_CHECK_COUNT];
    ent_warnings warnings;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        ent_judgement_terms terms = { .key_version = 1, .now_s = NOW };
        entitle_claims claims = cases[i].claims;
        claims.key_version = 1;
        if (judge(&claims, &terms, checks, &warnings) != cases[i].want) {
            fail_msg("%s", cases[i].name);
        }
    }
}

static void
judge_trusts_a_fresh_nonce_over_the_clock(void **state)
{
    entitle_claims claims = fit_claims();
    ent_judgement_terms terms = fit_terms();
    entitle_check_result checks[ENTITLE_CHECK_COUNT];
    ent_warnings warnings;

    (void)state;
    claims.issued_at.at_s = NOW + 86400;
    terms.nonce_is_fresh = true;
    assert_int_equal(judge(&claims, &terms, checks, &warnings), ENTITLE_OK);
    assert_int_equal(checks[ENTITLE_CHECK_TIME], ENTITLE_CHECK_PASS);
    assert_int_equal(warnings.count, 1);

    terms.nonce_is_fresh = false;
    assert_int_equal(
        judge(&claims, &terms, checks, &warnings), ENTITLE_ISSUED_IN_FUTURE);
    assert_int_equal(warnings.count, 0);

    terms.nonce_is_fresh = true;
    terms.nonce = NULL;
    assert_int_equal(
        judge(&claims, &terms, checks, &warnings), ENTITLE_ISSUED_IN_FUTURE);
}

static void
judge_keeps_a_fresh_nonce_from_hiding_expiry(void **state)
{
    entitle_claims claims = fit_claims();
    ent_judgement_terms terms = fit_terms();
    entitle_check_result checks[ENTITLE_CHECK_COUNT];
    ent_warnings warnings;

    (void)state;
    terms.nonce_is_fresh = true;
    claims.expires_at = (ent_numeric_date)AT(PAST);
    assert_int_equal(judge(&claims, &terms, checks, &warnings), ENTITLE_EXPIRED);
    claims.expires_at.is_present = false;
    claims.not_before = (ent_numeric_date)AT(NOW + 1000);
    assert_int_equal(judge(&claims, &terms, checks, &warnings), ENTITLE_NOT_YET_VALID);
}

static void
judge_never_quotes_a_nonce(void **state)
{
    entitle_claims claims = fit_claims();
    ent_judgement_terms terms = fit_terms();
    entitle_check_result checks[ENTITLE_CHECK_COUNT] = { ENTITLE_CHECK_NOT_REACHED };
    ent_warnings warnings = { .count = 0 };
    entitle_error error;

    (void)state;
    claims.nonce = "SECRET-A";
    terms.nonce = "SECRET-B";
    assert_int_equal(
        ent_judge(&claims, &terms, checks, &warnings, &error), ENTITLE_NONCE_MISMATCH);
    assert_null(strstr(error.message, "SECRET"));
    assert_null(strstr(error.hint, "SECRET"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(judge_passes_what_was_asked_for),
        cmocka_unit_test(judge_leaves_what_was_not_asked_for),
        cmocka_unit_test(judge_stops_at_the_first_failure),
        cmocka_unit_test(judge_wants_the_very_product_code_and_nonce),
        cmocka_unit_test(judge_wants_a_nonce_where_one_was_asked_for),
        cmocka_unit_test(judge_allows_300_seconds_either_way),
        cmocka_unit_test(judge_trusts_a_fresh_nonce_over_the_clock),
        cmocka_unit_test(judge_keeps_a_fresh_nonce_from_hiding_expiry),
        cmocka_unit_test(judge_never_quotes_a_nonce),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
