/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The gate by the route meter-usage, over real HTTP: what opens it, what does not, and
 * that nothing is metered by asking.
 */
#include "service_client.h"
#include "support/cmocka.h"

#include <entitle.h>

#include <string.h>

static const entitle_runtime runtime = {
    .struct_size = sizeof(runtime),
    .environment = aws_environment,
};

static entitle_gate_options
ordinary_options(void)
{
    return (entitle_gate_options){
        .struct_size = sizeof(entitle_gate_options),
        .product_code = service_sandbox.product_code,
        .route = ENTITLE_ROUTE_METER_USAGE,
        .dimension = "requests",
        .endpoint = service_sandbox.url,
        .deadline_ms = 20000,
        .runtime = &runtime,
    };
}

static void
assert_decides(
    const char *name,
    const entitle_gate_options *options,
    entitle_status want,
    uint32_t want_attempts)
{
    entitle_decision *decision = NULL;
    entitle_status reason;

    assert_int_equal(entitle_gate_check(options, &decision, NULL), ENTITLE_OK);
    reason = entitle_decision_reason(decision);
    if (reason != want) {
        fail_msg(
            "%s: %s: %s",
            name,
            entitle_status_name(reason),
            entitle_decision_message(decision));
    }
    assert_int_equal(
        entitle_decision_may_start(decision), want == ENTITLE_DRY_RUN_ACCEPTED);
    if (want_attempts != 0) {
        assert_int_equal(entitle_decision_attempts(decision), want_attempts);
    }
    entitle_decision_free(decision);
}

static void
dry_run_meters_nothing(void **state)
{
    const entitle_gate_options options = ordinary_options();

    (void)state;
    service_control("POST", "reset", NULL);
    for (int i = 0; i < 3; i++) {
        assert_decides("again", &options, ENTITLE_DRY_RUN_ACCEPTED, 1);
    }
    service_control("GET", "records", NULL);
    assert_non_null(strstr(service_reply.body, "\"records\":[]"));
}

/* Unlike a registration, a dry run asks for the subscription every time. */
static void
dry_run_follows_the_subscription(void **state)
{
    const entitle_gate_options options = ordinary_options();

    (void)state;
    service_control("POST", "reset", NULL);
    assert_decides("subscribed", &options, ENTITLE_DRY_RUN_ACCEPTED, 1);
    service_control("PUT", "subscription", "{\"subscribed\":false}");
    assert_decides("no longer", &options, ENTITLE_NOT_ENTITLED, 1);
    service_control("PUT", "subscription", "{\"subscribed\":true}");
    assert_decides("again", &options, ENTITLE_DRY_RUN_ACCEPTED, 1);
}

static void
dry_run_is_taken_from_tasks_pods_and_instances(void **state)
{
    static const struct {
        const char *identity;
        entitle_status want;
    } rows[] = {
        { "{\"kind\":\"ecs-task\"}", ENTITLE_DRY_RUN_ACCEPTED },
        { "{\"kind\":\"eks-pod\"}", ENTITLE_DRY_RUN_ACCEPTED },
        { "{\"kind\":\"ec2\"}", ENTITLE_DRY_RUN_ACCEPTED },
        { "{\"kind\":\"laptop\"}", ENTITLE_ACCESS_DENIED },
    };
    const entitle_gate_options options = ordinary_options();

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        service_control("POST", "reset", NULL);
        service_control("POST", "identity", rows[i].identity);
        assert_decides(rows[i].identity, &options, rows[i].want, 1);
    }
}

static void
dry_run_names_wrong_settings(void **state)
{
    entitle_gate_options options = ordinary_options();

    (void)state;
    service_control("POST", "reset", NULL);
    options.product_code = "another-product";
    assert_decides("product", &options, ENTITLE_INVALID_PRODUCT_CODE, 1);
    options = ordinary_options();
    options.dimension = "another-dimension";
    assert_decides("dimension", &options, ENTITLE_CONFIGURATION, 1);
    options = ordinary_options();
    options.region = "eu-west-1";
    assert_decides("Region", &options, ENTITLE_INVALID_REGION, 1);
}

#define FAULT(members_) "{\"faults\":[{\"operation\":\"MeterUsage\"," members_ "}]}"
#define METERED                                                                        \
    FAULT("\"status\":200,\"body\":\"{\\\"MeteringRecordId\\\":\\\"1\\\"}\"")

static const struct {
    const char *name;
    const char *faults;
    entitle_status want;
    uint32_t want_attempts; /* 0: any number */
} troubles[] = {
    { "throttled twice",
      FAULT("\"times\":2,\"error\":\"ThrottlingException\""),
      ENTITLE_DRY_RUN_ACCEPTED,
      3 },
    { "503",
      FAULT("\"times\":2,\"status\":503,\"body\":\"<html>\""),
      ENTITLE_DRY_RUN_ACCEPTED,
      3 },
    { "reset", FAULT("\"times\":1,\"reset\":true"), ENTITLE_DRY_RUN_ACCEPTED, 2 },
    { "reply lost",
      FAULT("\"times\":1,\"drop_reply\":true"),
      ENTITLE_DRY_RUN_ACCEPTED,
      2 },
    { "clock 20 min off", FAULT("\"skew_s\":1200"), ENTITLE_DRY_RUN_ACCEPTED, 2 },
    { "metered", METERED, ENTITLE_BAD_RESPONSE, 1 },
    { "an entitlement",
      FAULT("\"status\":200,\"body\":\"{\\\"Signature\\\":\\\"a.b.c\\\"}\""),
      ENTITLE_BAD_RESPONSE,
      0 },
    { "HTML", FAULT("\"status\":200,\"body\":\"<html>\""), ENTITLE_BAD_RESPONSE, 0 },
    { "denied",
      FAULT("\"error\":\"AccessDeniedException\""),
      ENTITLE_ACCESS_DENIED,
      1 },
};

static void
dry_run_goes_through_trouble(void **state)
{
    const entitle_gate_options options = ordinary_options();

    (void)state;
    for (size_t i = 0; i < sizeof(troubles) / sizeof(troubles[0]); i++) {
        service_control("POST", "reset", NULL);
        service_control("PUT", "faults", troubles[i].faults);
        assert_decides(
            troubles[i].name, &options, troubles[i].want, troubles[i].want_attempts);
    }
    service_control("POST", "reset", NULL);
}

static void
dry_run_ends_at_the_deadline(void **state)
{
    entitle_gate_options options = ordinary_options();

    (void)state;
    service_control("POST", "reset", NULL);
    service_control("PUT", "faults", FAULT("\"error\":\"ThrottlingException\""));
    options.deadline_ms = 300;
    assert_decides("throttled for ever", &options, ENTITLE_THROTTLED, 0);
    service_control("POST", "reset", NULL);
    options.endpoint = "http://127.0.0.1:1";
    assert_decides("nobody listens", &options, ENTITLE_UNREACHABLE, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dry_run_meters_nothing),
        cmocka_unit_test(dry_run_follows_the_subscription),
        cmocka_unit_test(dry_run_is_taken_from_tasks_pods_and_instances),
        cmocka_unit_test(dry_run_names_wrong_settings),
        cmocka_unit_test(dry_run_goes_through_trouble),
        cmocka_unit_test(dry_run_ends_at_the_deadline),
    };

    return cmocka_run_group_tests(tests, service_start, service_stop);
}
