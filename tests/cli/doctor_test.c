/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/child.h"
#include "cli/market.h"
#include "cli/scratch.h"
#include "support/cmocka.h"

#include <cjson/cJSON.h>

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

/* In the market's environment, one variable of it replaced or one more added. */
static child_result
doctor(const char *const more[4], const char *variable)
{
    const char *arguments[8] = { CLI_PATH, "doctor" };
    const char *environment[18];
    const child_plan plan = { .arguments = arguments, .environment = environment };
    size_t length = variable != NULL ? strcspn(variable, "=") + 1 : 0;
    size_t count = 0;

    memcpy(arguments + 2, more, 4 * sizeof(more[0]));
    for (size_t i = 0; the_market.environment[i] != NULL; i++) {
        if (variable == NULL ||
            strncmp(the_market.environment[i], variable, length) != 0) {
            environment[count++] = the_market.environment[i];
        }
    }
    /* The machine of the test is not the one to be diagnosed. */
    environment[count++] = "AWS_EC2_METADATA_DISABLED=true";
    environment[count++] = variable;
    environment[count] = NULL;
    return child_run(&plan);
}

static const cJSON *
find(const cJSON *json, const char *check)
{
    const cJSON *finding = NULL;

    cJSON_ArrayForEach(finding, cJSON_GetObjectItem(json, "findings"))
    {
        if (strcmp(cJSON_GetObjectItem(finding, "check")->valuestring, check) == 0) {
            return finding;
        }
    }
    return NULL;
}

static void
doctor_sends_nothing_that_bills(void **state)
{
    static const char *const json[4] = { "--json" };
    child_result result = doctor(json, NULL);
    cJSON *root = cJSON_Parse(result.out);
    const cJSON *finding = NULL;

    (void)state;
    assert_int_equal(result.exit_status, 0);
    assert_string_equal(result.err, "");
    assert_int_equal(cJSON_GetArraySize(root), 2);
    assert_true(cJSON_IsString(cJSON_GetObjectItem(root, "platform")));
    assert_true(cJSON_GetArraySize(cJSON_GetObjectItem(root, "findings")) > 8);
    cJSON_ArrayForEach(finding, cJSON_GetObjectItem(root, "findings"))
    {
        const char *status = cJSON_GetObjectItem(finding, "status")->valuestring;

        assert_int_equal(cJSON_GetArraySize(finding), 4);
        assert_true(cJSON_IsString(cJSON_GetObjectItem(finding, "detail")));
        assert_true(
            (strcmp(status, "ok") == 0) ==
            (cJSON_IsNull(cJSON_GetObjectItem(finding, "fix")) != 0));
    }
    assert_null(strstr(result.out, "wJalrXUtnFEMI"));
    assert_null(find(root, "register-usage"));
    assert_int_equal(market_calls(&the_market), 0);
    cJSON_Delete(root);
    child_result_clear(&result);
}

static void
doctor_registers_when_asked_to(void **state)
{
    static const char *const options[4] = { "--json", "--register" };
    child_result entitled = doctor(options, NULL);
    child_result refused;

    (void)state;
    assert_int_equal(entitled.exit_status, 0);
    assert_non_null(
        strstr(entitled.out, "{\"check\":\"register-usage\",\"status\":\"ok\""));
    assert_int_equal(market_calls(&the_market), 1);
    market_reset(&the_market);
    market_control(&the_market, "PUT", "subscription", "{\"subscribed\":false}");
    refused = doctor(options, NULL);
    assert_int_equal(refused.exit_status, EX_CONFIG);
    assert_non_null(
        strstr(refused.out, "{\"check\":\"register-usage\",\"status\":\"fail\""));
    child_result_clear(&entitled);
    child_result_clear(&refused);
}

static void
doctor_asks_by_dry_run(void **state)
{
    static const char *const options[4] = { "--json", "--route=meter-usage" };
    static const char dimension[] = "ENTITLE_DIMENSION=requests";
    child_result entitled = doctor(options, dimension);
    child_result refused;
    child_result unasked;

    (void)state;
    assert_int_equal(entitled.exit_status, 0);
    assert_non_null(
        strstr(entitled.out, "{\"check\":\"meter-usage\",\"status\":\"ok\""));
    assert_non_null(strstr(
        entitled.out,
        "{\"check\":\"dimension\",\"status\":\"ok\",\"detail\":\"requests\""));
    assert_non_null(strstr(entitled.out, "{\"check\":\"keys\",\"status\":\"warn\""));
    assert_int_equal(market_calls(&the_market), 1);

    market_reset(&the_market);
    market_control(&the_market, "PUT", "subscription", "{\"subscribed\":false}");
    refused = doctor(options, dimension);
    assert_int_equal(refused.exit_status, EX_CONFIG);
    assert_non_null(
        strstr(refused.out, "{\"check\":\"meter-usage\",\"status\":\"fail\""));

    market_reset(&the_market);
    unasked = doctor(options, NULL);
    assert_int_equal(unasked.exit_status, 0);
    assert_non_null(
        strstr(unasked.out, "{\"check\":\"dimension\",\"status\":\"warn\""));
    assert_null(strstr(unasked.out, "{\"check\":\"meter-usage\""));
    assert_int_equal(market_calls(&the_market), 0);
    child_result_clear(&entitled);
    child_result_clear(&refused);
    child_result_clear(&unasked);
}

/* What is wrong already would only be told of once more, after the deadline. */
static void
doctor_asks_by_dry_run_only_where_all_is_well(void **state)
{
    static const char *const options[4] = { "--json",
                                            "--route=meter-usage",
                                            "--dimension=requests" };
    child_result result = doctor(options, "AWS_REGION=");

    (void)state;
    assert_int_equal(result.exit_status, EX_CONFIG);
    assert_null(strstr(result.out, "{\"check\":\"meter-usage\""));
    assert_int_equal(market_calls(&the_market), 0);
    child_result_clear(&result);
}

/* A market in which one thing is wrong, or just another. */
static const struct {
    const char *variable;
    int want_exit;
    const char *check;
    const char *want_status;
} cases[] = {
    { "AWS_REGION=us-east-1", 0, "region", "ok" },
    { "AWS_REGION=", EX_CONFIG, "region", "fail" },
    { "AWS_REGION=US-EAST-1", EX_CONFIG, "region", "fail" },
    { "AWS_REGION=eu-south-2", 0, "region-list", "warn" },
    { "AWS_ENDPOINT_URL_MARKETPLACE_METERING=http://127.0.0.1:1",
      EX_CONFIG,
      "connection",
      "fail" },
    { "AWS_ENDPOINT_URL_MARKETPLACE_METERING=https://name.invalid",
      EX_CONFIG,
      "dns",
      "fail" },
    { "AWS_ENDPOINT_URL_MARKETPLACE_METERING=http://10.0.0.1",
      EX_CONFIG,
      "settings",
      "fail" },
    { "ENTITLE_KEYS=/does/not/exist", EX_CONFIG, "keys", "fail" },
    { "ENTITLE_KEYS=", 0, "keys", "warn" },
    { "ENTITLE_PRODUCT_CODE=", 0, "product-code", "warn" },
    { "AWS_SECRET_ACCESS_KEY=", EX_CONFIG, "provider-environment", "fail" },
    { "AWS_ACCESS_KEY_ID=ASIA0000000000000000", 0, "credentials", "ok" },
    { "AWS_ACCESS_KEY_ID=AKIA0000000000000000", 0, "credentials", "warn" },
    { "AWS_EXECUTION_ENV=AWS_ECS_FARGATE", 0, "platform", "ok" },
    { "AWS_WEB_IDENTITY_TOKEN_FILE=/does/not/exist",
      EX_CONFIG,
      "web-identity-token",
      "fail" },
    { "https_proxy=http://127.0.0.1:1", 0, "proxy", "ok" },
};

static void
doctor_finds_what_is_wrong(void **state)
{
    static const char *const json[4] = { "--json" };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        child_result result = doctor(json, cases[i].variable);
        cJSON *root = cJSON_Parse(result.out);
        const cJSON *finding = find(root, cases[i].check);

        if (result.exit_status != cases[i].want_exit || finding == NULL ||
            strcmp(
                cJSON_GetObjectItem(finding, "status")->valuestring,
                cases[i].want_status) != 0) {
            fail_msg(
                "%s: %d %s%s",
                cases[i].variable,
                result.exit_status,
                result.out,
                result.err);
        }
        cJSON_Delete(root);
        child_result_clear(&result);
    }
    assert_int_equal(market_calls(&the_market), 0);
}

/* A server that takes connections and does not speak TLS. */
static void
doctor_tells_tls_from_connection(void **state)
{
    char endpoint[192];
    const char *const options[4] = { "--json", "--endpoint", endpoint };
    child_result result;
    cJSON *root = NULL;

    (void)state;
    (void)snprintf(
        endpoint,
        sizeof(endpoint),
        "https%.160s",
        the_market.sandbox.url + strlen("http"));
    result = doctor(options, NULL);
    root = cJSON_Parse(result.out);
    assert_int_equal(result.exit_status, EX_CONFIG);
    assert_string_equal(
        cJSON_GetObjectItem(find(root, "connection"), "status")->valuestring, "ok");
    assert_string_equal(
        cJSON_GetObjectItem(find(root, "tls"), "status")->valuestring, "fail");
    assert_null(find(root, "answer"));
    cJSON_Delete(root);
    child_result_clear(&result);
}

static void
doctor_prints_a_line_a_finding(void **state)
{
    static const char *const none[4] = { NULL };
    static const char *const quiet[4] = { "--quiet" };
    child_result lines = doctor(none, "AWS_REGION=");
    child_result silent = doctor(quiet, "AWS_REGION=");

    (void)state;
    assert_int_equal(lines.exit_status, EX_CONFIG);
    assert_non_null(strstr(lines.out, "\nfail  region                no AWS Region: "));
    assert_non_null(
        strstr(lines.out, "\n                            fix: set AWS_REGION"));
    assert_string_equal(lines.err, "");
    assert_int_equal(silent.exit_status, EX_CONFIG);
    assert_string_equal(silent.out, "");
    assert_string_equal(silent.err, "");
    child_result_clear(&lines);
    child_result_clear(&silent);
}

/* A container as the sandbox plays it, and what the doctor says there. */
static const struct {
    const char *platform;
    const char *more; /* of the shell, after the platform's variables */
    int want_exit;
    const char *want_platform;
    const char *check;
    const char *want_status;
} containers[] = {
    { "ecs", "", 0, "ecs", "credentials", "ok" },
    { "ecs", "", 0, "ecs", "task-region", "ok" },
    { "ecs", "AWS_REGION=eu-west-1", EX_CONFIG, "ecs", "task-region", "fail" },
    { "ecs",
      "unset AWS_CONTAINER_CREDENTIALS_FULL_URI",
      EX_CONFIG,
      "ecs",
      "credentials",
      "fail" },
    { "fargate", "", 0, "fargate", "credentials", "ok" },
    { "fargate",
      "unset AWS_CONTAINER_CREDENTIALS_FULL_URI",
      EX_CONFIG,
      "fargate",
      "credentials",
      "fail" },
    { "eks-irsa", "", 0, "eks", "credentials", "ok" },
    { "eks-irsa", "", 0, "eks", "web-identity-token", "ok" },
    { "eks-irsa",
      "echo >>$AWS_WEB_IDENTITY_TOKEN_FILE",
      EX_CONFIG,
      "eks",
      "web-identity-token",
      "fail" },
    { "eks-irsa",
      "unset AWS_WEB_IDENTITY_TOKEN_FILE AWS_ROLE_ARN",
      EX_CONFIG,
      "kubernetes",
      "credentials",
      "fail" },
    { "eks-irsa",
      "export AWS_CONTAINER_CREDENTIALS_FULL_URI=http://169.254.170.23/v1/credentials",
      0,
      "eks",
      "pod-identity",
      "ok" },
    { "eks-irsa",
      "export AWS_ACCESS_KEY_ID=AKIA0000000000000000 AWS_SECRET_ACCESS_KEY=secret",
      0,
      "eks",
      "credentials",
      "warn" },
    { "eks-pod-identity", "", EX_CONFIG, "eks", "credentials", "fail" },
    { "eks-pod-identity",
      "export AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=/does/not/exist",
      EX_CONFIG,
      "eks",
      "credentials",
      "fail" },
    { "ec2", "export AWS_REGION=us-east-1", 0, NULL, "credentials", "warn" },
    { "ec2",
      "export AWS_REGION=us-east-1 ENTITLE_ROUTE=meter-usage "
      "ENTITLE_DIMENSION=requests",
      0,
      NULL,
      "credentials",
      "ok" },
    { "ec2",
      "export AWS_REGION=us-east-1 ENTITLE_ROUTE=meter-usage "
      "ENTITLE_DIMENSION=requests",
      0,
      NULL,
      "meter-usage",
      "ok" },
    { "fargate",
      "export ENTITLE_ROUTE=meter-usage ENTITLE_DIMENSION=requests",
      0,
      "fargate",
      "meter-usage",
      "ok" },
    { "ecs", "", 0, "ecs", "role", "ok" },
    { "fargate", "", 0, "fargate", "role", "ok" },
    { "eks-irsa", "", 0, "eks", "role", "ok" },
    { "ec2", "export AWS_REGION=us-east-1", 0, NULL, "role", "ok" },
};

/* Tokens are written only where there are any. */
static const char *
token_option(const char *platform)
{
    return strncmp(platform, "eks-", 4) == 0 ? "--write-token \"$tokens\"" : "";
}

static child_result
doctor_in(size_t row, const char *folder)
{
    char script[2048];
    const char *const arguments[] = { "/bin/sh", "-c", script, NULL };
    const child_plan plan = { .arguments = arguments };

    (void)snprintf(
        script,
        sizeof(script),
        "tokens='%s'; eval \"$('%s' env --url %s --platform %s %s)\"; %s\n"
        "exec '%s' doctor --json",
        folder,
        SANDBOX_PATH,
        the_market.sandbox.url,
        containers[row].platform,
        token_option(containers[row].platform),
        containers[row].more,
        CLI_PATH);
    return child_run(&plan);
}

static void
doctor_knows_the_platforms(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(containers) / sizeof(containers[0]); i++) {
        scratch folder;
        child_result result;
        cJSON *root = NULL;
        const cJSON *finding = NULL;
        const char *want = containers[i].want_platform;

        scratch_make(&folder);
        result = doctor_in(i, folder.path);
        root = cJSON_Parse(result.out);
        finding = find(root, containers[i].check);
        if (result.exit_status != containers[i].want_exit || finding == NULL ||
            strcmp(
                cJSON_GetObjectItem(finding, "status")->valuestring,
                containers[i].want_status) != 0 ||
            (want != NULL &&
             strcmp(cJSON_GetObjectItem(root, "platform")->valuestring, want) != 0)) {
            fail_msg(
                "%s %s: %d %s%s",
                containers[i].platform,
                containers[i].more,
                result.exit_status,
                result.out,
                result.err);
        }
        cJSON_Delete(root);
        child_result_clear(&result);
        scratch_remove(&folder);
    }
}

static void
doctor_takes_options_only(void **state)
{
    static const char *const argument[4] = { "now" };
    static const char *const to_register[4] = { "--register", "--route=meter-usage" };
    child_result with_argument = doctor(argument, NULL);
    child_result with_route = doctor(to_register, NULL);

    (void)state;
    assert_int_equal(with_argument.exit_status, EX_USAGE);
    assert_int_equal(with_route.exit_status, EX_USAGE);
    assert_non_null(strstr(with_route.err, "--register goes with the route register"));
    assert_int_equal(market_calls(&the_market), 0);
    child_result_clear(&with_argument);
    child_result_clear(&with_route);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(doctor_sends_nothing_that_bills, market_set_up),
        cmocka_unit_test_setup(doctor_registers_when_asked_to, market_set_up),
        cmocka_unit_test_setup(doctor_asks_by_dry_run, market_set_up),
        cmocka_unit_test_setup(
            doctor_asks_by_dry_run_only_where_all_is_well, market_set_up),
        cmocka_unit_test_setup(doctor_finds_what_is_wrong, market_set_up),
        cmocka_unit_test_setup(doctor_tells_tls_from_connection, market_set_up),
        cmocka_unit_test_setup(doctor_knows_the_platforms, market_set_up),
        cmocka_unit_test_setup(doctor_prints_a_line_a_finding, market_set_up),
        cmocka_unit_test_setup(doctor_takes_options_only, market_set_up),
    };

    return cmocka_run_group_tests(tests, market_set_up_group, market_tear_down_group);
}
