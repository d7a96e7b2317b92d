/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/child.h"
#include "cli/market.h"
#include "support/cmocka.h"

#include <cjson/cJSON.h>

#include <string.h>
#include <sysexits.h>
#include <unistd.h>

static child_result
check(const char *const more[4], void (*prepare)(void *context))
{
    const char *arguments[8] = { CLI_PATH, "check" };
    const child_plan plan = {
        .arguments = arguments,
        .environment = the_market.environment,
        .prepare = prepare,
    };

    memcpy(arguments + 2, more, 4 * sizeof(more[0]));
    return child_run(&plan);
}

/*
 * The members of a decision in their order; s text, n number, b boolean, a array, and
 * "?" before what may be null.
 */
static const struct {
    const char *name;
    const char *type;
} members[] = {
    { "decision", "s" },        { "reason", "s" },
    { "message", "s" },         { "hint", "?s" },
    { "product_code", "?s" },   { "public_key_version", "?n" },
    { "key_rotated_at", "?s" }, { "issued_at", "?s" },
    { "region", "?s" },         { "credentials", "?s" },
    { "source", "s" },          { "sealed", "b" },
    { "cause", "?s" },          { "attempts", "n" },
    { "elapsed_ms", "n" },      { "request_id", "?s" },
    { "warnings", "a" },
};

static bool
is_of_type(const cJSON *value, const char *type)
{
    if (type[0] == '?') {
        return cJSON_IsNull(value) || is_of_type(value, type + 1);
    }
    switch (type[0]) {
    case 's':
        return cJSON_IsString(value) && value->valuestring[0] != '\0';
    case 'n':
        return cJSON_IsNumber(value);
    case 'b':
        return cJSON_IsBool(value);
    default:
        return cJSON_IsArray(value);
    }
}

static void
assert_is_decision(const cJSON *json)
{
    const cJSON *member = json != NULL ? json->child : NULL;

    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
        assert_non_null(member);
        assert_string_equal(member->string, members[i].name);
        if (!is_of_type(member, members[i].type)) {
            fail_msg("'%s' is not of type %s", members[i].name, members[i].type);
        }
        member = member->next;
    }
    assert_null(member);
}

static const char *
text_of(const cJSON *json, const char *name)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(json, name));

    return text != NULL ? text : "null";
}

typedef struct check_case {
    const char *name;
    const char *control; /* a control request; NULL: none */
    const char *settings;
    const char *arguments[3];
    int want_status;
    const char *want_decision;
    const char *want_reason;
    const char *want_cause;
} check_case;

#define THROTTLED                                                                      \
    "{\"faults\":[{\"operation\":\"*\",\"error\":\"ThrottlingException\"}]}"

#define FAILING                                                                        \
    "{\"faults\":[{\"operation\":\"*\",\"error\":\"InternalServiceErrorException\"}]}"

#define METER "--route=meter-usage", "--dimension=requests"

static const check_case cases[] = {
    { "entitled", NULL, NULL, { NULL }, 0, "entitled", "verified", "null" },
    { "not_entitled",
      "subscription",
      "{\"subscribed\":false}",
      { NULL },
      EX_NOPERM,
      "not_entitled",
      "not_entitled",
      "null" },
    { "not_authentic",
      "faults",
      "{\"faults\":[{\"operation\":\"RegisterUsage\",\"token\":\"bad_signature\"}]}",
      { NULL },
      EX_PROTOCOL,
      "unknown",
      "bad_signature",
      "null" },
    { "throttled",
      "faults",
      THROTTLED,
      { "--deadline=1" },
      EX_UNAVAILABLE,
      "unknown",
      "throttled",
      "null" },
    { "throttled_and_started",
      "faults",
      THROTTLED,
      { "--deadline=1", "--on-unavailable=start" },
      0,
      "unknown",
      "started_unverified",
      "throttled" },
    { "not_entitled_and_not_started",
      "subscription",
      "{\"subscribed\":false}",
      { "--on-unavailable=start" },
      EX_NOPERM,
      "not_entitled",
      "not_entitled",
      "null" },
    { "version_not_held",
      NULL,
      NULL,
      { "--key-version=2" },
      EX_CONFIG,
      "unknown",
      "unknown_key_version",
      "null" },
    { "keys_not_there",
      NULL,
      NULL,
      { "--keys=/does/not/exist" },
      EX_CONFIG,
      "unknown",
      "keys_unusable",
      "null" },
    { "strict_about_credentials",
      NULL,
      NULL,
      { "--strict-credentials" },
      0,
      "entitled",
      "verified",
      "null" },
    { "product_code_of_nobody",
      NULL,
      NULL,
      { "--product-code=nobodys" },
      EX_CONFIG,
      "unknown",
      "invalid_product_code",
      "null" },
    { "region_of_nowhere",
      NULL,
      NULL,
      { "--region=not a region" },
      EX_CONFIG,
      "unknown",
      "invalid_region",
      "null" },
    { "endpoint_without_tls",
      NULL,
      NULL,
      { "--endpoint=http://example.com" },
      EX_CONFIG,
      "unknown",
      "configuration",
      "null" },
    { "endpoint_without_anyone",
      NULL,
      NULL,
      { "--endpoint=http://127.0.0.1:1", "--deadline=0.1" },
      EX_UNAVAILABLE,
      "unknown",
      "unreachable",
      "null" },
    { "dry_run", NULL, NULL, { METER }, 0, "entitled", "dry_run_accepted", "null" },
    { "dry_run_of_another_dimension",
      NULL,
      NULL,
      { "--route=meter-usage", "--dimension=nothings" },
      EX_CONFIG,
      "unknown",
      "configuration",
      "null" },
    { "dry_run_in_another_region",
      NULL,
      NULL,
      { METER, "--region=eu-west-1" },
      EX_CONFIG,
      "unknown",
      "invalid_region",
      "null" },
    { "dry_run_without_a_subscription",
      "subscription",
      "{\"subscribed\":false}",
      { METER },
      EX_NOPERM,
      "not_entitled",
      "not_entitled",
      "null" },
    { "dry_run_that_is_denied",
      "faults",
      "{\"faults\":[{\"operation\":\"*\",\"error\":\"AccessDeniedException\"}]}",
      { METER },
      EX_CONFIG,
      "unknown",
      "access_denied",
      "null" },
    { "dry_run_that_is_throttled",
      "faults",
      THROTTLED,
      { METER, "--deadline=1" },
      EX_UNAVAILABLE,
      "unknown",
      "throttled",
      "null" },
    { "dry_run_that_was_metered",
      "faults",
      "{\"faults\":[{\"operation\":\"MeterUsage\",\"status\":200,"
      "\"body\":\"{\\\"MeteringRecordId\\\":\\\"1\\\"}\"}]}",
      { METER },
      EX_UNAVAILABLE,
      "unknown",
      "bad_response",
      "null" },
};

static void
check_one(const check_case *row)
{
    const char *more[4] = { "--json" };
    child_result result;
    cJSON *json = NULL;

    print_message("%s\n", row->name);
    market_reset(&the_market);
    if (row->control != NULL) {
        market_control(&the_market, "PUT", row->control, row->settings);
    }
    memcpy(more + 1, row->arguments, sizeof(row->arguments));
    result = check(more, NULL);
    json = cJSON_Parse(result.out);

    assert_is_decision(json);
    assert_string_equal(text_of(json, "reason"), row->want_reason);
    assert_string_equal(text_of(json, "decision"), row->want_decision);
    assert_string_equal(text_of(json, "cause"), row->want_cause);
    assert_int_equal(result.exit_status, row->want_status);
    if (row->want_status != 0) {
        assert_non_null(strstr(result.err, "entitle: error: "));
        assert_non_null(strstr(result.err, text_of(json, "message")));
        assert_non_null(strstr(result.err, "\nentitle: hint: "));
        assert_non_null(strstr(result.err, text_of(json, "hint")));
    } else {
        assert_null(strstr(result.err, "entitle: error: "));
    }
    cJSON_Delete(json);
    child_result_clear(&result);
}

static void
check_prints_each_decision_as_json(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        check_one(&cases[i]);
    }
}

static void
check_fills_the_decision(void **state)
{
    static const char *const more[4] = { "--json", "--key-version=1" };
    child_result result = check(more, NULL);
    cJSON *json = cJSON_Parse(result.out);

    (void)state;
    assert_is_decision(json);
    assert_string_equal(text_of(json, "product_code"), the_market.sandbox.product_code);
    assert_string_equal(text_of(json, "region"), "us-east-1");
    assert_string_equal(text_of(json, "credentials"), "environment");
    assert_string_equal(text_of(json, "source"), "sandbox");
    assert_int_equal(cJSON_GetObjectItem(json, "public_key_version")->valueint, 1);
    assert_int_equal(cJSON_GetObjectItem(json, "attempts")->valueint, 1);
    assert_int_equal(strlen(text_of(json, "issued_at")), 20);
    assert_true(strlen(text_of(json, "request_id")) > 10);
    assert_false(cJSON_IsTrue(cJSON_GetObjectItem(json, "sealed")));
    cJSON_Delete(json);
    child_result_clear(&result);
}

/* There is no key on this route, and nothing signed that could tell a time. */
static void
check_fills_the_decision_of_a_dry_run(void **state)
{
    static const char *const more[4] = { "--json", METER };
    child_result result = check(more, NULL);
    cJSON *json = cJSON_Parse(result.out);
    const char *const nulls[] = {
        "public_key_version", "key_rotated_at", "issued_at", "hint", "cause"
    };

    (void)state;
    assert_is_decision(json);
    for (size_t i = 0; i < sizeof(nulls) / sizeof(nulls[0]); i++) {
        assert_true(cJSON_IsNull(cJSON_GetObjectItem(json, nulls[i])));
    }
    assert_string_equal(text_of(json, "product_code"), the_market.sandbox.product_code);
    assert_string_equal(text_of(json, "source"), "sandbox");
    assert_true(strlen(text_of(json, "request_id")) > 10);
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(json, "warnings")), 1);
    assert_non_null(strstr(result.out, "public keys were given and not used"));
    assert_int_equal(market_calls(&the_market), 1);
    cJSON_Delete(json);
    child_result_clear(&result);
}

/* A key of a person, where AWS wants the role of a task or pod. */
static void
check_may_be_strict_about_credentials(void **state)
{
    static const char *const more[4] = { "--json", "--strict-credentials" };
    const char **access_key = &the_market.environment[1];
    const char *of_the_task = *access_key;
    child_result result;

    (void)state;
    *access_key = "AWS_ACCESS_KEY_ID=AKIA0000000000000000";
    result = check(more, NULL);
    *access_key = of_the_task;

    assert_int_equal(result.exit_status, EX_CONFIG);
    assert_non_null(strstr(result.out, "\"reason\":\"unsupported_credentials\""));
    assert_int_equal(market_calls(&the_market), 0);
    child_result_clear(&result);
}

/* The deadline is far, and still the second attempt is the last one. */
static void
check_ends_after_the_attempts_that_are_allowed(void **state)
{
    static const char *const more[4] = { "--json", "--deadline=30" };
    const char **free_place = the_market.environment + the_market.environment_count;
    child_result result;
    cJSON *json = NULL;

    (void)state;
    market_control(&the_market, "PUT", "faults", FAILING);
    *free_place = "AWS_MAX_ATTEMPTS=2";
    result = check(more, NULL);
    *free_place = NULL;
    json = cJSON_Parse(result.out);

    assert_int_equal(result.exit_status, EX_UNAVAILABLE);
    assert_string_equal(text_of(json, "reason"), "service_error");
    assert_int_equal(cJSON_GetObjectItem(json, "attempts")->valueint, 2);
    assert_int_equal(market_calls(&the_market), 2);
    assert_true(cJSON_GetObjectItem(json, "elapsed_ms")->valueint < 10000);
    cJSON_Delete(json);
    child_result_clear(&result);
}

static void
check_prints_lines(void **state)
{
    static const char *const none[4] = { NULL };
    child_result entitled = check(none, NULL);
    child_result refused;

    (void)state;
    market_reset(&the_market);
    market_control(&the_market, "PUT", "subscription", "{\"subscribed\":false}");
    refused = check(none, NULL);

    assert_int_equal(entitled.exit_status, 0);
    assert_memory_equal(entitled.out, "entitled (verified): ", 21);
    assert_non_null(strstr(entitled.out, "\nsource        sandbox\n"));
    assert_int_equal(refused.exit_status, EX_NOPERM);
    assert_memory_equal(refused.out, "not_entitled\n", 13);
    assert_non_null(strstr(refused.err, "entitle: error: "));
    assert_non_null(strstr(refused.err, "\nentitle: hint: "));
    child_result_clear(&entitled);
    child_result_clear(&refused);
}

static void
check_logs_each_attempt_when_verbose(void **state)
{
    static const char *const verbose[4] = { "--verbose" };
    static const char *const quiet[4] = { "--verbose", "--json", "--quiet" };
    child_result loud = check(verbose, NULL);
    child_result silent = check(quiet, NULL);

    (void)state;
    assert_int_equal(loud.exit_status, 0);
    assert_non_null(strstr(loud.err, "entitle: debug: "));
    assert_null(strstr(loud.err, "wJalrXUtnFEMI"));
    assert_int_equal(silent.exit_status, 0);
    assert_string_equal(silent.out, "");
    assert_string_equal(silent.err, "");
    child_result_clear(&loud);
    child_result_clear(&silent);
}

static void
close_output(void *context)
{
    (void)context;
    (void)close(STDOUT_FILENO);
}

static void
close_everything(void *context)
{
    close_output(context);
    (void)close(STDIN_FILENO);
    (void)close(STDERR_FILENO);
}

static void
check_says_that_its_result_is_lost(void **state)
{
    static const char *const none[4] = { NULL };
    static const char *const quiet[4] = { "--quiet" };
    child_result lost = check(none, close_output);
    child_result not_wanted = check(quiet, close_everything);
    child_result refused;

    (void)state;
    market_reset(&the_market);
    market_control(&the_market, "PUT", "subscription", "{\"subscribed\":false}");
    refused = check(none, close_everything);

    assert_int_equal(lost.exit_status, EX_IOERR);
    assert_non_null(strstr(lost.err, "standard output"));
    assert_int_equal(not_wanted.exit_status, 0);
    assert_int_equal(refused.exit_status, EX_NOPERM);
    child_result_clear(&lost);
    child_result_clear(&not_wanted);
    child_result_clear(&refused);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(check_prints_each_decision_as_json, market_set_up),
        cmocka_unit_test_setup(check_fills_the_decision, market_set_up),
        cmocka_unit_test_setup(check_fills_the_decision_of_a_dry_run, market_set_up),
        cmocka_unit_test_setup(check_may_be_strict_about_credentials, market_set_up),
        cmocka_unit_test_setup(
            check_ends_after_the_attempts_that_are_allowed, market_set_up),
        cmocka_unit_test_setup(check_prints_lines, market_set_up),
        cmocka_unit_test_setup(check_logs_each_attempt_when_verbose, market_set_up),
        cmocka_unit_test_setup(check_says_that_its_result_is_lost, market_set_up),
    };

    return cmocka_run_group_tests(tests, market_set_up_group, market_tear_down_group);
}
