/* SPDX-License-Identifier: Apache-2.0 */
#include "support/cmocka.h"
#include "support/metering_fixture.h"

#include <entitle/metering.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static entitle_answer *answer;

static entitle_status
call(const char *operation, const char *json, const scripted_answer *with)
{
    entitle_metering_options options = metering_options_of(ENTITLE_RETRY_STANDARD);

    answer = NULL;
    scripted_transport_init(&fixture.script, &fixture.fake, with, 1);
    assert_int_equal(
        entitle_metering_new(&options, &fixture.metering, NULL), ENTITLE_OK);
    return entitle_metering_call(
        fixture.metering, operation, json, strlen(json), &answer, &fixture.error);
}

typedef struct call_case {
    const char *operation;
    const char *json;
    const char *answer;
    entitle_status want;
    size_t want_requests;
} call_case;

static void
call_passes_json_through(void **state)
{
    static const call_case cases[] = {
        { "RegisterUsage", "{ }", METERING_ANSWER, ENTITLE_OK, 1 },
        { "RegisterUsage", "{}", "{}", ENTITLE_BAD_RESPONSE, 2 },
        { "MeterUsage", "{}", "{\"MeteringRecordId\":\"r\"}", ENTITLE_OK, 1 },
        { "MeterUsage", "{}", "{}", ENTITLE_BAD_RESPONSE, 2 },
        { "BatchMeterUsage", "{}", "{\"Results\":[]}", ENTITLE_OK, 1 },
        { "ResolveCustomer", "{}", "{\"CustomerIdentifier\":\"c\"}", ENTITLE_OK, 1 },
        { "ResolveCustomer", "{}", "[]", ENTITLE_BAD_RESPONSE, 2 },
        { "resolveCustomer", "{}", "{}", ENTITLE_INVALID_INPUT, 0 },
        { "DeleteEverything", "{}", "{}", ENTITLE_INVALID_INPUT, 0 },
        { "", "{}", "{}", ENTITLE_INVALID_INPUT, 0 },
        { "MeterUsage", "[]", "{}", ENTITLE_INVALID_INPUT, 0 },
        { "MeterUsage", "", "{}", ENTITLE_INVALID_INPUT, 0 },
        { "MeterUsage", "{}{}", "{}", ENTITLE_INVALID_INPUT, 0 },
        { "MeterUsage", "{\"a\":1,\"a\":2}", "{}", ENTITLE_INVALID_INPUT, 0 },
        { "RegisterUsage", "{\"a\":1,\"a\":2}", "{}", ENTITLE_INVALID_INPUT, 0 },
        { "BatchMeterUsage", "{\"a\":1,\"a\":2}", "{}", ENTITLE_INVALID_INPUT, 0 },
        { "BatchMeterUsage",
          "{\"UsageRecords\":[{\"Quantity\":1,\"Quantity\":2}]}",
          "{}",
          ENTITLE_INVALID_INPUT,
          0 },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const call_case *each = &cases[i];
        const scripted_answer with = {
            .http_status = 200,
            .body = each->answer,
            .headers = { "X-Amzn-RequestId: req-1" },
        };

        print_message("  %s %s\n", each->operation, each->json);
        metering_set_up(state);
        assert_int_equal(call(each->operation, each->json, &with), each->want);
        assert_int_equal(fixture.script.request_count, each->want_requests);
        assert_int_equal(answer != NULL, each->want == ENTITLE_OK);
        if (answer != NULL) {
            assert_string_equal(entitle_answer_json(answer), each->answer);
            assert_string_equal(entitle_answer_request_id(answer), "req-1");
            assert_string_equal(fixture.script.requests[0].body, each->json);
            assert_string_equal(
                scripted_transport_header(&fixture.script, 0, "x-amz-target") +
                    strlen("AWSMPMeteringService."),
                each->operation);
        } else {
            assert_true(fixture.error.hint[0] != '\0');
        }
        entitle_answer_free(answer);
        metering_tear_down(state);
    }
    metering_set_up(state);
}

static void
call_takes_requests_up_to_1_mib(void **state)
{
    enum { LIMIT = 1024 * 1024 };
    static const scripted_answer with = { .http_status = 200, .body = "{}" };
    char *json = malloc(LIMIT + 2);

    assert_non_null(json);
    memset(json, ' ', LIMIT + 1);
    json[0] = '{';
    json[LIMIT + 1] = '\0';

    json[LIMIT - 1] = '}';
    json[LIMIT] = '\0';
    assert_int_equal(call("BatchMeterUsage", json, &with), ENTITLE_OK);
    entitle_answer_free(answer);
    metering_tear_down(state);

    metering_set_up(state);
    json[LIMIT - 1] = ' ';
    json[LIMIT] = '}';
    assert_int_equal(call("BatchMeterUsage", json, &with), ENTITLE_INVALID_INPUT);
    free(json);
}

typedef struct dry_run_case {
    const char *operation;
    const char *json;
    const char *code;
    entitle_status want;
} dry_run_case;

/* Only where it was asked for, and only where the operation knows it. */
static void
dry_run_is_a_success_where_it_was_asked_for(void **state)
{
    static const dry_run_case cases[] = {
        { "MeterUsage",
          "{\"DryRun\":true}",
          "DryRunOperation",
          ENTITLE_DRY_RUN_ACCEPTED },
        { "MeterUsage", "{\"DryRun\":false}", "DryRunOperation", ENTITLE_BAD_RESPONSE },
        { "MeterUsage",
          "{\"DryRun\":\"true\"}",
          "DryRunOperation",
          ENTITLE_BAD_RESPONSE },
        { "MeterUsage", "{\"dryRun\":true}", "DryRunOperation", ENTITLE_BAD_RESPONSE },
        { "MeterUsage", "{}", "DryRunOperation", ENTITLE_BAD_RESPONSE },
        { "MeterUsage",
          "{\"DryRun\":true}",
          "UnauthorizedException",
          ENTITLE_ACCESS_DENIED },
        { "BatchMeterUsage",
          "{\"DryRun\":true}",
          "DryRunOperation",
          ENTITLE_BAD_RESPONSE },
        { "RegisterUsage",
          "{\"DryRun\":true}",
          "DryRunOperation",
          ENTITLE_BAD_RESPONSE },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char body[128];
        const scripted_answer with = { .http_status = 400, .body = body };

        print_message("  %s %s\n", cases[i].operation, cases[i].json);
        (void)snprintf(body, sizeof(body), "{\"__type\":\"%s\"}", cases[i].code);
        metering_set_up(state);
        assert_int_equal(call(cases[i].operation, cases[i].json, &with), cases[i].want);
        assert_int_equal(answer != NULL, cases[i].want == ENTITLE_DRY_RUN_ACCEPTED);
        assert_string_equal(entitle_answer_json(answer), answer != NULL ? body : "");
        entitle_answer_free(answer);
        metering_tear_down(state);
    }
    metering_set_up(state);
}

static void
call_needs_its_arguments(void **state)
{
    static const scripted_answer with = { .http_status = 200, .body = "{}" };
    entitle_answer *none = NULL;

    (void)state;
    metering_start(&with, 1);
    assert_int_equal(
        entitle_metering_call(NULL, "MeterUsage", "{}", 2, &none, NULL),
        ENTITLE_INVALID_ARGUMENT);
    assert_int_equal(
        entitle_metering_call(fixture.metering, NULL, "{}", 2, &none, NULL),
        ENTITLE_INVALID_ARGUMENT);
    assert_int_equal(
        entitle_metering_call(fixture.metering, "MeterUsage", NULL, 0, &none, NULL),
        ENTITLE_INVALID_ARGUMENT);
    assert_int_equal(fixture.script.request_count, 0);
    assert_null(none);
    assert_string_equal(entitle_answer_json(NULL), "");
    assert_string_equal(entitle_answer_request_id(NULL), "");
}

typedef struct expired_case {
    const char *operation;
    const char *message;
    entitle_status want;
} expired_case;

static void
expired_token_means_what_the_operation_means(void **state)
{
    static const expired_case cases[] = {
        { "ResolveCustomer",
          "the registration token has expired",
          ENTITLE_INVALID_INPUT },
        { "ResolveCustomer",
          "The security token included in the request is expired",
          ENTITLE_EXPIRED_CREDENTIALS },
        { "MeterUsage", "expired", ENTITLE_EXPIRED_CREDENTIALS },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char body[256];
        const scripted_answer with = { .http_status = 400, .body = body };

        (void)snprintf(
            body,
            sizeof(body),
            "{\"__type\":\"ExpiredTokenException\",\"message\":\"%s\"}",
            cases[i].message);
        metering_set_up(state);
        assert_int_equal(call(cases[i].operation, "{}", &with), cases[i].want);
        assert_true(fixture.error.hint[0] != '\0');
        metering_tear_down(state);
    }
    metering_set_up(state);
}

/* The tear-down looks for the nonce, which stands for any value of these members. */
static void
call_never_quotes_confidential_members(void **state)
{
    static const scripted_answer with = {
        .http_status = 400,
        .body =
            "{\"__type\":\"InvalidTokenException\",\"message\":\"bad " METERING_NONCE
            "\"}",
    };

    assert_int_equal(
        call("RegisterUsage", "{\"Nonce\":\"" METERING_NONCE "\"}", &with),
        ENTITLE_INVALID_INPUT);
    metering_tear_down(state);
    metering_set_up(state);
    assert_int_equal(
        call(
            "ResolveCustomer", "{\"RegistrationToken\":\"" METERING_NONCE "\"}", &with),
        ENTITLE_INVALID_INPUT);
}

#define TEST(name)                                                                     \
    cmocka_unit_test_setup_teardown(name, metering_set_up, metering_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(call_passes_json_through),
        TEST(call_takes_requests_up_to_1_mib),
        TEST(dry_run_is_a_success_where_it_was_asked_for),
        TEST(call_needs_its_arguments),
        TEST(expired_token_means_what_the_operation_means),
        TEST(call_never_quotes_confidential_members),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
