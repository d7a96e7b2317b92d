/* SPDX-License-Identifier: Apache-2.0 */
#include "support/cmocka.h"
#include "support/licence_forge.h"
#include "verify_fixture.h"

#include <stdlib.h>
#include <string.h>

enum { YEAR_S = 31536000, LEEWAY_S = 300 };

static const struct {
    const char *name;
    const char *product_code;
    const char *account;
    const char *host;
    int64_t at_s;
    entitle_status want;
    const char *want_steps;
} expectations[] = {
    { "everything",
      LICENCE_PRODUCT,
      "123456789012",
      "db7",
      FAKE_NOW_S,
      ENTITLE_VERIFIED,
      "ppppppcppp" },
    { "other_product",
      "other",
      "123456789012",
      "db7",
      FAKE_NOW_S,
      ENTITLE_PRODUCT_CODE_MISMATCH,
      "pppppfcrrr" },
    { "other_account",
      LICENCE_PRODUCT,
      "123456789013",
      "db7",
      FAKE_NOW_S,
      ENTITLE_BOUND_ELSEWHERE,
      "ppppppcpfr" },
    { "other_host",
      LICENCE_PRODUCT,
      "123456789012",
      "db8",
      FAKE_NOW_S,
      ENTITLE_BOUND_ELSEWHERE,
      "ppppppcppf" },
    { "host_in_another_case",
      LICENCE_PRODUCT,
      "123456789012",
      "DB7",
      FAKE_NOW_S,
      ENTITLE_VERIFIED,
      "ppppppcppp" },
    { "nothing_asked", NULL, NULL, NULL, FAKE_NOW_S, ENTITLE_VERIFIED, "pppppccpcc" },
    { "just_early_enough",
      NULL,
      NULL,
      NULL,
      FAKE_NOW_S - LEEWAY_S,
      ENTITLE_VERIFIED,
      "pppppccpcc" },
    { "too_early",
      NULL,
      NULL,
      NULL,
      FAKE_NOW_S - LEEWAY_S - 1,
      ENTITLE_NOT_YET_VALID,
      "pppppccfcc" },
    { "just_late_enough",
      NULL,
      NULL,
      NULL,
      FAKE_NOW_S + YEAR_S + LEEWAY_S - 1,
      ENTITLE_VERIFIED,
      "pppppccpcc" },
    { "too_late",
      NULL,
      NULL,
      NULL,
      FAKE_NOW_S + YEAR_S + LEEWAY_S,
      ENTITLE_EXPIRED,
      "pppppccfcc" },
};

static void
expectation_is_held_against_the_licence(void **state)
{
    const licence_recipe bound = {
        .payload =
            LICENCE_PAYLOAD_WITH(",\"account\":\"123456789012\",\"host\":\"db7\""),
    };
    char *licence = licence_forge(&bound);

    (void)state;
    for (size_t i = 0; i < sizeof(expectations) / sizeof(expectations[0]); i++) {
        const entitle_licence_expectation expectation = {
            .struct_size = sizeof(expectation),
            .product_code = expectations[i].product_code,
            .account = expectations[i].account,
            .host = expectations[i].host,
            .at_s = expectations[i].at_s,
        };

        verify_expect(
            expectations[i].name,
            licence,
            &expectation,
            expectations[i].want,
            expectations[i].want_steps);
    }
    free(licence);
}

/* A licence that begins before it was issued: then a clock is wrong. */
static void
licence_from_the_future_is_refused(void **state)
{
    const licence_recipe recipe = { .payload = VERIFY_PAYLOAD_LASTING(
                                        "1795291501", "1", "1826827200") };
    const licence_recipe neighbour = { .payload = VERIFY_PAYLOAD_LASTING(
                                           "1795291500", "1", "1826827200") };
    char *licence = licence_forge(&recipe);
    char *accepted = licence_forge(&neighbour);

    (void)state;
    verify_expect(
        "future", licence, &verify_now, ENTITLE_ISSUED_IN_FUTURE, "pppppccfcc");
    verify_expect("neighbour", accepted, &verify_now, ENTITLE_VERIFIED, "pppppccpcc");
    free(licence);
    free(accepted);
}

static void
licence_says_what_was_signed(void **state)
{
    const licence_recipe right = { 0 };
    char *text = licence_forge(&right);
    entitle_licence_verification *verification = verify_licence(text, &verify_now);
    const entitle_licence *licence = entitle_licence_verification_licence(verification);
    uint32_t seats = 0;

    (void)state;
    assert_non_null(licence);
    assert_string_equal(entitle_licence_id(licence), "licence-0001");
    assert_string_equal(entitle_licence_product_code(licence), LICENCE_PRODUCT);
    assert_string_equal(entitle_licence_licensee(licence), "Example Corp");
    assert_int_equal(entitle_licence_issued_at_s(licence), FAKE_NOW_S);
    assert_int_equal(entitle_licence_not_before_s(licence), FAKE_NOW_S);
    assert_int_equal(entitle_licence_expires_at_s(licence), FAKE_NOW_S + YEAR_S);
    assert_true(entitle_licence_seats(licence, &seats));
    assert_int_equal(seats, 25);
    assert_int_equal(entitle_licence_feature_count(licence), 2);
    assert_string_equal(entitle_licence_feature_at(licence, 1), "sso");
    assert_null(entitle_licence_feature_at(licence, 2));
    assert_true(entitle_licence_has_feature(licence, "export"));
    assert_false(entitle_licence_has_feature(licence, "Export"));
    assert_null(entitle_licence_account(licence));
    assert_null(entitle_licence_host(licence));
    assert_string_equal(entitle_licence_json(licence), LICENCE_PAYLOAD);
    assert_string_equal(
        entitle_licence_verification_key_id(verification), LICENCE_KEY_ID);
    assert_string_equal(
        entitle_licence_verification_key_algorithm(verification), "ES256");
    assert_int_equal(strlen(entitle_licence_verification_key_sha256(verification)), 64);
    assert_string_equal(
        entitle_licence_verification_message(verification),
        "licence licence-0001 of 'Example Corp' is authentic, signed by the key "
        "'" LICENCE_KEY_ID "', and lasts until 2027-11-21T20:00:00Z");
    entitle_licence_verification_free(verification);
    free(text);
}

static void
verify_refuses_what_cannot_be_judged(void **state)
{
    entitle_licence_keys *none = NULL;
    entitle_licence_verification *verification = NULL;
    entitle_licence_expectation both = { .struct_size = sizeof(both),
                                         .at_s = 1,
                                         .state_file = "/nowhere" };
    const entitle_licence_expectation empty = { .struct_size = sizeof(empty),
                                                .product_code = "" };

    (void)state;
    assert_int_equal(entitle_licence_keys_new(NULL, &none, NULL), ENTITLE_OK);
    assert_int_equal(
        entitle_licence_verify(none, "a.b.c", 5, NULL, &verification, NULL),
        ENTITLE_KEYS_UNUSABLE);
    entitle_licence_keys_free(none);
    assert_int_equal(
        entitle_licence_verify(verify_keys, "a.b.c", 5, &both, &verification, NULL),
        ENTITLE_INVALID_ARGUMENT);
    assert_int_equal(
        entitle_licence_verify(verify_keys, "a.b.c", 5, &empty, &verification, NULL),
        ENTITLE_INVALID_ARGUMENT);
    assert_int_equal(
        entitle_licence_verify(verify_keys, NULL, 5, NULL, &verification, NULL),
        ENTITLE_INVALID_ARGUMENT);
    assert_int_equal(
        entitle_licence_verify(NULL, "a.b.c", 5, NULL, &verification, NULL),
        ENTITLE_INVALID_ARGUMENT);
    assert_null(verification);
    assert_false(entitle_licence_verification_is_valid(NULL));
}

/* Each allocation fails in turn: no judgement is then made, and nothing is left over.
 */
static void
verify_survives_failing_memory(void **state)
{
    const licence_recipe right = { 0 };
    char *licence = licence_forge(&right);
    int64_t blocks_before = verify_fake.blocks_in_use;
    entitle_status status = ENTITLE_OUT_OF_MEMORY;
    int64_t failures = 0;

    (void)state;
    for (; status == ENTITLE_OUT_OF_MEMORY && failures < 100; failures++) {
        entitle_licence_verification *verification = NULL;

        verify_fake.allocations = 0;
        verify_fake.fail_allocation = failures;
        status = entitle_licence_verify(
            verify_keys, licence, strlen(licence), &verify_now, &verification, NULL);
        verify_fake.fail_allocation = -1;
        assert_true((verification != NULL) == (status == ENTITLE_OK));
        entitle_licence_verification_free(verification);
        assert_int_equal(verify_fake.blocks_in_use, blocks_before);
    }
    assert_int_equal(status, ENTITLE_OK);
    assert_true(failures > 2);
    free(licence);
}

static void
unverified_reading_shows_any_licence(void **state)
{
    const licence_recipe forged = { .header = "{\"alg\":\"none\"}",
                                    .payload = "{\"product\":\"p\"}" };
    char *licence = licence_forge(&forged);
    char *header = NULL;
    char *payload = NULL;

    (void)state;
    assert_int_equal(
        entitle_licence_read_unverified(
            licence, strlen(licence), &header, &payload, NULL),
        ENTITLE_OK);
    assert_string_equal(header, "{\"alg\":\"none\"}");
    assert_string_equal(payload, "{\"product\":\"p\"}");
    entitle_licence_text_free(header);
    entitle_licence_text_free(payload);
    assert_int_equal(
        entitle_licence_read_unverified("e30.W10.AA", 10, &header, &payload, NULL),
        ENTITLE_BAD_PAYLOAD);
    assert_null(header);
    assert_int_equal(
        entitle_licence_read_unverified("e30.e30", 7, &header, &payload, NULL),
        ENTITLE_MALFORMED_TOKEN);
    free(licence);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expectation_is_held_against_the_licence),
        cmocka_unit_test(licence_from_the_future_is_refused),
        cmocka_unit_test(licence_says_what_was_signed),
        cmocka_unit_test(verify_refuses_what_cannot_be_judged),
        cmocka_unit_test(verify_survives_failing_memory),
        cmocka_unit_test(unverified_reading_shows_any_licence),
    };

    return cmocka_run_group_tests(tests, verify_set_up, verify_tear_down);
}
