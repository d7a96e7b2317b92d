/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/child.h"
#include "cli/market.h"
#include "support/cmocka.h"

#include <cjson/cJSON.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

static child_result
call_operation(const char *operation, const char *json, const char *input)
{
    const char *arguments[] = { CLI_PATH, "call", operation, json, NULL };
    const child_plan plan = {
        .arguments = arguments,
        .environment = the_market.environment,
        .input = input,
    };

    return child_run(&plan);
}

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

/* --- The other operations --------------------------------------------------------- */

static void
assert_answer(child_result *result, const char *want)
{
    assert_string_equal(result->err, "");
    assert_int_equal(result->exit_status, 0);
    if (strstr(result->out, want) == NULL) {
        fail_msg("'%s' has no %s", result->out, want);
    }
    child_result_clear(result);
}

/* A request of MeterUsage for now, with further members after a comma. */
static const char *
usage_now(const char *more)
{
    static char json[256];

    (void)snprintf(
        json,
        sizeof(json),
        "{\"ProductCode\":\"cqcvf9f0ugw8rkbgmf1c9dxyz\",\"UsageDimension\":"
        "\"requests\","
        "\"UsageQuantity\":7,\"Timestamp\":%lld%s}",
        (long long)time(NULL),
        more);
    return json;
}

static void
call_meters_and_tries_to(void **state)
{
    child_result metered = call_operation("MeterUsage", usage_now(""), NULL);
    child_result dry = call_operation("MeterUsage", "-", usage_now(",\"DryRun\":true"));

    (void)state;
    assert_answer(&metered, "\"MeteringRecordId\":\"");
    assert_answer(&dry, "\"__type\":\"DryRunOperation\"");
}

static void
call_prints_what_became_of_each_record(void **state)
{
    char json[256];
    child_result result;

    (void)state;
    (void)snprintf(
        json,
        sizeof(json),
        "{\"ProductCode\":\"cqcvf9f0ugw8rkbgmf1c9dxyz\",\"UsageRecords\":[{"
        "\"CustomerIdentifier\":\"cust-0001\",\"Dimension\":\"requests\",\"Quantity\":"
        "3,"
        "\"Timestamp\":%lld}]}",
        (long long)time(NULL));
    result = call_operation("BatchMeterUsage", json, NULL);
    assert_answer(&result, "\"Status\":\"Success\"");

    market_control(&the_market, "PUT", "subscription", "{\"subscribed\":false}");
    result = call_operation("BatchMeterUsage", json, NULL);
    assert_answer(&result, "\"Status\":\"CustomerNotSubscribed\"");
}

/*
 * A registration token belongs into a file or a pipe, not into the list of processes.
 */
static void
call_takes_its_json_from_a_file(void **state)
{
    static const char json[] =
        "{\"RegistrationToken\":\"sandbox-registration-token\"}\n";
    char path[] = "/tmp/entitle-call-XXXXXX";
    char argument[sizeof(path) + 1];
    int file = mkstemp(path);
    child_result result;

    (void)state;
    assert_true(file >= 0);
    assert_int_equal(write(file, json, strlen(json)), (ssize_t)strlen(json));
    (void)close(file);
    (void)snprintf(argument, sizeof(argument), "@%s", path);
    result = call_operation("ResolveCustomer", argument, NULL);
    (void)unlink(path);
    assert_answer(&result, "\"CustomerIdentifier\":\"cust-0001\"");

    result = call_operation("ResolveCustomer", argument, NULL);
    assert_int_equal(result.exit_status, EX_IOERR);
    assert_non_null(strstr(result.err, path));
    child_result_clear(&result);
}

/* --- Errors ----------------------------------------------------------------------- */

/* The errors that the API model declares for each operation: 34 pairs, and two more. */
static const struct {
    const char *operation;
    const char *error; /* without "Exception" */
    int want_status;
} declared[] = {
    { "RegisterUsage", "InvalidProductCode", EX_CONFIG },
    { "RegisterUsage", "InvalidRegion", EX_CONFIG },
    { "RegisterUsage", "InvalidPublicKeyVersion", EX_CONFIG },
    { "RegisterUsage", "PlatformNotSupported", EX_CONFIG },
    { "RegisterUsage", "CustomerNotEntitled", EX_NOPERM },
    { "RegisterUsage", "Throttling", EX_UNAVAILABLE },
    { "RegisterUsage", "InternalServiceError", EX_UNAVAILABLE },
    { "RegisterUsage", "DisabledApi", EX_CONFIG },

    { "MeterUsage", "InternalServiceError", EX_UNAVAILABLE },
    { "MeterUsage", "InvalidProductCode", EX_CONFIG },
    { "MeterUsage", "InvalidUsageDimension", EX_DATAERR },
    { "MeterUsage", "InvalidTag", EX_DATAERR },
    { "MeterUsage", "InvalidUsageAllocations", EX_DATAERR },
    { "MeterUsage", "InvalidEndpointRegion", EX_CONFIG },
    { "MeterUsage", "TimestampOutOfBounds", EX_DATAERR },
    { "MeterUsage", "DuplicateRequest", EX_DATAERR },
    { "MeterUsage", "IdempotencyConflict", EX_DATAERR },
    { "MeterUsage", "Throttling", EX_UNAVAILABLE },
    { "MeterUsage", "CustomerNotEntitled", EX_NOPERM },

    { "BatchMeterUsage", "InternalServiceError", EX_UNAVAILABLE },
    { "BatchMeterUsage", "InvalidProductCode", EX_CONFIG },
    { "BatchMeterUsage", "InvalidUsageDimension", EX_DATAERR },
    { "BatchMeterUsage", "InvalidTag", EX_DATAERR },
    { "BatchMeterUsage", "InvalidUsageAllocations", EX_DATAERR },
    { "BatchMeterUsage", "InvalidCustomerIdentifier", EX_DATAERR },
    { "BatchMeterUsage", "TimestampOutOfBounds", EX_DATAERR },
    { "BatchMeterUsage", "Throttling", EX_UNAVAILABLE },
    { "BatchMeterUsage", "DisabledApi", EX_CONFIG },
    { "BatchMeterUsage", "InvalidLicense", EX_DATAERR },

    { "ResolveCustomer", "InvalidToken", EX_DATAERR },
    { "ResolveCustomer", "ExpiredToken", EX_DATAERR },
    { "ResolveCustomer", "Throttling", EX_UNAVAILABLE },
    { "ResolveCustomer", "InternalServiceError", EX_UNAVAILABLE },
    { "ResolveCustomer", "DisabledApi", EX_CONFIG },

    { "MeterUsage", "ExpiredToken", EX_CONFIG },
    { "MeterUsage", "Unauthorized", EX_CONFIG },
};

static void
check_declared(size_t i)
{
    char json[128];
    child_result result;
    size_t last = the_market.environment_count;

    print_message("%s %s\n", declared[i].operation, declared[i].error);
    (void)snprintf(
        json,
        sizeof(json),
        "{\"faults\":[{\"operation\":\"%s\",\"error\":\"%sException\"}]}",
        declared[i].operation,
        declared[i].error);
    market_control(&the_market, "PUT", "faults", json);
    the_market.environment[last] = "AWS_MAX_ATTEMPTS=1";
    result = call_operation(declared[i].operation, "{}", NULL);
    the_market.environment[last] = NULL;

    assert_int_equal(result.exit_status, declared[i].want_status);
    assert_string_equal(result.out, "");
    (void)snprintf(
        json, sizeof(json), "{\"error\":\"%sException\",", declared[i].error);
    assert_memory_equal(result.err, json, strlen(json));
    child_result_clear(&result);
}

static void
call_ends_as_each_error_of_each_operation_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(declared) / sizeof(declared[0]); i++) {
        check_declared(i);
    }
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
        cmocka_unit_test_setup(call_meters_and_tries_to, market_set_up),
        cmocka_unit_test_setup(call_prints_what_became_of_each_record, market_set_up),
        cmocka_unit_test_setup(call_takes_its_json_from_a_file, market_set_up),
        cmocka_unit_test_setup(
            call_ends_as_each_error_of_each_operation_says, market_set_up),
        cmocka_unit_test_setup(call_prints_the_services_error, market_set_up),
        cmocka_unit_test_setup(call_says_that_its_answer_is_lost, market_set_up),
        cmocka_unit_test_setup(call_says_why_nothing_was_sent, market_set_up),
    };

    return cmocka_run_group_tests(tests, market_set_up_group, market_tear_down_group);
}
