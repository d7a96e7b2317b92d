/* SPDX-License-Identifier: Apache-2.0 */
#include "answers.h"
#include "failing_calls.h"
#include "support/cmocka.h"
#include "support/token_forge.h"
#include "surroundings.h"
#include "sweep.h"

#include <entitle/diagnosis.h>
#include <entitle/gate.h>
#include <entitle/instance.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * The gate opens for a true answer only. Whatever fails on the way, it opens rightly or
 * not at all, and for an answer that is no, or another's, never.
 */
#define DIMENSION "hours"

static const fake_variable variables[] = {
    { "AWS_ACCESS_KEY_ID", "ASIAEXAMPLE" },
    { "AWS_SECRET_ACCESS_KEY", "the-secret-access-key" },
    { "AWS_SESSION_TOKEN", "the-session-token" },
    { "AWS_REGION", "eu-west-1" },
    { "AWS_MAX_ATTEMPTS", "2" },
    { "ECS_CONTAINER_METADATA_URI_V4", "http://169.254.170.2/v4/1" },
    { NULL, NULL },
};

#define TASK                                                                           \
    ANSWER(                                                                            \
        "/v4/1/task",                                                                  \
        200,                                                                           \
        "{\"TaskARN\":\"arn:aws:ecs:eu-west-1:123456789012:task/c/1\"}")

static const fault_answer yes[] = {
    COMPOSED(".RegisterUsage", answers_sign),
    { .ending = ".MeterUsage",
      .http_status = 400,
      .body = "{\"__type\":\"DryRunOperation\",\"message\":\"words\"}" },
    TASK,
};
static const char not_entitled[] =
    "{\"__type\":\"CustomerNotEntitledException\",\"message\":\"words\"}";
static const fault_answer no[] = {
    ANSWER(".RegisterUsage", 400, not_entitled),
    ANSWER(".MeterUsage", 400, not_entitled),
};
static fault_answer anothers[] = { ANSWER(".RegisterUsage", 200, NULL) };
static char anothers_body[4096];

static char *pem;
static char folder[64];
static char path[96];
static entitle_decision *decision;
static entitle_diagnosis *diagnosis;
static char name[ENTITLE_INSTANCE_NAME_SIZE];

static entitle_gate_options
options_of(entitle_route route)
{
    return (entitle_gate_options){
        .struct_size = sizeof(entitle_gate_options),
        .product_code = FORGE_PRODUCT_CODE,
        .keys = folder,
        .runtime = &surroundings.runtime,
        .transport = &answers_transport,
        .route = route,
        .dimension = route == ENTITLE_ROUTE_METER_USAGE ? DIMENSION : NULL,
    };
}

static void
begin(void)
{
    surroundings_begin();
    surroundings.variables = variables;
}

static void
say_yes(void)
{
    begin();
    ANSWERS_SET(yes);
}

static void
say_no(void)
{
    begin();
    ANSWERS_SET(no);
}

static void
say_anothers(void)
{
    begin();
    ANSWERS_SET(anothers);
}

static void
clear(void)
{
    entitle_decision_free(decision);
    entitle_diagnosis_free(diagnosis);
    decision = NULL;
    diagnosis = NULL;
}

static entitle_status
check(const entitle_gate_options *options, entitle_error *error)
{
    entitle_status status = entitle_gate_check(options, &decision, error);

    assert_int_equal(decision != NULL, status == ENTITLE_OK);
    return status;
}

static entitle_status
ask(entitle_error *error)
{
    entitle_gate_options options = options_of(ENTITLE_ROUTE_REGISTER_USAGE);

    return check(&options, error);
}

static entitle_status
ask_dry(entitle_error *error)
{
    entitle_gate_options options = options_of(ENTITLE_ROUTE_METER_USAGE);

    return check(&options, error);
}

/* Where AWS cannot be asked it starts all the same: only there. */
static entitle_status
ask_leniently(entitle_error *error)
{
    entitle_gate_options options = options_of(ENTITLE_ROUTE_REGISTER_USAGE);

    options.on_unavailable = ENTITLE_ON_UNAVAILABLE_START;
    return check(&options, error);
}

static void
expect_texts(void)
{
    assert_string_not_equal(entitle_decision_message(decision), "");
    for (size_t i = 0; i < entitle_decision_warning_count(decision); i++) {
        assert_string_not_equal(entitle_decision_warning_at(decision, i), "");
    }
    assert_null(strstr(surroundings.log, "the-secret-access-key"));
    assert_null(strstr(surroundings.log, "the-session-token"));
    assert_true(entitle_decision_elapsed_ms(decision) >= 0);
    assert_int_equal(entitle_decision_is_sealed(decision), entitle_is_sealed());
    assert_true(entitle_is_sealed() || entitle_sealed_route() == ENTITLE_ROUTE_DEFAULT);
}

/* A verdict there is not, whatever failed: nobody has said no. */
static void
expect_closed(entitle_status status)
{
    assert_false(entitle_decision_may_start(decision));
    assert_int_equal(entitle_decision_verdict(decision), ENTITLE_VERDICT_UNKNOWN);
    if (status == ENTITLE_OK) {
        expect_texts();
        entitle_category category =
            entitle_status_category(entitle_decision_reason(decision));
        assert_int_not_equal(category, ENTITLE_CATEGORY_DONE);
        assert_int_not_equal(category, ENTITLE_CATEGORY_NOT_AUTHENTIC);
        assert_int_not_equal(category, ENTITLE_CATEGORY_NOT_ENTITLED);
        assert_int_equal(entitle_decision_cause(decision), ENTITLE_OK);
    }
}

static void
expect_open(entitle_status reason)
{
    assert_true(entitle_decision_may_start(decision));
    assert_int_equal(entitle_decision_verdict(decision), ENTITLE_VERDICT_ENTITLED);
    assert_int_equal(entitle_decision_reason(decision), reason);
    assert_string_equal(entitle_decision_product_code(decision), FORGE_PRODUCT_CODE);
    assert_string_equal(entitle_decision_region(decision), "eu-west-1");
    assert_string_equal(entitle_decision_credentials(decision), "environment");
    assert_string_equal(entitle_decision_source(decision), "aws");
    assert_string_equal(entitle_decision_request_id(decision), "request-1");
    assert_null(entitle_decision_hint(decision));
    assert_in_range(entitle_decision_attempts(decision), 1, 2);
}

static void
expect_open_or_closed(entitle_status status)
{
    int64_t at_s = 0;

    if (!entitle_decision_may_start(decision)) {
        expect_closed(status);
        clear();
        assert_int_equal(ask(NULL), ENTITLE_OK);
    }
    expect_open(ENTITLE_VERIFIED);
    assert_int_equal(entitle_decision_key_version(decision), 1);
    assert_true(entitle_decision_issued_at(decision, &at_s));
    assert_int_equal(at_s, FAKE_NOW_S);
    assert_false(entitle_decision_key_rotated_at(decision, &at_s));
}

static void
expect_accepted_or_closed(entitle_status status)
{
    if (!entitle_decision_may_start(decision)) {
        expect_closed(status);
        clear();
        assert_int_equal(ask_dry(NULL), ENTITLE_OK);
    }
    expect_open(ENTITLE_DRY_RUN_ACCEPTED);
}

/* Refused by AWS, or nobody can tell. */
static void
expect_refused(entitle_status status)
{
    assert_false(entitle_decision_may_start(decision));
    assert_int_not_equal(entitle_decision_verdict(decision), ENTITLE_VERDICT_ENTITLED);
    if (status == ENTITLE_OK) {
        expect_texts();
    }
    if (entitle_decision_verdict(decision) == ENTITLE_VERDICT_NOT_ENTITLED) {
        assert_int_equal(entitle_decision_reason(decision), ENTITLE_NOT_ENTITLED);
    }
}

static entitle_status
diagnose(entitle_error *error)
{
    const entitle_gate_options gate = options_of(ENTITLE_ROUTE_REGISTER_USAGE);
    const entitle_diagnosis_options options = {
        .struct_size = sizeof(options),
        .gate = &gate,
        .register_usage = true,
    };
    entitle_status status = entitle_diagnosis_run(&options, &diagnosis, error);

    assert_int_equal(diagnosis != NULL, status == ENTITLE_OK);
    return status;
}

/* A diagnosis that could not look is not a healthy one. */
static void
expect_findings(entitle_status status)
{
    bool is_healthy = true;

    if (status != ENTITLE_OK) {
        assert_int_equal(status, ENTITLE_OUT_OF_MEMORY);
        return;
    }
    for (size_t i = 0; i < entitle_diagnosis_finding_count(diagnosis); i++) {
        const entitle_finding *finding = entitle_diagnosis_finding_at(diagnosis, i);
        entitle_finding_status found = entitle_finding_status_of(finding);
        assert_string_not_equal(entitle_finding_check(finding), "");
        assert_string_not_equal(entitle_finding_detail(finding), "");
        assert_string_not_equal(entitle_finding_status_name(found), "");
        assert_int_equal(
            entitle_finding_fix(finding) == NULL, found == ENTITLE_FINDING_OK);
        is_healthy = is_healthy && found != ENTITLE_FINDING_FAIL;
    }
    assert_string_not_equal(entitle_diagnosis_platform(diagnosis), "");
    assert_int_equal(entitle_diagnosis_is_healthy(diagnosis), is_healthy);
    assert_true(!is_healthy || entitle_diagnosis_finding_count(diagnosis) > 5);
}

/* Another name would be another instance. */
static entitle_status
name_instance(entitle_error *error)
{
    return entitle_instance_name(
        &surroundings.runtime, &answers_transport, name, sizeof(name), error);
}

static entitle_status
find_account(entitle_error *error)
{
    return entitle_instance_account(
        &surroundings.runtime, &answers_transport, name, sizeof(name), error);
}

static void
expect_account(entitle_status status)
{
    if (status == ENTITLE_OK) {
        assert_string_equal(name, "123456789012");
    }
}

static void
expect_name(entitle_status status)
{
    if (status == ENTITLE_OK) {
        assert_string_equal(name, "arn:aws:ecs:eu-west-1:123456789012:task/c/1");
    }
}

static const fault_scenario scenarios[] = {
    { "gate_yes", say_yes, ask, expect_open_or_closed, clear, 0 },
    { "gate_no", say_no, ask, expect_refused, clear, 0 },
    { "gate_no_leniently", say_no, ask_leniently, expect_refused, clear, 0 },
    { "gate_anothers", say_anothers, ask, expect_refused, clear, 0 },
    { "gate_anothers_leniently",
      say_anothers,
      ask_leniently,
      expect_refused,
      clear,
      0 },
    { "gate_dry_yes", say_yes, ask_dry, expect_accepted_or_closed, clear, 0 },
    { "gate_dry_no", say_no, ask_dry, expect_refused, clear, 0 },
    { "diagnosis", say_yes, diagnose, expect_findings, clear, 5 },
    { "instance_account", say_yes, find_account, expect_account, NULL, 0 },
    { "instance_name", say_yes, name_instance, expect_name, NULL, 0 },
};

int
main(void)
{
    const forge_recipe recipe = { .key = FORGE_KEY };

    failing_inner_memory_install();
    pem = forge_pem(forge_pkey(FORGE_KEY), FORGE_SPKI);
    char *token = forge_token(&recipe);
    (void)snprintf(
        anothers_body, sizeof(anothers_body), "{\"Signature\":\"%s\"}", token);
    free(token);
    anothers[0].body = anothers_body;
    surroundings_make_folder(folder, sizeof(folder));
    surroundings_write_file(folder, "1.pem", pem, path, sizeof(path));
    int status = FAULT_SWEEP("gate", scenarios);
    (void)unlink(path);
    (void)rmdir(folder);
    free(pem);
    return status;
}
