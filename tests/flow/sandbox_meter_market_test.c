/* SPDX-License-Identifier: Apache-2.0 */
#include "support/cmocka.h"
#include "usage_client.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * MeterUsage in a market of its own: products of each kind, subscriptions with a
 * beginning and an end, callers in many Regions; and what a restart leaves of usage.
 */

enum {
    NOW = 1773570600, /* 2026-03-15T10:30:00Z */
    HOUR = 3600,
    TEN = NOW - 1800
};

static const char market_format[] =
    "{\"settings\":{\"documented_regions_only\":%s,\"usage_not_before_start\":%s},"
    "\"products\":["
    "{\"code\":\"box\",\"kind\":\"container\"},"
    "{\"code\":\"image\",\"kind\":\"ami\"},"
    "{\"code\":\"served\",\"kind\":\"saas\"},"
    "{\"code\":\"local\",\"kind\":\"container\",\"regions\":[\"eu-west-1\"]}],"
    "\"customers\":["
    "{\"account\":\"111111111111\"},{\"account\":\"222222222222\"},"
    "{\"account\":\"444444444444\"},{\"account\":\"555555555555\"}],"
    "\"subscriptions\":["
    "{\"product\":\"box\"},{\"product\":\"image\"},{\"product\":\"served\"},"
    "{\"product\":\"local\"},"
    "{\"product\":\"box\",\"customer\":\"444444444444\","
    "\"ends\":\"2026-03-15T10:30:00Z\"},"
    "{\"product\":\"box\",\"customer\":\"555555555555\","
    "\"starts\":\"2026-03-15T10:30:00Z\"}],"
    "\"identities\":[";

static const char identity_format[] =
    "%s{\"access_key_id\":\"%s\",\"kind\":\"%s\",\"account\":\"%s\","
    "\"region\":\"%s\"}";

#define SIGNER(key, region)                                                            \
    {                                                                                  \
        key, SERVICE_SECRET_KEY, region                                                \
    }

static const service_signer task = SIGNER(SERVICE_ACCESS_KEY, "us-east-1");
static const service_signer stranger = SIGNER("AKIA0000000000000001", "us-east-1");
static const service_signer nobody = SIGNER("AKIA0000000000000002", "us-east-1");
static const service_signer irish_pod = SIGNER("AKIA0000000000000003", "eu-west-1");
static const service_signer indian_task = SIGNER("AKIA0000000000000004", "ap-south-2");
static const service_signer indian_ec2 = SIGNER("AKIA0000000000000005", "ap-south-2");
static const service_signer gov_task = SIGNER("AKIA0000000000000006", "us-gov-west-1");
static const service_signer gov_ec2 = SIGNER("AKIA0000000000000007", "us-gov-west-1");
static const service_signer odd_ec2 = SIGNER("AKIA0000000000000008", "eu-central-7");
static const service_signer former = SIGNER("AKIA0000000000000009", "us-east-1");
static const service_signer newcomer = SIGNER("AKIA000000000000000A", "us-east-1");

typedef struct market_identity {
    const service_signer *signer;
    const char *kind;
    const char *account;
} market_identity;

static const market_identity identities[] = {
    { &task, "ecs-task", "111111111111" },
    { &stranger, "ecs-task", "222222222222" },
    { &nobody, "ecs-task", "333333333333" },
    { &irish_pod, "eks-pod", "111111111111" },
    { &indian_task, "ecs-task", "111111111111" },
    { &indian_ec2, "ec2", "111111111111" },
    { &gov_task, "ecs-task", "111111111111" },
    { &gov_ec2, "ec2", "111111111111" },
    { &odd_ec2, "ec2", "111111111111" },
    { &former, "ecs-task", "444444444444" },
    { &newcomer, "ecs-task", "555555555555" },
};

static char folder[64];
static char market_path[96];
static sandbox_process sandbox;
static usage_outcome outcome;

/*
 * A sandbox with that market. Its folder is the same for all tests, because the keys of
 * so many products take long to make.
 */
static void
start(const char *documented_regions_only, const char *usage_not_before_start)
{
    FILE *file = fopen(market_path, "w");
    assert_non_null(file);
    (void)fprintf(file, market_format, documented_regions_only, usage_not_before_start);
    for (size_t i = 0; i < sizeof(identities) / sizeof(identities[0]); i++) {
        (void)fprintf(
            file,
            identity_format,
            i > 0 ? "," : "",
            identities[i].signer->access_key,
            identities[i].kind,
            identities[i].account,
            identities[i].signer->region);
    }
    (void)fprintf(file, "]}");
    assert_int_equal(fclose(file), 0);
    const char *const arguments[] = {
        "--config", market_path, "--state", folder, NULL
    };
    assert_true(sandbox_process_start(&sandbox, arguments));
}

static void
stop_by(int signal, int want_status)
{
    int status = sandbox_process_stop(&sandbox, signal, NULL);
    sandbox.pid = 0;
    assert_int_equal(status, want_status);
}

static void
stop(void)
{
    stop_by(SIGTERM, 0);
}

static int
make_folder(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof(folder), "/tmp/entitle-test-XXXXXX");
    if (mkdtemp(folder) == NULL) {
        return -1;
    }
    (void)snprintf(market_path, sizeof(market_path), "%s/market.json", folder);
    return 0;
}

static int
remove_folder(void **state)
{
    (void)state;
    char command[96];
    (void)snprintf(command, sizeof(command), "rm -r -- '%s'", folder);
    return system(command);
}

/* What a test that failed left running. */
static int
end_sandbox(void **state)
{
    (void)state;
    if (sandbox.pid > 0) {
        (void)sandbox_process_stop(&sandbox, SIGKILL, NULL);
        sandbox.pid = 0;
    }
    return 0;
}

static void
meter_as(
    const service_signer *signer, const char *product, int64_t time_s, int quantity)
{
    char body[256];
    (void)snprintf(
        body,
        sizeof(body),
        "{\"ProductCode\":\"%s\",\"Timestamp\":%" PRId64
        ",\"UsageDimension\":\"requests\",\"UsageQuantity\":%d}",
        product,
        time_s,
        quantity);
    usage_call_at(&sandbox, signer, "MeterUsage", body, NOW, &outcome);
}

static void
assert_outcome(const char *want_error, const char *want_rule)
{
    if (strstr(outcome.rule, want_rule) == NULL) {
        print_message("%s, because: %s\n", outcome.error, outcome.rule);
    }
    assert_string_equal(outcome.error, want_error != NULL ? want_error : "");
    assert_non_null(strstr(outcome.rule, want_rule));
}

typedef struct market_case {
    const char *name;
    const service_signer *signer;
    const char *product;
    const char *want_error;
    const char *want_rule;
} market_case;

#define HONOURED NULL, "" /* for the first time or again */

static const market_case market_cases[] = {
    { "a container product", &task, "box", HONOURED },
    { "an AMI product", &task, "image", HONOURED },
    { "a SaaS product",
      &task,
      "served",
      "InvalidProductCodeException",
      "container or AMI product" },
    { "a product that is not sold here",
      &task,
      "local",
      "InvalidEndpointRegionException",
      "sold in the Region" },
    { "a product that is sold there", &irish_pod, "local", HONOURED },
    { "a product without Regions, there", &irish_pod, "box", HONOURED },
    { "a subscription that ends now",
      &former,
      "box",
      "CustomerNotEntitledException",
      "active subscription" },
    { "a subscription that begins now", &newcomer, "box", HONOURED },
    { "a customer without subscriptions",
      &stranger,
      "box",
      "CustomerNotEntitledException",
      "active subscription" },
    { "an account that is nobody's customer",
      &nobody,
      "box",
      "CustomerNotEntitledException",
      "active subscription" },
    { "a Region without a documented service", &odd_ec2, "box", HONOURED },
};

static void
product_and_subscription_decide(void **state)
{
    (void)state;
    start("false", "false");
    usage_control(&sandbox, "POST", "reset", NULL);
    for (size_t i = 0; i < sizeof(market_cases) / sizeof(market_cases[0]); i++) {
        const market_case *one = &market_cases[i];
        print_message("%s\n", one->name);

        meter_as(one->signer, one->product, TEN, 5);

        assert_outcome(one->want_error, one->want_rule);
    }
    stop();
}

static const market_case region_cases[] = {
    { "a task in Virginia", &task, "box", HONOURED },
    { "a pod in Ireland", &irish_pod, "box", HONOURED },
    { "a task in Hyderabad",
      &indian_task,
      "box",
      "InvalidEndpointRegionException",
      "AWS's list" },
    { "an instance in Hyderabad", &indian_ec2, "image", HONOURED },
    { "a task in GovCloud",
      &gov_task,
      "box",
      "InvalidEndpointRegionException",
      "AWS's list" },
    { "an instance in GovCloud", &gov_ec2, "image", HONOURED },
    { "an instance in a Region that nobody has heard of",
      &odd_ec2,
      "image",
      "InvalidEndpointRegionException",
      "AWS's list" },
};

static void
documented_regions_are_a_setting(void **state)
{
    (void)state;
    start("true", "false");
    usage_control(&sandbox, "POST", "reset", NULL);
    for (size_t i = 0; i < sizeof(region_cases) / sizeof(region_cases[0]); i++) {
        const market_case *one = &region_cases[i];
        print_message("%s\n", one->name);

        meter_as(one->signer, one->product, TEN, 5);

        assert_outcome(one->want_error, one->want_rule);
    }
    stop();
}

/* It is 10:30 when the task begins: the hour of ten is its first. */
static void
start_of_the_caller_is_a_setting(void **state)
{
    (void)state;
    start("false", "true");
    usage_control(&sandbox, "POST", "reset", NULL);
    usage_set_clock(&sandbox, NOW);
    usage_control(&sandbox, "POST", "identity", "{\"kind\":\"ecs-task\"}");
    meter_as(&task, "box", TEN, 5);
    assert_outcome(NULL, "honoured");
    meter_as(&task, "box", TEN - 1, 5);
    assert_outcome("TimestampOutOfBoundsException", "began");
    stop();

    start("false", "false");
    meter_as(&task, "box", TEN - 1, 5);
    assert_outcome(NULL, "honoured");
    stop();
}

/*
 * The same request after the sandbox was killed: the same id, and the totals as before.
 */
static void
kill_takes_nothing_that_was_honoured(void **state)
{
    (void)state;
    char id[64];
    start("false", "false");
    usage_control(&sandbox, "POST", "reset", NULL);
    meter_as(&task, "box", TEN, 5);
    assert_outcome(NULL, "honoured");
    (void)snprintf(id, sizeof(id), "%s", outcome.id);
    cJSON *before = usage_records(&sandbox);

    stop_by(SIGKILL, 128 + SIGKILL);
    start("false", "false");

    cJSON *after = usage_records(&sandbox);
    assert_true(cJSON_Compare(before, after, true));
    cJSON_Delete(before);
    cJSON_Delete(after);
    meter_as(&task, "box", TEN, 5);
    assert_outcome(NULL, "same id");
    assert_string_equal(outcome.id, id);
    meter_as(&task, "box", TEN, 6);
    assert_outcome("DuplicateRequestException", "one quantity");
    stop();
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(product_and_subscription_decide, end_sandbox),
        cmocka_unit_test_teardown(documented_regions_are_a_setting, end_sandbox),
        cmocka_unit_test_teardown(start_of_the_caller_is_a_setting, end_sandbox),
        cmocka_unit_test_teardown(kill_takes_nothing_that_was_honoured, end_sandbox),
    };
    return cmocka_run_group_tests_name(
        "sandbox_meter_market", tests, make_folder, remove_folder);
}
