/* SPDX-License-Identifier: Apache-2.0 */

/* `entitle resolve` against the sandbox. Whatever happens, the token stays untold. */
#include "cli/child.h"
#include "cli/market.h"
#include "cli/scratch.h"
#include "support/cmocka.h"

#include <cjson/cJSON.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#define TOKEN   "a-token-nobody-prints"
#define ONCE    "a-token-for-one-use"
#define LATE    "a-token-that-expires"
#define UNKNOWN "a-token-of-nobody"
#define LICENSE                                                                        \
    "arn:aws:license-manager::294406891311:license:"                                   \
    "l-0123456789abcdef0123456789abcdef"

static const char market_json[] =
    "{\"subscriptions\":[{\"license_arn\":\"" LICENSE "\"}],\"registration_tokens\":["
    "{\"token\":\"" TOKEN "\"},{\"token\":\"" ONCE "\",\"uses\":1},"
    "{\"token\":\"" LATE "\",\"expires\":\"2100-01-01T00:00:00Z\"}]}";

static scratch folder;

static int
set_up_group(void **state)
{
    char path[SCRATCH_PATH_SIZE];
    const char *const arguments[] = { "--config", path, NULL };

    (void)state;
    scratch_make(&folder);
    scratch_write_text(&folder, "market.json", market_json, 0600, path);
    return market_start_with(&the_market, arguments);
}

static int
tear_down_group(void **state)
{
    (void)state;
    scratch_remove(&folder);
    return market_stop(&the_market);
}

/* What has been printed holds no token, nor the end of one. */
static void
assert_untold(const char *name, const char *text)
{
    static const char *const secrets[] = {
        "nobody-prints", "for-one-use", "that-expires", "of-nobody"
    };

    for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++) {
        if (strstr(text, secrets[i]) != NULL) {
            fail_msg("%s: tells a token: %s", name, text);
        }
    }
}

static child_result
run(const char *const *arguments, const child_plan *plan)
{
    const char *all[12] = { CLI_PATH, "resolve" };
    child_plan whole = *plan;

    for (size_t i = 0; arguments[i] != NULL; i++) {
        assert_true(i < 9);
        all[i + 2] = arguments[i];
    }
    whole.arguments = all;
    if (whole.environment == NULL) {
        whole.environment = the_market.environment;
    }
    child_result result = child_run(&whole);
    assert_untold("standard output", result.out);
    assert_untold("standard error", result.err);
    return result;
}

static child_result
resolve(const char *input, const char *option)
{
    const char *const arguments[] = { option, NULL };
    const child_plan plan = { .input = input };

    return run(arguments, &plan);
}

static void
set_fault(const char *fault)
{
    char json[512];

    (void)snprintf(json, sizeof(json), "{\"faults\":[%s]}", fault);
    market_control(&the_market, "PUT", "faults", json);
}

/* --- The customer ----------------------------------------------------------------- */

#define AS_LINES                                                                       \
    "CustomerIdentifier    cust-0001\n"                                                \
    "CustomerAWSAccountId  123456789012\n"                                             \
    "LicenseArn            " LICENSE "\n"                                              \
    "ProductCode           cqcvf9f0ugw8rkbgmf1c9dxyz\n"

#define AS_JSON                                                                        \
    "{\"CustomerIdentifier\":\"cust-0001\",\"CustomerAWSAccountId\":\"123456789012\"," \
    "\"LicenseArn\":\"" LICENSE "\",\"ProductCode\":\"cqcvf9f0ugw8rkbgmf1c9dxyz\"}\n"

static const struct {
    const char *input;
    const char *option;
    const char *want_out;
} answered[] = { { TOKEN, NULL, AS_LINES },         { TOKEN "\n", NULL, AS_LINES },
                 { TOKEN "\r\n", "-", AS_LINES },   { TOKEN "\n", "--json", AS_JSON },
                 { TOKEN "\n", "--quiet", "" },     { ONCE, NULL, AS_LINES },
                 { LATE, "--deadline=9", AS_LINES } };

static void
resolve_prints_the_customer(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(answered) / sizeof(answered[0]); i++) {
        child_result result = resolve(answered[i].input, answered[i].option);

        assert_string_equal(result.err, "");
        assert_int_equal(result.exit_status, 0);
        assert_string_equal(result.out, answered[i].want_out);
        child_result_clear(&result);
    }
}

static void
resolve_reads_a_file(void **state)
{
    char path[SCRATCH_PATH_SIZE];
    char argument[SCRATCH_PATH_SIZE + 1];

    (void)state;
    scratch_write_text(&folder, "token", TOKEN "\n", 0600, path);
    (void)snprintf(argument, sizeof(argument), "@%s", path);
    child_result result = resolve("", argument);
    assert_int_equal(result.exit_status, 0);
    assert_string_equal(result.out, AS_LINES);
    child_result_clear(&result);

    (void)unlink(path);
    result = resolve(TOKEN, argument);
    assert_int_equal(result.exit_status, EX_IOERR);
    assert_non_null(strstr(result.err, path));
    child_result_clear(&result);
}

/* A log of each step, in which the token is not. */
static void
resolve_logs_without_the_token(void **state)
{
    (void)state;
    child_result result = resolve(TOKEN, "--verbose");
    assert_int_equal(result.exit_status, 0);
    assert_non_null(strstr(result.err, "entitle: debug: ResolveCustomer, attempt 1"));
    child_result_clear(&result);
}

/* --- What is not asked ------------------------------------------------------------ */

static void
resolve_takes_no_token_from_the_command_line(void **state)
{
    static const char *const lines[][3] = {
        { TOKEN },
        { "--json", TOKEN },
        { "--", TOKEN },
        { "-", TOKEN },
    };
    const child_plan plan = { .input = TOKEN };

    (void)state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        const char *const arguments[] = { lines[i][0], lines[i][1], NULL };
        child_result result = run(arguments, &plan);

        assert_int_equal(result.exit_status, EX_USAGE);
        assert_memory_equal(result.err, "entitle: error: ", 16);
        assert_string_equal(result.out, "");
        child_result_clear(&result);
    }
    child_result result = resolve("", TOKEN);
    assert_non_null(strstr(result.err, "does not belong on the command line"));
    assert_non_null(strstr(result.err, "entitle: hint: give it on standard input"));
    child_result_clear(&result);
    assert_int_equal(market_calls(&the_market), 0);
}

static const char expired[] =
    "entitle: error: this registration has expired: please come from AWS Marketplace "
    "again\nentitle: hint: for the seller: ";
static const char invalid[] =
    "entitle: error: this registration is not valid: please come from AWS Marketplace "
    "again\nentitle: hint: for the seller: ";
static const char later[] = "entitle: error: the registration cannot be completed at "
                            "the moment: please try again in a few minutes\n"
                            "entitle: hint: for the seller: ";

static void
resolve_refuses_what_is_no_token(void **state)
{
    enum { LIMIT = 64 * 1024 };
    char *long_one = calloc(1, LIMIT + 8);
    const struct {
        const char *bytes;
        size_t length;
        int want_calls;
        bool is_told_to_buyer;
        const char *want_err;
    } cases[] = {
        { "", 0, 0, true, "there is no registration token" },
        { "\n", 1, 0, true, "there is no registration token" },
        { TOKEN "\0", sizeof(TOKEN), 0, false, "holds a NUL" },
        { TOKEN "\n\n", sizeof(TOKEN) + 1, 1, true, "is not valid" },
        { "\xff\xfe", 2, 0, true, "is not UTF-8" },
        { long_one, LIMIT + 1, 0, false, "is longer than any of AWS" },
        { long_one, LIMIT + 7, 0, false, "is longer than any of AWS" },
        { long_one, LIMIT, 1, true, "is not valid" },
    };

    (void)state;
    memset(long_one, 'x', LIMIT + 7);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *const arguments[] = { "-", NULL };
        const child_plan plan = { .input = cases[i].bytes,
                                  .input_length = cases[i].length };
        market_reset(&the_market);
        child_result result = run(arguments, &plan);

        if (result.exit_status != EX_DATAERR ||
            strstr(result.err, cases[i].want_err) == NULL) {
            fail_msg("%zu: %d: %s", i, result.exit_status, result.err);
        }
        assert_true(
            !cases[i].is_told_to_buyer ||
            strncmp(result.err, invalid, strlen(invalid)) == 0);
        assert_int_equal(market_calls(&the_market), cases[i].want_calls);
        child_result_clear(&result);
    }
    free(long_one);
}

/* --- What AWS says ---------------------------------------------------------------- */

static void
assert_failure(child_result *result, int want_status, const char *want_err)
{
    if (result->exit_status != want_status ||
        strncmp(result->err, want_err, strlen(want_err)) != 0) {
        fail_msg(
            "wanted %d and '%s', got %d and '%s'",
            want_status,
            want_err,
            result->exit_status,
            result->err);
    }
    assert_string_equal(result->out, "");
    child_result_clear(result);
}

static void
buyer_of_an_unknown_token_comes_again(void **state)
{
    (void)state;
    child_result result = resolve(UNKNOWN, NULL);
    assert_failure(&result, EX_DATAERR, invalid);
}

static void
buyer_of_a_used_token_comes_again(void **state)
{
    (void)state;
    child_result result = resolve(ONCE, NULL);
    assert_int_equal(result.exit_status, 0);
    child_result_clear(&result);
    result = resolve(ONCE, NULL);
    assert_failure(&result, EX_DATAERR, expired);
}

static void
buyer_of_an_old_token_comes_again(void **state)
{
    (void)state;
    market_control(&the_market, "POST", "clock", "{\"set\":\"2099-12-31T23:59:00Z\"}");
    child_result result = resolve(LATE, NULL);
    assert_int_equal(result.exit_status, 0);
    child_result_clear(&result);

    market_control(&the_market, "POST", "clock", "{\"set\":\"2100-01-01T00:00:00Z\"}");
    result = resolve(LATE, NULL);
    assert_failure(&result, EX_DATAERR, expired);
}

/* `want_err` NULL: the library's own words. */
static const struct {
    const char *fault;
    int want_status;
    const char *want_err;
    int want_calls;
} troubles[] = {
    { "{\"operation\":\"*\",\"error\":\"ThrottlingException\"}",
      EX_UNAVAILABLE,
      later,
      3 },
    { "{\"operation\":\"*\",\"error\":\"InternalServiceErrorException\"}",
      EX_UNAVAILABLE,
      later,
      3 },
    { "{\"operation\":\"*\",\"status\":503,\"body\":\"<html>\"}",
      EX_UNAVAILABLE,
      later,
      3 },
    { "{\"operation\":\"*\",\"drop_reply\":true}", EX_UNAVAILABLE, later, 3 },
    { "{\"operation\":\"*\",\"error\":\"DisabledApiException\"}", EX_CONFIG, NULL, 1 },
    { "{\"operation\":\"*\",\"error\":\"AccessDeniedException\"}", EX_CONFIG, NULL, 1 },
    { "{\"operation\":\"*\",\"error\":\"UnrecognizedClientException\"}",
      EX_CONFIG,
      NULL,
      1 },
    { "{\"operation\":\"*\",\"error\":\"ValidationException\"}",
      EX_DATAERR,
      invalid,
      1 },
    /* An answer that gives the token back. */
    { "{\"operation\":\"*\",\"status\":400,\"body\":\"{\\\"__type\\\":"
      "\\\"InvalidTokenException\\\",\\\"message\\\":\\\"no " TOKEN "\\\"}\"}",
      EX_DATAERR,
      invalid,
      1 },
    { "{\"operation\":\"*\",\"status\":500,\"body\":\"{\\\"__type\\\":"
      "\\\"" TOKEN "\\\",\\\"message\\\":\\\"no " TOKEN "\\\"}\"}",
      EX_UNAVAILABLE,
      later,
      3 },
};

static void
resolve_tells_trouble_to_whom_it_may_concern(void **state)
{
    static const char *const options[] = { NULL, "--verbose", "--json" };

    (void)state;
    for (size_t i = 0; i < 3 * (sizeof(troubles) / sizeof(troubles[0])); i++) {
        const char *want = troubles[i / 3].want_err;
        market_reset(&the_market);
        set_fault(troubles[i / 3].fault);
        child_result result = resolve(TOKEN, options[i % 3]);

        assert_int_equal(market_calls(&the_market), troubles[i / 3].want_calls);
        if (i % 3 == 0) {
            assert_failure(
                &result,
                troubles[i / 3].want_status,
                want != NULL ? want : "entitle: error: ");
            continue;
        }
        assert_int_equal(result.exit_status, troubles[i / 3].want_status);
        assert_string_equal(result.out, "");
        child_result_clear(&result);
    }
}

static void
resolve_tells_trouble_to_programs(void **state)
{
    static const char *const names[] = {
        "error", "message", "hint", "buyer_message", "request_id", "http_status",
    };

    (void)state;
    child_result result = resolve(UNKNOWN, "--json");
    cJSON *json = cJSON_Parse(result.err);
    const cJSON *member = json != NULL ? json->child : NULL;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        assert_non_null(member);
        assert_string_equal(member->string, names[i]);
        member = member->next;
    }
    assert_null(member);
    assert_string_equal(
        cJSON_GetObjectItem(json, "error")->valuestring, "InvalidTokenException");
    assert_string_equal(
        cJSON_GetObjectItem(json, "buyer_message")->valuestring,
        "this registration is not valid: please come from AWS Marketplace again");
    cJSON_Delete(json);
    child_result_clear(&result);

    set_fault("{\"operation\":\"*\",\"error\":\"DisabledApiException\"}");
    result = resolve(TOKEN, "--json");
    assert_non_null(strstr(result.err, "\"buyer_message\":null"));
    child_result_clear(&result);
}

static void
resolve_without_a_service_is_tried_later(void **state)
{
    const char *const arguments[] = { "--endpoint=http://127.0.0.1:1", NULL };
    const child_plan plan = { .input = TOKEN };

    (void)state;
    child_result result = run(arguments, &plan);
    assert_failure(&result, EX_UNAVAILABLE, later);
}

static void
resolve_without_credentials_is_the_sellers_fault(void **state)
{
    static const char *const environment[] = { "PATH=/usr/bin:/bin",
                                               "AWS_REGION=us-east-1",
                                               "AWS_EC2_METADATA_DISABLED=true",
                                               "HOME=/does/not/exist",
                                               NULL };
    const char *const arguments[] = { NULL };
    const child_plan plan = { .input = TOKEN, .environment = environment };

    (void)state;
    child_result result = run(arguments, &plan);
    assert_failure(&result, EX_CONFIG, "entitle: error: ");
}

/* --- The process ------------------------------------------------------------------ */

/* Of the line "Max core file size  SOFT  HARD  bytes"; -1 until it is there. */
static long
core_limit_of(pid_t pid)
{
    char path[64];
    char line[256];
    long limit = -1;

    (void)snprintf(path, sizeof(path), "/proc/%d/limits", (int)pid);
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        (void)sscanf(line, "Max core file size %ld", &limit);
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    return limit;
}

/* While it waits for AWS, with the token in its memory. */
static void
resolve_leaves_no_core_behind(void **state)
{
    const char *const arguments[] = { CLI_PATH, "resolve", NULL };
    const child_plan plan = { .arguments = arguments,
                              .environment = the_market.environment,
                              .input = TOKEN };
    int64_t start_ms = now_ms();
    long limit = -1;

    (void)state;
    set_fault("{\"operation\":\"*\",\"delay_ms\":8000}");
    child_process child = child_start(&plan);
    while ((limit < 0 || limit > 1) && now_ms() - start_ms < 5000) {
        limit = core_limit_of(child.pid);
    }
    assert_int_equal(kill(child.pid, SIGABRT), 0);
    child_result result = child_wait(&child);
    assert_in_range(limit, 0, 1);
    child_result_clear(&result);
}

#define RESOLVE_TEST(name) cmocka_unit_test_setup(name, market_set_up)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        RESOLVE_TEST(resolve_prints_the_customer),
        RESOLVE_TEST(resolve_reads_a_file),
        RESOLVE_TEST(resolve_logs_without_the_token),
        RESOLVE_TEST(resolve_takes_no_token_from_the_command_line),
        RESOLVE_TEST(resolve_refuses_what_is_no_token),
        RESOLVE_TEST(buyer_of_an_unknown_token_comes_again),
        RESOLVE_TEST(buyer_of_a_used_token_comes_again),
        RESOLVE_TEST(buyer_of_an_old_token_comes_again),
        RESOLVE_TEST(resolve_tells_trouble_to_whom_it_may_concern),
        RESOLVE_TEST(resolve_tells_trouble_to_programs),
        RESOLVE_TEST(resolve_without_a_service_is_tried_later),
        RESOLVE_TEST(resolve_without_credentials_is_the_sellers_fault),
        RESOLVE_TEST(resolve_leaves_no_core_behind),
    };

    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
