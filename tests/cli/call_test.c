/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/child.h"
#include "cli/market.h"
#include "support/cmocka.h"

#include <cjson/cJSON.h>

#include <string.h>
#include <sysexits.h>
#include <unistd.h>

static child_result
call_prepared(
    const char *json,
    const char *option,
    const char *input,
    void (*prepare)(void *context))
{
    const char *arguments[] = { CLI_PATH, "call", "RegisterUsage", json, option, NULL };
    const child_plan plan = {
        .arguments = arguments,
        .environment = the_market.environment,
        .input = input,
        .prepare = prepare,
    };

    return child_run(&plan);
}

static child_result
call(const char *json, const char *option, const char *input)
{
    return call_prepared(json, option, input, NULL);
}

#define REQUEST                                                                        \
    "{\"ProductCode\":\"cqcvf9f0ugw8rkbgmf1c9dxyz\",\"PublicKeyVersion\":1,"           \
    "\"Nonce\":\"0123456789\"}"

static void
call_prints_the_services_json(void **state)
{
    child_result by_argument = call(REQUEST, NULL, NULL);
    child_result by_input = call("-", NULL, REQUEST "\n");
    cJSON *json = cJSON_Parse(by_argument.out);

    (void)state;
    assert_int_equal(by_argument.exit_status, 0);
    assert_true(cJSON_IsString(cJSON_GetObjectItem(json, "Signature")));
    assert_string_equal(by_argument.err, "");
    assert_int_equal(by_input.exit_status, 0);
    assert_memory_equal(by_input.out, "{\"Signature\":\"", 14);
    cJSON_Delete(json);
    child_result_clear(&by_argument);
    child_result_clear(&by_input);
}

/* What `call` fetches, `verify` judges: another way to the answer of `check`. */
static void
call_fetches_what_verify_judges(void **state)
{
    child_result answer = call(REQUEST, NULL, NULL);
    cJSON *json = cJSON_Parse(answer.out);
    const char *arguments[] = {
        CLI_PATH, "verify", "--keys", the_market.sandbox.keys, "--nonce=0123456789",
        "-",      NULL,
    };
    const child_plan plan = {
        .arguments = arguments,
        .input = cJSON_GetStringValue(cJSON_GetObjectItem(json, "Signature")),
    };
    child_result result = child_run(&plan);

    (void)state;
    assert_int_equal(result.exit_status, 0);
    assert_memory_equal(result.out, "valid: ", 7);
    cJSON_Delete(json);
    child_result_clear(&answer);
    child_result_clear(&result);
}

static const struct {
    const char *name;
    const char *json;
    const char *settings; /* of a PUT to faults; NULL: none */
    int want_status;
    const char *want_error;
    int want_http_status;
    int want_calls; /* three attempts, whatever the deadline */
} errors[] = {
    { "unknown_product",
      "{\"ProductCode\":\"nobodys\",\"PublicKeyVersion\":1}",
      NULL,
      EX_CONFIG,
      "InvalidProductCodeException",
      400,
      1 },
    { "no_member", "{}", NULL, EX_DATAERR, "ValidationException", 400, 1 },
    { "not_entitled",
      REQUEST,
      "{\"faults\":[{\"operation\":\"*\",\"error\":\"CustomerNotEntitledException\"}]}",
      EX_NOPERM,
      "CustomerNotEntitledException",
      400,
      1 },
    { "throttled",
      REQUEST,
      "{\"faults\":[{\"operation\":\"*\",\"error\":\"ThrottlingException\"}]}",
      EX_UNAVAILABLE,
      "ThrottlingException",
      400,
      3 },
};

static void
check_error(size_t i)
{
    child_result result;
    cJSON *json = NULL;
    const cJSON *member = NULL;

    print_message("%s\n", errors[i].name);
    market_reset(&the_market);
    if (errors[i].settings != NULL) {
        market_control(&the_market, "PUT", "faults", errors[i].settings);
    }
    result = call(errors[i].json, NULL, NULL);
    json = cJSON_Parse(result.err);

    assert_int_equal(result.exit_status, errors[i].want_status);
    assert_int_equal(market_calls(&the_market), errors[i].want_calls);
    assert_string_equal(result.out, "");
    assert_int_equal(cJSON_GetArraySize(json), 4);
    member = json->child;
    assert_string_equal(member->string, "error");
    assert_string_equal(member->valuestring, errors[i].want_error);
    member = member->next;
    assert_string_equal(member->string, "message");
    assert_true(cJSON_IsString(member));
    member = member->next;
    assert_string_equal(member->string, "request_id");
    assert_true(cJSON_IsString(member));
    member = member->next;
    assert_string_equal(member->string, "http_status");
    assert_int_equal(member->valueint, errors[i].want_http_status);
    cJSON_Delete(json);
    child_result_clear(&result);
}

static void
call_prints_the_services_error(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        check_error(i);
    }
}

static void
close_output(void *context)
{
    (void)context;
    (void)close(STDOUT_FILENO);
}

/* The answer must not go into a connection that took the place of standard output. */
static void
call_says_that_its_answer_is_lost(void **state)
{
    child_result result = call_prepared(REQUEST, NULL, NULL, close_output);

    (void)state;
    assert_int_equal(result.exit_status, EX_IOERR);
    assert_non_null(strstr(result.err, "standard output"));
    child_result_clear(&result);
}

/* Without an answer of the service there is nothing of its to print. */
static void
call_says_why_nothing_was_sent(void **state)
{
    child_result lines = call("[]", NULL, NULL);
    child_result json = call("[]", "--json", NULL);
    int count = market_calls(&the_market);

    (void)state;
    assert_int_equal(count, 0);
    assert_int_equal(lines.exit_status, EX_DATAERR);
    assert_memory_equal(lines.err, "entitle: error: ", 16);
    assert_int_equal(json.exit_status, EX_DATAERR);
    assert_memory_equal(json.err, "{\"error\":\"invalid_input\",", 25);
    assert_non_null(strstr(json.err, ",\"request_id\":null,\"http_status\":null}\n"));
    child_result_clear(&lines);
    child_result_clear(&json);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(call_prints_the_services_json, market_set_up),
        cmocka_unit_test_setup(call_fetches_what_verify_judges, market_set_up),
        cmocka_unit_test_setup(call_prints_the_services_error, market_set_up),
        cmocka_unit_test_setup(call_says_that_its_answer_is_lost, market_set_up),
        cmocka_unit_test_setup(call_says_why_nothing_was_sent, market_set_up),
    };

    return cmocka_run_group_tests(tests, market_set_up_group, market_tear_down_group);
}
