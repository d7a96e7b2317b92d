/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/decision.h"
#include "gate/judge.h"
#include "support/cmocka.h"
#include "support/fake_runtime.h"
#include "support/scripted_transport.h"

#include <entitle/gate.h>

#include <cjson/cJSON.h>

#include <stdio.h>
#include <string.h>

static const char product_code[] = "4f3k2example";

/* Temporary credentials; more variables follow in some tests. */
#define TASK                                                                           \
    { "AWS_ACCESS_KEY_ID", "ASIAEXAMPLE" },                                            \
        { "AWS_SECRET_ACCESS_KEY", "not-to-be-told" },                                 \
    {                                                                                  \
        "AWS_REGION", "eu-west-1"                                                      \
    }

static const fake_variable task[] = { TASK, { NULL, NULL } };

static fake_runtime fake;
static scripted_transport script;
static entitle_gate_options options;
static entitle_decision *decision;

#define ERROR(code_)                                                                   \
    {                                                                                  \
        .http_status = 400, .body = "{\"__type\":\"" code_ "\",\"message\":\"told\"}"  \
    }

static const scripted_answer accepted = ERROR("DryRunOperation");

static void
check(const scripted_answer *answers, size_t count)
{
    scripted_transport_clear(&script);
    scripted_transport_init(&script, &fake, answers, count);
    entitle_decision_free(decision);
    assert_int_equal(entitle_gate_check(&options, &decision, NULL), ENTITLE_OK);
}

static int
set_up(void **state)
{
    (void)state;
    fake_runtime_init(&fake);
    fake.variables = task;
    scripted_transport_init(&script, &fake, &accepted, 1);
    options = (entitle_gate_options){
        .struct_size = sizeof(options),
        .product_code = product_code,
        .route = ENTITLE_ROUTE_METER_USAGE,
        .dimension = "requests",
        .deadline_ms = 20000,
        .runtime = &fake.runtime,
        .transport = &script.transport,
    };
    decision = NULL;
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    entitle_decision_free(decision);
    scripted_transport_clear(&script);
    assert_null(strstr(fake.log, "not-to-be-told"));
    assert_int_equal(fake.blocks_in_use, 0);
    return 0;
}

static void
assert_reason(const char *name, entitle_status want)
{
    entitle_status reason = entitle_decision_reason(decision);

    if (reason != want) {
        fail_msg(
            "%s: %s: %s",
            name,
            entitle_status_name(reason),
            entitle_decision_message(decision));
    }
}

static bool
warns_of(const char *text)
{
    for (size_t i = 0; i < entitle_decision_warning_count(decision); i++) {
        if (strstr(entitle_decision_warning_at(decision, i), text) != NULL) {
            return true;
        }
    }
    return false;
}

/* --- What is asked, and what opens ------------------------------------------------ */

static void
dry_run_meters_nothing_now(void **state)
{
    cJSON *body = NULL;

    (void)state;
    check(&accepted, 1);
    assert_reason("accepted", ENTITLE_DRY_RUN_ACCEPTED);
    assert_int_equal(script.request_count, 1);
    assert_string_equal(
        scripted_transport_header(&script, 0, "x-amz-target"),
        "AWSMPMeteringService.MeterUsage");
    body = cJSON_Parse(script.requests[0].body);
    assert_int_equal(cJSON_GetArraySize(body), 5);
    assert_string_equal(
        cJSON_GetObjectItem(body, "ProductCode")->valuestring, product_code);
    assert_string_equal(
        cJSON_GetObjectItem(body, "UsageDimension")->valuestring, "requests");
    assert_true(cJSON_GetObjectItem(body, "UsageQuantity")->valuedouble == 0);
    assert_true(
        cJSON_GetObjectItem(body, "Timestamp")->valuedouble == (double)FAKE_NOW_S);
    assert_true(cJSON_IsTrue(cJSON_GetObjectItem(body, "DryRun")));
    cJSON_Delete(body);
}

static void
dry_run_is_never_called_verified(void **state)
{
    int64_t at_s = 0;

    (void)state;
    check(&accepted, 1);
    assert_int_equal(entitle_decision_verdict(decision), ENTITLE_VERDICT_ENTITLED);
    assert_reason("accepted", ENTITLE_DRY_RUN_ACCEPTED);
    assert_true(entitle_decision_may_start(decision));
    assert_null(entitle_decision_hint(decision));
    assert_non_null(strstr(entitle_decision_message(decision), "not signed"));
    assert_int_equal(entitle_decision_key_version(decision), 0);
    assert_false(entitle_decision_key_rotated_at(decision, &at_s));
    assert_false(entitle_decision_issued_at(decision, &at_s));
    assert_int_equal(entitle_decision_attempts(decision), 1);
    assert_int_equal(entitle_decision_warning_count(decision), 0);
    assert_string_equal(entitle_decision_source(decision), "aws");
}

#define METERED "{\"MeteringRecordId\":\"a-record\"}"
#define SIGNED  "{\"Signature\":\"a.b.c\"}"

/* The one answer that opens, and every other that could be mistaken for it. */
static const struct {
    const char *name;
    scripted_answer answer;
    entitle_status want;
} answers[] = {
    { "DryRunOperation", ERROR("DryRunOperation"), ENTITLE_DRY_RUN_ACCEPTED },
    { "DryRunOperation, 412",
      { .http_status = 412, .body = "{\"__type\":\"DryRunOperation\"}" },
      ENTITLE_DRY_RUN_ACCEPTED },
    { "metered", { .http_status = 200, .body = METERED }, ENTITLE_BAD_RESPONSE },
    { "a signature", { .http_status = 200, .body = SIGNED }, ENTITLE_BAD_RESPONSE },
    { "an empty object", { .http_status = 200, .body = "{}" }, ENTITLE_BAD_RESPONSE },
    { "no body", { .http_status = 200 }, ENTITLE_BAD_RESPONSE },
    { "HTML", { .http_status = 200, .body = "<html>" }, ENTITLE_BAD_RESPONSE },
    { "the word, as a success",
      { .http_status = 200, .body = "{\"__type\":\"DryRunOperation\"}" },
      ENTITLE_BAD_RESPONSE },
    { "a longer word", ERROR("DryRunOperationException"), ENTITLE_CONFIGURATION },
    { "no", ERROR("CustomerNotEntitledException"), ENTITLE_NOT_ENTITLED },
    { "no permission", ERROR("UnauthorizedException"), ENTITLE_ACCESS_DENIED },
    { "denied", ERROR("AccessDeniedException"), ENTITLE_ACCESS_DENIED },
    { "product", ERROR("InvalidProductCodeException"), ENTITLE_INVALID_PRODUCT_CODE },
    { "dimension", ERROR("InvalidUsageDimensionException"), ENTITLE_CONFIGURATION },
    { "Region", ERROR("InvalidEndpointRegionException"), ENTITLE_INVALID_REGION },
    { "time", ERROR("TimestampOutOfBoundsException"), ENTITLE_CLOCK_SKEW },
    { "another quantity", ERROR("DuplicateRequestException"), ENTITLE_CONFIGURATION },
    { "throttled", ERROR("ThrottlingException"), ENTITLE_THROTTLED },
    { "failing", { .http_status = 500 }, ENTITLE_SERVICE_ERROR },
    { "unreachable", { .failure = ENTITLE_UNREACHABLE }, ENTITLE_UNREACHABLE },
    { "silent", { .failure = ENTITLE_TIMEOUT }, ENTITLE_TIMEOUT },
    { "no TLS", { .failure = ENTITLE_TLS_ERROR }, ENTITLE_TLS_ERROR },
};

static void
dry_run_opens_for_one_answer_only(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        bool opens = answers[i].want == ENTITLE_DRY_RUN_ACCEPTED;
        bool is_unavailable =
            entitle_status_category(answers[i].want) == ENTITLE_CATEGORY_UNAVAILABLE;

        options.on_unavailable = ENTITLE_ON_UNAVAILABLE_DENY;
        check(&answers[i].answer, 1);
        assert_reason(answers[i].name, answers[i].want);
        assert_int_equal(entitle_decision_may_start(decision), opens);
        assert_int_equal(
            entitle_decision_verdict(decision) == ENTITLE_VERDICT_NOT_ENTITLED,
            answers[i].want == ENTITLE_NOT_ENTITLED);

        options.on_unavailable = ENTITLE_ON_UNAVAILABLE_START;
        check(&answers[i].answer, 1);
        assert_reason(
            answers[i].name,
            is_unavailable ? ENTITLE_STARTED_UNVERIFIED : answers[i].want);
        assert_int_equal(entitle_decision_may_start(decision), opens || is_unavailable);
        assert_int_equal(
            entitle_decision_cause(decision),
            is_unavailable ? answers[i].want : ENTITLE_OK);
    }
}

/* To meter twice is worse than to ask once too little. */
static void
dry_run_that_was_metered_is_not_repeated(void **state)
{
    static const scripted_answer metered = { .http_status = 200, .body = METERED };

    (void)state;
    check(&metered, 1);
    assert_reason("metered", ENTITLE_BAD_RESPONSE);
    assert_int_equal(script.request_count, 1);
}

static void
dry_run_names_the_action_that_iam_denies(void **state)
{
    static const scripted_answer denied = ERROR("UnauthorizedException");

    (void)state;
    check(&denied, 1);
    assert_non_null(
        strstr(entitle_decision_hint(decision), "aws-marketplace:MeterUsage"));
}

static void
dry_run_is_asked_until_trouble_passes(void **state)
{
    static const scripted_answer steps[] = {
        ERROR("ThrottlingException"),
        { .http_status = 503, .body = "<html>" },
        { .failure = ENTITLE_UNREACHABLE },
        ERROR("DryRunOperation"),
    };

    (void)state;
    check(steps, 4);
    assert_reason("after trouble", ENTITLE_DRY_RUN_ACCEPTED);
    assert_int_equal(entitle_decision_attempts(decision), 4);
}

/* The first answer tells the service's time; the second question bears it. */
static void
dry_run_is_dated_by_the_clock_of_the_service(void **state)
{
    enum { OFF_S = 36000 };
    static const scripted_answer steps[] = {
        { .http_status = 400,
          .body = "{\"__type\":\"TimestampOutOfBoundsException\"}",
          .has_date = true,
          .date_offset_s = OFF_S },
        ERROR("DryRunOperation"),
    };
    char want[64];

    (void)state;
    check(steps, 2);
    assert_reason("asked again", ENTITLE_DRY_RUN_ACCEPTED);
    assert_int_equal(script.request_count, 2);
    (void)snprintf(want, sizeof(want), "\"Timestamp\":%d,", FAKE_NOW_S + OFF_S);
    assert_null(strstr(script.requests[0].body, want));
    assert_non_null(strstr(script.requests[1].body, want));
    assert_int_equal(entitle_decision_attempts(decision), 2);

    /* Without an offset there is nothing to correct, and nothing is asked again. */
    const scripted_answer stuck = ERROR("TimestampOutOfBoundsException");
    check(&stuck, 1);
    assert_reason("not asked again", ENTITLE_CLOCK_SKEW);
    assert_int_equal(script.request_count, 1);
}

/* --- Settings --------------------------------------------------------------------- */

static void
dry_run_needs_a_dimension_before_it_asks(void **state)
{
    (void)state;
    options.dimension = NULL;
    check(&accepted, 1);
    assert_reason("none", ENTITLE_CONFIGURATION);
    assert_non_null(strstr(entitle_decision_hint(decision), "--dimension"));
    assert_int_equal(script.request_count, 0);

    options.dimension = "\xff";
    check(&accepted, 1);
    assert_reason("not UTF-8", ENTITLE_CONFIGURATION);
    assert_int_equal(script.request_count, 0);
}

static void
dry_run_says_that_keys_are_not_used(void **state)
{
    (void)state;
    options.keys = "/does/not/exist";
    check(&accepted, 1);
    assert_reason("keys", ENTITLE_DRY_RUN_ACCEPTED);
    assert_true(warns_of("not used"));
    options.route = ENTITLE_ROUTE_REGISTER_USAGE;
    options.dimension = NULL;
    check(&accepted, 1);
    assert_reason("keys, of the other route", ENTITLE_KEYS_UNUSABLE);
}

/* Nothing else tells whose word it is. */
static void
dry_run_is_of_a_sandbox_unless_tls_says_aws(void **state)
{
    static const struct {
        const char *endpoint;
        const char *want;
    } rows[] = {
        { NULL, "aws" },
        { "https://metering.marketplace.eu-west-1.amazonaws.com", "aws" },
        { "https://metering.marketplace.eu-west-1.amazonaws.com.example.com",
          "sandbox" },
        { "http://127.0.0.1:8080", "sandbox" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        options.endpoint = rows[i].endpoint;
        check(&accepted, 1);
        assert_reason(rows[i].want, ENTITLE_DRY_RUN_ACCEPTED);
        assert_string_equal(entitle_decision_source(decision), rows[i].want);
    }
}

static entitle_credentials_kind kind_to_provide;

static entitle_status
provide(
    void *context,
    bool refresh,
    int64_t timeout_ms,
    entitle_credentials *out,
    entitle_error *error)
{
    (void)context;
    (void)refresh;
    (void)timeout_ms;
    return entitle_credentials_set(
        out, kind_to_provide, "ASIAEXAMPLE", "not-to-be-told", NULL, 0, error);
}

static const fake_variable on_ecs[] = {
    TASK,
    { "ECS_CONTAINER_METADATA_URI_V4", "http://169.254.170.2/v4/1" },
    { NULL, NULL },
};
static const fake_variable in_pod[] = { TASK,
                                        { "KUBERNETES_SERVICE_HOST", "10.0.0.1" },
                                        { NULL, NULL } };

/* The role of an instance is its own word, and not that of what runs on a node. */
static const struct {
    const char *name;
    entitle_credentials_kind kind;
    const fake_variable *variables;
    bool is_doubted;
} kinds[] = {
    { "instance", ENTITLE_CREDENTIALS_INSTANCE_ROLE, task, false },
    { "node of ECS", ENTITLE_CREDENTIALS_INSTANCE_ROLE, on_ecs, true },
    { "node of Kubernetes", ENTITLE_CREDENTIALS_INSTANCE_ROLE, in_pod, true },
    { "task", ENTITLE_CREDENTIALS_ECS_TASK_ROLE, on_ecs, false },
    { "IRSA", ENTITLE_CREDENTIALS_WEB_IDENTITY, in_pod, false },
    { "Pod Identity", ENTITLE_CREDENTIALS_EKS_POD_IDENTITY, in_pod, true },
    { "profile", ENTITLE_CREDENTIALS_PROFILE, task, true },
};

static void
credentials_are_doubted_by_platform(void **state)
{
    const entitle_credentials_provider provider = {
        .struct_size = sizeof(provider),
        .provide = provide,
    };

    (void)state;
    options.credentials = &provider;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        kind_to_provide = kinds[i].kind;
        fake.variables = kinds[i].variables;
        options.strict_credentials = true;
        check(&accepted, 1);
        assert_reason(
            kinds[i].name,
            kinds[i].is_doubted ? ENTITLE_UNSUPPORTED_CREDENTIALS
                                : ENTITLE_DRY_RUN_ACCEPTED);
        assert_int_equal(script.request_count, kinds[i].is_doubted ? 0 : 1);

        options.strict_credentials = false;
        check(&accepted, 1);
        assert_reason(kinds[i].name, ENTITLE_DRY_RUN_ACCEPTED);
        assert_int_equal(entitle_decision_warning_count(decision), kinds[i].is_doubted);
    }
}

/* AWS refuses a wrong kind to a dry run as if a permission were missing. */
static void
dry_run_blames_doubtful_credentials(void **state)
{
    static const fake_variable long_term[] = {
        { "AWS_ACCESS_KEY_ID", "AKIAEXAMPLE" },
        { "AWS_SECRET_ACCESS_KEY", "not-to-be-told" },
        { "AWS_REGION", "eu-west-1" },
        { NULL, NULL },
    };
    static const scripted_answer denied = ERROR("UnauthorizedException");

    (void)state;
    check(&denied, 1);
    assert_null(strstr(entitle_decision_hint(decision), "long-term"));
    fake.variables = long_term;
    check(&denied, 1);
    assert_non_null(strstr(entitle_decision_hint(decision), "long-term access key"));
    assert_non_null(
        strstr(entitle_decision_hint(decision), "aws-marketplace:MeterUsage"));
}

static void
dry_run_bears_every_failing_allocation(void **state)
{
    bool opened = false;
    int64_t n = 0;

    (void)state;
    for (; !opened; n++) {
        assert_true(n < 1000);
        entitle_decision_free(decision);
        decision = NULL;
        scripted_transport_clear(&script);
        scripted_transport_init(&script, &fake, &accepted, 1);
        fake.allocations = 0;
        fake.fail_allocation = n;
        entitle_status status = entitle_gate_check(&options, &decision, NULL);

        assert_int_equal(status == ENTITLE_OK, decision != NULL);
        opened = entitle_decision_may_start(decision);
        if (!opened && decision != NULL) {
            assert_reason("no memory", ENTITLE_INTERNAL_ERROR);
        }
    }
    assert_true(n > 5);
    fake.fail_allocation = -1;
}

/* The metering client refuses it by itself; the judgement does not rest on that. */
static void
dry_run_answered_as_usage_is_refused(void **state)
{
    entitle_error error = { .message = "" };
    entitle_decision *judged = ent_decision_new(&fake.runtime);

    (void)state;
    assert_int_equal(
        ent_gate_judge_dry_run(ENTITLE_OK, judged, &error), ENTITLE_BAD_RESPONSE);
    assert_false(entitle_decision_may_start(judged));
    assert_int_equal(
        ent_gate_judge_dry_run(ENTITLE_THROTTLED, judged, &error), ENTITLE_THROTTLED);
    assert_false(entitle_decision_may_start(judged));
    assert_int_equal(
        ent_gate_judge_dry_run(ENTITLE_DRY_RUN_ACCEPTED, judged, &error), ENTITLE_OK);
    assert_true(entitle_decision_may_start(judged));
    entitle_decision_free(judged);
}

int
main(void)
{
#define TEST(name_) cmocka_unit_test_setup_teardown(name_, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(dry_run_meters_nothing_now),
        TEST(dry_run_is_never_called_verified),
        TEST(dry_run_opens_for_one_answer_only),
        TEST(dry_run_that_was_metered_is_not_repeated),
        TEST(dry_run_names_the_action_that_iam_denies),
        TEST(dry_run_is_asked_until_trouble_passes),
        TEST(dry_run_is_dated_by_the_clock_of_the_service),
        TEST(dry_run_needs_a_dimension_before_it_asks),
        TEST(dry_run_says_that_keys_are_not_used),
        TEST(dry_run_is_of_a_sandbox_unless_tls_says_aws),
        TEST(dry_run_answered_as_usage_is_refused),
        TEST(credentials_are_doubted_by_platform),
        TEST(dry_run_blames_doubtful_credentials),
        TEST(dry_run_bears_every_failing_allocation),
    };
#undef TEST

    return cmocka_run_group_tests(tests, NULL, NULL);
}
