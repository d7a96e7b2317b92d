/* SPDX-License-Identifier: Apache-2.0 */
#include "gate_fixture.h"
#include "support/cmocka.h"
#include "support/token_forge.h"

#include <string.h>

typedef struct trouble_case {
    const char *name;
    aws_step step;
    entitle_status want;
} trouble_case;

static void
gate_starts_unverified_only_where_aws_cannot_be_asked(void **state)
{
    static const trouble_case cases[] = {
        { "throttled", { .error = "ThrottlingException" }, ENTITLE_THROTTLED },
        { "failing", { .http_status = 500, .body = "" }, ENTITLE_SERVICE_ERROR },
        { "unreachable", { .failure = ENTITLE_UNREACHABLE }, ENTITLE_UNREACHABLE },
        { "silent", { .failure = ENTITLE_TIMEOUT }, ENTITLE_TIMEOUT },
        { "no answer of its kind", { .body = "{}" }, ENTITLE_BAD_RESPONSE },
        { "not entitled",
          { .error = "CustomerNotEntitledException" },
          ENTITLE_NOT_ENTITLED },
        { "denied", { .error = "AccessDeniedException" }, ENTITLE_ACCESS_DENIED },
        { "forged", { .key = FORGE_KEY_OTHER }, ENTITLE_BAD_SIGNATURE },
        { "interrupted", { .failure = ENTITLE_INTERRUPTED }, ENTITLE_INTERRUPTED },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const trouble_case *c = &cases[i];
        bool unavailable =
            entitle_status_category(c->want) == ENTITLE_CATEGORY_UNAVAILABLE;
        gate_fixture f;

        gate_set_up(&f, &c->step, 1);
        gate_check(&f);
        gate_assert_reason(c->name, &f, c->want);
        assert_false(entitle_decision_may_start(f.decision));

        f.options.on_unavailable = ENTITLE_ON_UNAVAILABLE_START;
        gate_check(&f);
        gate_assert_reason(
            c->name, &f, unavailable ? ENTITLE_STARTED_UNVERIFIED : c->want);
        assert_int_equal(entitle_decision_may_start(f.decision), unavailable);
        assert_int_not_equal(
            entitle_decision_verdict(f.decision), ENTITLE_VERDICT_ENTITLED);
        assert_int_equal(
            entitle_decision_cause(f.decision), unavailable ? c->want : ENTITLE_OK);
        gate_tear_down(&f);
    }
}

static void
gate_opens_after_trouble_that_passes(void **state)
{
    static const aws_step steps[] = {
        { .error = "ThrottlingException" },
        { .http_status = 503, .body = "<html>" },
        { .failure = ENTITLE_UNREACHABLE },
        { .body = "not JSON" },
        { 0 },
    };
    gate_fixture f;

    (void)state;
    gate_set_up(&f, steps, 5);
    gate_check(&f);
    gate_assert_reason("after trouble", &f, ENTITLE_VERIFIED);
    assert_int_equal(entitle_decision_attempts(f.decision), 5);
    gate_tear_down(&f);
}

static void
gate_ends_at_its_deadline(void **state)
{
    static const aws_step step = { .error = "ThrottlingException" };
    gate_fixture f;

    (void)state;
    gate_set_up(&f, &step, 1);
    f.options.deadline_ms = 20000;
    gate_check(&f);
    gate_assert_reason("throttled for ever", &f, ENTITLE_THROTTLED);
    assert_true(entitle_decision_elapsed_ms(f.decision) >= 19000);
    assert_true(entitle_decision_elapsed_ms(f.decision) <= 21000);
    gate_tear_down(&f);
}

static void
gate_takes_for_ever_as_a_deadline(void **state)
{
    static const aws_step step = { 0 };
    gate_fixture f;

    (void)state;
    gate_set_up(&f, &step, 1);
    f.options.deadline_ms = INT64_MAX;
    gate_check(&f);
    gate_assert_reason("for ever", &f, ENTITLE_VERIFIED);
    gate_tear_down(&f);
}

static void
gate_doubts_long_term_keys_before_it_asks(void **state)
{
    static const fake_variable long_term[] = {
        { "AWS_ACCESS_KEY_ID", "AKIAEXAMPLE" },
        { "AWS_SECRET_ACCESS_KEY", "the-secret-access-key" },
        { "AWS_REGION", "eu-west-1" },
        { NULL, NULL },
    };
    static const fake_variable sandbox[] = {
        { "AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE" },
        { "AWS_SECRET_ACCESS_KEY", "the-secret-access-key" },
        { "AWS_REGION", "eu-west-1" },
        { NULL, NULL },
    };
    const aws_step step = { 0 };
    gate_fixture f;

    (void)state;
    gate_set_up(&f, &step, 1);
    f.fake.variables = long_term;
    gate_check(&f);
    gate_assert_reason("long-term keys", &f, ENTITLE_VERIFIED);
    assert_true(gate_warns_of(f.decision, "long-term access key"));
    assert_int_equal(f.aws.requests, 1);

    f.options.strict_credentials = true;
    gate_check(&f);
    gate_assert_reason("long-term keys, strict", &f, ENTITLE_UNSUPPORTED_CREDENTIALS);
    assert_int_equal(f.aws.requests, 1);

    f.fake.variables = sandbox;
    gate_check(&f);
    gate_assert_reason("the key of the documentation", &f, ENTITLE_VERIFIED);
    assert_int_equal(entitle_decision_warning_count(f.decision), 0);

    f.fake.variables = gate_environment;
    gate_check(&f);
    gate_assert_reason("temporary keys, strict", &f, ENTITLE_VERIFIED);
    gate_tear_down(&f);
}

typedef struct blame_case {
    const char *key_id;
    const char *error;
    bool want_blame;
} blame_case;

/* AWS refuses what comes from a wrong kind of credentials without naming that cause. */
static void
gate_names_doubtful_credentials_after_a_refusal(void **state)
{
    static const blame_case cases[] = {
        { "AKIAEXAMPLE", "PlatformNotSupportedException", true },
        { "AKIAEXAMPLE", "CustomerNotEntitledException", true },
        { "AKIAEXAMPLE", "InvalidProductCodeException", false },
        { "ASIAEXAMPLE", "PlatformNotSupportedException", false },
        { "ASIAEXAMPLE", "CustomerNotEntitledException", false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const fake_variable variables[] = {
            { "AWS_ACCESS_KEY_ID", cases[i].key_id },
            { "AWS_SECRET_ACCESS_KEY", "the-secret-access-key" },
            { "AWS_REGION", "eu-west-1" },
            { NULL, NULL },
        };
        const aws_step step = { .http_status = 400, .error = cases[i].error };
        gate_fixture f;

        print_message("  %s, %s\n", cases[i].key_id, cases[i].error);
        gate_set_up(&f, &step, 1);
        f.fake.variables = variables;
        gate_check(&f);
        const char *hint = entitle_decision_hint(f.decision);
        assert_non_null(hint);
        assert_int_equal(
            strstr(hint, "long-term access key") != NULL, cases[i].want_blame);
        assert_int_equal(strstr(hint, "; otherwise ") != NULL, cases[i].want_blame);
        gate_tear_down(&f);
    }
}

typedef struct setting_case {
    const char *name;
    const char *product_code;
    bool has_keys;
    const char *keys;
    const char *region;
    const char *endpoint;
    const fake_variable *variables;
    entitle_status want;
} setting_case;

static const fake_variable no_region[] = {
    { "AWS_ACCESS_KEY_ID", "ASIAEXAMPLE" },
    { "AWS_SECRET_ACCESS_KEY", "the-secret-access-key" },
    { "AWS_EC2_METADATA_DISABLED", "true" },
    { NULL, NULL },
};
static const fake_variable no_credentials[] = { { "AWS_REGION", "eu-west-1" },
                                                { "AWS_EC2_METADATA_DISABLED", "true" },
                                                { NULL, NULL } };
static const fake_variable half_credentials[] = { { "AWS_REGION", "eu-west-1" },
                                                  { "AWS_ACCESS_KEY_ID",
                                                    "ASIAEXAMPLE" },
                                                  { NULL, NULL } };

static void
gate_sends_nothing_before_the_settings_are_usable(void **state)
{
    static const char code[] = FORGE_PRODUCT_CODE;
    static const setting_case cases[] = {
        { "all", code, true, NULL, NULL, NULL, gate_environment, ENTITLE_VERIFIED },
        { "no product code",
          NULL,
          true,
          NULL,
          NULL,
          NULL,
          gate_environment,
          ENTITLE_CONFIGURATION },
        { "empty product code",
          "",
          true,
          NULL,
          NULL,
          NULL,
          gate_environment,
          ENTITLE_CONFIGURATION },
        { "product code with a space",
          "a b",
          true,
          NULL,
          NULL,
          NULL,
          gate_environment,
          ENTITLE_CONFIGURATION },
        { "product code with a newline",
          "a\n",
          true,
          NULL,
          NULL,
          NULL,
          gate_environment,
          ENTITLE_CONFIGURATION },
        { "no keys",
          code,
          false,
          NULL,
          NULL,
          NULL,
          gate_environment,
          ENTITLE_CONFIGURATION },
        { "missing keys",
          code,
          false,
          "/nowhere/keys",
          NULL,
          NULL,
          gate_environment,
          ENTITLE_KEYS_UNUSABLE },
        { "no Region", code, true, NULL, NULL, NULL, no_region, ENTITLE_NO_REGION },
        { "Region given",
          code,
          true,
          NULL,
          "us-east-1",
          NULL,
          no_region,
          ENTITLE_VERIFIED },
        { "Region with a slash",
          code,
          true,
          NULL,
          "x.example.com/",
          NULL,
          gate_environment,
          ENTITLE_INVALID_REGION },
        { "loopback endpoint",
          code,
          true,
          NULL,
          NULL,
          "http://127.0.0.1:1",
          gate_environment,
          ENTITLE_VERIFIED },
        { "plain http elsewhere",
          code,
          true,
          NULL,
          NULL,
          "http://192.0.2.1",
          gate_environment,
          ENTITLE_CONFIGURATION },
        { "https elsewhere",
          code,
          true,
          NULL,
          NULL,
          "https://192.0.2.1",
          gate_environment,
          ENTITLE_VERIFIED },
        { "no credentials",
          code,
          true,
          NULL,
          NULL,
          NULL,
          no_credentials,
          ENTITLE_NO_CREDENTIALS },
        { "half credentials",
          code,
          true,
          NULL,
          NULL,
          NULL,
          half_credentials,
          ENTITLE_INVALID_CREDENTIALS },
    };
    const aws_step step = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const setting_case *c = &cases[i];
        gate_fixture f;

        gate_set_up(&f, &step, 1);
        f.fake.variables = c->variables;
        f.options.product_code = c->product_code;
        f.options.keyring = c->has_keys ? f.keyring : NULL;
        f.options.keys = c->keys;
        f.options.region = c->region;
        f.options.endpoint = c->endpoint;
        gate_check(&f);
        gate_assert_reason(c->name, &f, c->want);
        assert_int_equal(f.aws.requests, c->want == ENTITLE_VERIFIED ? 1 : 0);
        if (c->want != ENTITLE_VERIFIED) {
            assert_non_null(entitle_decision_hint(f.decision));
        }
        gate_tear_down(&f);
    }
}

static void
gate_refuses_structs_of_another_version(void **state)
{
    const aws_step step = { 0 };
    gate_fixture f;
    entitle_error error;

    (void)state;
    gate_set_up(&f, &step, 1);
    f.options.struct_size = 0;
    assert_int_equal(
        entitle_gate_check(&f.options, &f.decision, &error), ENTITLE_INVALID_ARGUMENT);
    assert_null(f.decision);
    f.options.struct_size = sizeof(f.options);
    f.fake.runtime.struct_size = 0;
    assert_int_equal(
        entitle_gate_check(&f.options, &f.decision, &error), ENTITLE_INVALID_ARGUMENT);
    f.fake.runtime.struct_size = sizeof(f.fake.runtime);
    assert_int_equal(entitle_gate_check(&f.options, &f.decision, &error), ENTITLE_OK);
    entitle_decision_free(f.decision);
    f.decision = NULL;
    assert_int_equal(
        entitle_gate_check(NULL, &f.decision, NULL), ENTITLE_INVALID_ARGUMENT);
    assert_int_equal(
        entitle_gate_check(&f.options, NULL, NULL), ENTITLE_INVALID_ARGUMENT);
    gate_tear_down(&f);
}

static void
gate_bears_every_failing_allocation(void **state)
{
    const aws_step step = { 0 };
    gate_fixture f;
    int64_t n = 0;
    bool opened = false;

    (void)state;
    gate_set_up(&f, &step, 1);
    for (; !opened; n++) {
        entitle_decision *decision = NULL;
        entitle_status status;

        assert_true(n < 1000);
        f.fake.allocations = 0;
        f.fake.fail_allocation = n;
        status = entitle_gate_check(&f.options, &decision, NULL);
        assert_int_equal(status == ENTITLE_OK, decision != NULL);
        opened = entitle_decision_may_start(decision);
        if (!opened && decision != NULL) {
            assert_int_equal(
                entitle_decision_verdict(decision), ENTITLE_VERDICT_UNKNOWN);
            assert_int_equal(entitle_decision_reason(decision), ENTITLE_INTERNAL_ERROR);
        }
        entitle_decision_free(decision);
    }
    assert_true(n > 5);
    f.fake.fail_allocation = -1;
    gate_tear_down(&f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gate_starts_unverified_only_where_aws_cannot_be_asked),
        cmocka_unit_test(gate_opens_after_trouble_that_passes),
        cmocka_unit_test(gate_ends_at_its_deadline),
        cmocka_unit_test(gate_takes_for_ever_as_a_deadline),
        cmocka_unit_test(gate_doubts_long_term_keys_before_it_asks),
        cmocka_unit_test(gate_names_doubtful_credentials_after_a_refusal),
        cmocka_unit_test(gate_sends_nothing_before_the_settings_are_usable),
        cmocka_unit_test(gate_refuses_structs_of_another_version),
        cmocka_unit_test(gate_bears_every_failing_allocation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
