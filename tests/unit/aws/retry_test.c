/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/retry.h"
#include "support/cmocka.h"
#include "support/fake_runtime.h"

#include <string.h>

static fake_runtime fake;

static int
set_up(void **state)
{
    (void)state;
    fake_runtime_init(&fake);
    return 0;
}

static ent_retry_policy
policy_of(bool until_deadline)
{
    ent_retry_policy policy;

    fake.variables = NULL;
    assert_int_equal(
        ent_retry_policy_resolve(&fake.runtime, until_deadline, &policy, NULL),
        ENTITLE_OK);
    return policy;
}

typedef struct policy_case {
    fake_variable variables[3];
    entitle_status want;
    uint32_t want_gate_limit;
    uint32_t want_standard_limit;
    bool want_log;
} policy_case;

static void
policy_resolves_as_the_table_says(void **state)
{
    static const policy_case cases[] = {
        { { { NULL, NULL } }, ENTITLE_OK, 0, 3, false },
        { { { "AWS_MAX_ATTEMPTS", "" } }, ENTITLE_OK, 0, 3, false },
        { { { "AWS_MAX_ATTEMPTS", "1" } }, ENTITLE_OK, 1, 1, false },
        { { { "AWS_MAX_ATTEMPTS", "7" } }, ENTITLE_OK, 7, 7, false },
        { { { "AWS_MAX_ATTEMPTS", "0" } }, ENTITLE_CONFIGURATION, 0, 0, false },
        { { { "AWS_MAX_ATTEMPTS", "-1" } }, ENTITLE_CONFIGURATION, 0, 0, false },
        { { { "AWS_MAX_ATTEMPTS", "3x" } }, ENTITLE_CONFIGURATION, 0, 0, false },
        { { { "AWS_MAX_ATTEMPTS", "99999999999999999999" } },
          ENTITLE_CONFIGURATION,
          0,
          0,
          false },
        { { { "AWS_RETRY_MODE", "standard" } }, ENTITLE_OK, 0, 3, false },
        { { { "AWS_RETRY_MODE", "Adaptive" } }, ENTITLE_OK, 0, 3, true },
        { { { "AWS_RETRY_MODE", "legacy" } }, ENTITLE_OK, 0, 3, true },
        { { { "AWS_RETRY_MODE", "never" } }, ENTITLE_CONFIGURATION, 0, 0, false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        entitle_error error = { 0 };
        ent_retry_policy gate = { 0 };
        ent_retry_policy standard = { 0 };

        print_message("  case %zu\n", i);
        fake_runtime_init(&fake);
        fake.variables = cases[i].variables;
        assert_int_equal(
            ent_retry_policy_resolve(&fake.runtime, true, &gate, &error),
            cases[i].want);
        assert_int_equal(
            ent_retry_policy_resolve(&fake.runtime, false, &standard, NULL),
            cases[i].want);
        assert_int_equal(gate.attempt_limit, cases[i].want_gate_limit);
        assert_int_equal(standard.attempt_limit, cases[i].want_standard_limit);
        assert_int_equal(fake.log_length > 0, cases[i].want_log);
        assert_int_equal(error.hint[0] != '\0', cases[i].want != ENTITLE_OK);
    }
}

typedef struct class_case {
    entitle_status failure;
    int32_t http_status;
    const char *code;
    ent_retry_class want;
} class_case;

static void
failures_are_classified_as_the_table_says(void **state)
{
    static const class_case cases[] = {
        { ENTITLE_UNREACHABLE, 0, NULL, ENT_RETRY_TRANSIENT },
        { ENTITLE_TIMEOUT, 0, NULL, ENT_RETRY_TRANSIENT },
        { ENTITLE_TLS_ERROR, 0, NULL, ENT_RETRY_TRANSIENT },
        { ENTITLE_BAD_RESPONSE, 0, NULL, ENT_RETRY_ONCE },
        { ENTITLE_BAD_RESPONSE, 302, "", ENT_RETRY_ONCE },
        { ENTITLE_INTERRUPTED, 0, NULL, ENT_RETRY_NEVER },
        { ENTITLE_OUT_OF_MEMORY, 0, NULL, ENT_RETRY_NEVER },
        { ENTITLE_NO_CREDENTIALS, 0, NULL, ENT_RETRY_NEVER },
        { ENTITLE_NOT_ENTITLED, 400, "CustomerNotEntitledException", ENT_RETRY_NEVER },
        { ENTITLE_CONFIGURATION, 400, "", ENT_RETRY_NEVER },
        { ENTITLE_SERVICE_ERROR, 500, "", ENT_RETRY_TRANSIENT },
        { ENTITLE_SERVICE_ERROR, 502, "", ENT_RETRY_TRANSIENT },
        { ENTITLE_SERVICE_ERROR,
          503,
          "CustomerNotEntitledException",
          ENT_RETRY_TRANSIENT },
        { ENTITLE_SERVICE_ERROR, 504, "", ENT_RETRY_TRANSIENT },
        { ENTITLE_SERVICE_ERROR, 501, "", ENT_RETRY_UNTIL_DEADLINE_ONLY },
        { ENTITLE_SERVICE_ERROR, 509, "", ENT_RETRY_UNTIL_DEADLINE_ONLY },
        { ENTITLE_SERVICE_ERROR,
          400,
          "InternalServiceErrorException",
          ENT_RETRY_UNTIL_DEADLINE_ONLY },
        { ENTITLE_TIMEOUT, 400, "RequestTimeout", ENT_RETRY_TRANSIENT },
        { ENTITLE_OK, 400, "ThrottlingException", ENT_RETRY_THROTTLING },
        { ENTITLE_OK, 400, "throttling", ENT_RETRY_THROTTLING },
        { ENTITLE_OK, 503, "SlowDown", ENT_RETRY_THROTTLING },
        { ENTITLE_OK, 429, "", ENT_RETRY_THROTTLING },
        { ENTITLE_OK, 400, "EC2ThrottledException", ENT_RETRY_THROTTLING },
        { ENTITLE_OK, 400, "ThrottlingExceptionX", ENT_RETRY_NEVER },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        print_message("  case %zu\n", i);
        assert_int_equal(
            ent_retry_classify(cases[i].failure, cases[i].http_status, cases[i].code),
            cases[i].want);
    }
}

static void
standard_permits_two_retries(void **state)
{
    ent_retry_policy policy = policy_of(false);
    ent_retry_quota quota = { ENT_RETRY_QUOTA_CAPACITY };
    bool once = false;

    (void)state;
    assert_true(ent_retry_permits(&policy, &quota, ENT_RETRY_TRANSIENT, 1, &once));
    assert_int_equal(quota.tokens, 486);
    assert_true(ent_retry_permits(&policy, &quota, ENT_RETRY_THROTTLING, 2, &once));
    assert_int_equal(quota.tokens, 481);
    assert_false(ent_retry_permits(&policy, &quota, ENT_RETRY_TRANSIENT, 3, &once));
    assert_false(
        ent_retry_permits(&policy, &quota, ENT_RETRY_UNTIL_DEADLINE_ONLY, 1, &once));
    assert_false(ent_retry_permits(&policy, &quota, ENT_RETRY_NEVER, 1, &once));
    assert_int_equal(quota.tokens, 481);
}

static void
quota_ends_retries_and_is_refilled_by_successes(void **state)
{
    ent_retry_policy policy = policy_of(false);
    ent_retry_quota quota = { 18 };
    bool once = false;

    (void)state;
    assert_true(ent_retry_permits(&policy, &quota, ENT_RETRY_TRANSIENT, 1, &once));
    assert_int_equal(quota.tokens, 4);
    assert_false(ent_retry_permits(&policy, &quota, ENT_RETRY_THROTTLING, 1, &once));
    ent_retry_refund(&policy, &quota, ENT_RETRY_NEVER);
    assert_true(ent_retry_permits(&policy, &quota, ENT_RETRY_THROTTLING, 1, &once));
    ent_retry_refund(&policy, &quota, ENT_RETRY_THROTTLING);
    assert_int_equal(quota.tokens, 5);
    ent_retry_refund(&policy, &quota, ENT_RETRY_TRANSIENT);
    assert_int_equal(quota.tokens, 19);
    quota.tokens = 499;
    ent_retry_refund(&policy, &quota, ENT_RETRY_TRANSIENT);
    assert_int_equal(quota.tokens, ENT_RETRY_QUOTA_CAPACITY);
}

static void
gate_permits_retries_without_end_or_quota(void **state)
{
    ent_retry_policy policy = policy_of(true);
    ent_retry_quota quota = { 0 };
    bool once = false;

    (void)state;
    assert_true(ent_retry_permits(&policy, &quota, ENT_RETRY_TRANSIENT, 1000, &once));
    assert_true(
        ent_retry_permits(&policy, &quota, ENT_RETRY_UNTIL_DEADLINE_ONLY, 9, &once));
    assert_true(ent_retry_permits(&policy, &quota, ENT_RETRY_ONCE, 1, &once));
    assert_false(ent_retry_permits(&policy, &quota, ENT_RETRY_ONCE, 2, &once));
    assert_true(ent_retry_permits(&policy, &quota, ENT_RETRY_TRANSIENT, 3, &once));
    assert_false(ent_retry_permits(&policy, &quota, ENT_RETRY_NEVER, 1, &once));
}

typedef struct delay_case {
    bool until_deadline;
    ent_retry_class retry_class;
    uint32_t attempt;
    double fraction;
    const char *retry_after;
    int64_t want_ms;
} delay_case;

static void
delays_are_as_the_table_says(void **state)
{
    static const delay_case cases[] = {
        { false, ENT_RETRY_TRANSIENT, 1, 0.5, NULL, 25 },
        { false, ENT_RETRY_TRANSIENT, 2, 0.5, NULL, 50 },
        { false, ENT_RETRY_TRANSIENT, 3, 0.5, NULL, 100 },
        { false, ENT_RETRY_TRANSIENT, 1, 0.0, NULL, 0 },
        { false, ENT_RETRY_TRANSIENT, 60, 0.5, NULL, 10000 },
        { false, ENT_RETRY_THROTTLING, 1, 0.5, NULL, 500 },
        { false, ENT_RETRY_THROTTLING, 6, 0.5, NULL, 10000 },
        { true, ENT_RETRY_TRANSIENT, 1, 0.5, NULL, 25 },
        { true, ENT_RETRY_TRANSIENT, 4000000000u, 0.5, NULL, 2500 },
        { true, ENT_RETRY_THROTTLING, 3, 0.5, NULL, 2000 },
        { true, ENT_RETRY_THROTTLING, 4, 0.5, NULL, 2500 },
        { true, ENT_RETRY_TRANSIENT, 1, 0.5, "10", 25 },
        { true, ENT_RETRY_TRANSIENT, 1, 0.5, "1000", 1000 },
        { true, ENT_RETRY_TRANSIENT, 1, 0.5, "5025", 5025 },
        { true, ENT_RETRY_TRANSIENT, 1, 0.5, "5026", 5025 },
        { true, ENT_RETRY_TRANSIENT, 1, 0.5, "99999999999999999999999", 25 },
        { true, ENT_RETRY_TRANSIENT, 1, 0.5, "-1", 25 },
        { true, ENT_RETRY_TRANSIENT, 1, 0.5, "1s", 25 },
        { true, ENT_RETRY_TRANSIENT, 1, 0.5, "", 25 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        ent_retry_policy policy = policy_of(cases[i].until_deadline);

        print_message("  case %zu\n", i);
        assert_int_equal(
            ent_retry_delay_ms(
                &policy,
                cases[i].retry_class,
                cases[i].attempt,
                cases[i].fraction,
                cases[i].retry_after),
            cases[i].want_ms);
    }
}

static void
delays_leave_room_for_a_last_attempt(void **state)
{
    (void)state;
    assert_int_equal(ent_retry_fit_delay_ms(100, 10000), 100);
    assert_int_equal(ent_retry_fit_delay_ms(5000, 5500), 5000);
    assert_int_equal(ent_retry_fit_delay_ms(5000, 5499), 4999);
    assert_int_equal(ent_retry_fit_delay_ms(5000, 501), 1);
    assert_int_equal(ent_retry_fit_delay_ms(0, 500), -1);
    assert_int_equal(ent_retry_fit_delay_ms(0, 0), -1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(policy_resolves_as_the_table_says, set_up),
        cmocka_unit_test_setup(failures_are_classified_as_the_table_says, set_up),
        cmocka_unit_test_setup(standard_permits_two_retries, set_up),
        cmocka_unit_test_setup(quota_ends_retries_and_is_refilled_by_successes, set_up),
        cmocka_unit_test_setup(gate_permits_retries_without_end_or_quota, set_up),
        cmocka_unit_test_setup(delays_are_as_the_table_says, set_up),
        cmocka_unit_test_setup(delays_leave_room_for_a_last_attempt, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
