/* SPDX-License-Identifier: Apache-2.0 */
#include "support/cmocka.h"
#include "support/metering_fixture.h"

#include <entitle/customer.h>

#include <stdlib.h>
#include <string.h>

/* The tear-down looks for the nonce in error and log, so it is the token here. */
#define TOKEN METERING_NONCE

#define ARN "arn:aws:license-manager::294406891311:license:l-0123456789abcdef"

static entitle_customer *customer;

static entitle_status
resolve(const char *token, const scripted_answer *answer)
{
    metering_start(answer, 1);
    return entitle_metering_resolve_customer(
        fixture.metering, token, &customer, &fixture.error);
}

static void
customer_has_what_the_answer_says(void **state)
{
    static const scripted_answer answer = {
        .http_status = 200,
        .body = "{\"CustomerIdentifier\":\"cust-1\",\"CustomerAWSAccountId\":"
                "\"123456789012\",\"ProductCode\":\"code\",\"LicenseArn\":\"" ARN "\"}",
        .headers = { "x-amzn-RequestId: req-1" },
    };

    (void)state;
    assert_int_equal(resolve(TOKEN, &answer), ENTITLE_OK);
    assert_string_equal(
        fixture.script.requests[0].body, "{\"RegistrationToken\":\"" TOKEN "\"}");
    assert_string_equal(
        scripted_transport_header(&fixture.script, 0, "x-amz-target"),
        "AWSMPMeteringService.ResolveCustomer");
    assert_string_equal(entitle_customer_identifier(customer), "cust-1");
    assert_string_equal(entitle_customer_account(customer), "123456789012");
    assert_string_equal(entitle_customer_product_code(customer), "code");
    assert_string_equal(entitle_customer_license_arn(customer), ARN);
    assert_string_equal(entitle_customer_request_id(customer), "req-1");
    entitle_customer_free(customer);
}

static void
token_is_escaped_not_interpreted(void **state)
{
    static const scripted_answer answer = {
        .http_status = 200,
        .body = "{\"CustomerIdentifier\":\"c\"}",
    };

    (void)state;
    assert_int_equal(resolve("a\"\\\n%2B+/=", &answer), ENTITLE_OK);
    assert_string_equal(
        fixture.script.requests[0].body,
        "{\"RegistrationToken\":\"a\\\"\\\\\\n%2B+/=\"}");
    entitle_customer_free(customer);
}

static void
customer_without_a_name_is_none(void **state)
{
    static const struct {
        const char *body;
        entitle_status want;
    } cases[] = {
        { "{\"CustomerIdentifier\":\"c\"}", ENTITLE_OK },
        { "{\"CustomerAWSAccountId\":\"1\"}", ENTITLE_OK },
        { "{\"CustomerAWSAccountId\":\"1\",\"CustomerIdentifier\":null}", ENTITLE_OK },
        { "{\"CustomerIdentifier\":\"\"}", ENTITLE_BAD_RESPONSE },
        { "{\"CustomerIdentifier\":7}", ENTITLE_BAD_RESPONSE },
        { "{\"customerIdentifier\":\"c\"}", ENTITLE_BAD_RESPONSE },
        { "{\"ProductCode\":\"p\"}", ENTITLE_BAD_RESPONSE },
        { "{}", ENTITLE_BAD_RESPONSE },
        { "[]", ENTITLE_BAD_RESPONSE },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const scripted_answer answer = { .http_status = 200, .body = cases[i].body };

        print_message("  %s\n", cases[i].body);
        metering_set_up(state);
        assert_int_equal(resolve(TOKEN, &answer), cases[i].want);
        assert_int_equal(customer != NULL, cases[i].want == ENTITLE_OK);
        entitle_customer_free(customer);
        metering_tear_down(state);
    }
    metering_set_up(state);
}

static void
token_is_checked_before_it_is_sent(void **state)
{
    enum { LIMIT = 65536 };
    static const scripted_answer answer = {
        .http_status = 200,
        .body = "{\"CustomerIdentifier\":\"c\"}",
    };
    char *longest = malloc(LIMIT + 2);
    const struct {
        const char *token;
        entitle_status want;
        const char *want_words;
    } cases[] = {
        { "t", ENTITLE_OK, "" },
        { "", ENTITLE_INVALID_INPUT, "no registration token" },
        { NULL, ENTITLE_INVALID_INPUT, "no registration token" },
        { "t\xc3\xa4", ENTITLE_OK, "" },
        { "t\xc3", ENTITLE_INVALID_INPUT, "not UTF-8" },
        { longest + 1, ENTITLE_OK, "" },
        { longest, ENTITLE_INVALID_INPUT, "longer" },
    };

    assert_non_null(longest);
    memset(longest, 't', LIMIT + 1);
    longest[LIMIT + 1] = '\0';
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        print_message("  case %zu\n", i);
        metering_set_up(state);
        assert_int_equal(resolve(cases[i].token, &answer), cases[i].want);
        assert_int_equal(fixture.script.request_count, cases[i].want == ENTITLE_OK);
        assert_non_null(strstr(fixture.error.message, cases[i].want_words));
        entitle_customer_free(customer);
        metering_tear_down(state);
    }
    free(longest);
    metering_set_up(state);
}

/* The tear-down looks for the token. */
static void
errors_never_quote_the_token(void **state)
{
    static const char *const bodies[] = {
        "{\"__type\":\"InvalidTokenException\",\"message\":\"'" TOKEN "' is unknown\"}",
        "{\"__type\":\"ExpiredTokenException\",\"message\":\"" TOKEN "\"}",
        "{\"__type\":\"" TOKEN "\",\"message\":\"no\"}",
        "{\"Customer\":\"" TOKEN "\"",
    };

    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        const scripted_answer answer = {
            .http_status = i < 3 ? 400 : 200,
            .body = bodies[i],
            .headers = { "x-amzn-RequestId: " TOKEN },
        };

        metering_set_up(state);
        assert_int_not_equal(resolve(TOKEN, &answer), ENTITLE_OK);
        assert_null(customer);
        assert_null(strstr(fixture.error.request_id, TOKEN));
        metering_tear_down(state);
    }
    metering_set_up(state);
}

static void
nobody_is_a_customer_without_members(void **state)
{
    (void)state;
    assert_int_equal(
        entitle_metering_resolve_customer(NULL, TOKEN, &customer, NULL),
        ENTITLE_INVALID_ARGUMENT);
    assert_null(customer);
    entitle_customer_free(NULL);
    assert_string_equal(entitle_customer_identifier(NULL), "");
    assert_string_equal(entitle_customer_account(NULL), "");
    assert_string_equal(entitle_customer_license_arn(NULL), "");
    assert_string_equal(entitle_customer_product_code(NULL), "");
    assert_string_equal(entitle_customer_request_id(NULL), "");
}

static void
resolve_customer_survives_failing_memory(void **state)
{
    static const scripted_answer answer = {
        .http_status = 200,
        .body = "{\"CustomerIdentifier\":\"c\"}",
    };
    entitle_status status = ENTITLE_OUT_OF_MEMORY;
    int64_t failures = 0;

    for (; status != ENTITLE_OK; failures++) {
        metering_set_up(state);
        metering_start(&answer, 1);
        fixture.fake.fail_allocation = fixture.fake.allocations + failures;
        status = entitle_metering_resolve_customer(
            fixture.metering, TOKEN, &customer, &fixture.error);
        assert_true(status == ENTITLE_OK || status == ENTITLE_OUT_OF_MEMORY);
        assert_int_equal(customer != NULL, status == ENTITLE_OK);
        entitle_customer_free(customer);
        metering_tear_down(state);
    }
    metering_set_up(state);
    assert_true(failures > 8);
}

#define TEST(name)                                                                     \
    cmocka_unit_test_setup_teardown(name, metering_set_up, metering_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(customer_has_what_the_answer_says),
        TEST(token_is_escaped_not_interpreted),
        TEST(customer_without_a_name_is_none),
        TEST(token_is_checked_before_it_is_sent),
        TEST(errors_never_quote_the_token),
        TEST(nobody_is_a_customer_without_members),
        TEST(resolve_customer_survives_failing_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
