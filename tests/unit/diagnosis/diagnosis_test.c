/* SPDX-License-Identifier: Apache-2.0 */
#include "base/base64url.h"
#include "support/cmocka.h"
#include "support/fake_runtime.h"
#include "support/key_forge.h"
#include "support/scripted_transport.h"

#include <entitle/diagnosis.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REFUSED                                                                        \
    {                                                                                  \
        .http_status = 404, .has_date = true                                           \
    }

/* A set-up in which nothing is wrong: a task on Fargate, in all but its address. */
#define REGION                                                                         \
    {                                                                                  \
        "AWS_REGION", "us-east-1"                                                      \
    }
#define KEYS                                                                           \
    { "AWS_ACCESS_KEY_ID", "ASIAEXAMPLE" },                                            \
    {                                                                                  \
        "AWS_SECRET_ACCESS_KEY", "not-to-be-told"                                      \
    }

#define TASK_METADATA                                                                  \
    {                                                                                  \
        "ECS_CONTAINER_METADATA_URI_V4", "http://169.254.170.2/v4/1"                   \
    }
#define TASK_IN(region_)                                                               \
    {                                                                                  \
        .http_status = 200,                                                            \
        .body = "{\"TaskARN\":\"arn:aws:ecs:" region_ ":123456789012:task/c/1\"}"      \
    }

static fake_runtime fake;
static scripted_transport script;
static entitle_gate_options gate;

static const scripted_answer refused = REFUSED;

static int
set_up(void **state)
{
    (void)state;
    fake_runtime_init(&fake);
    scripted_transport_init(&script, &fake, &refused, 1);
    gate = (entitle_gate_options){
        .struct_size = sizeof(gate),
        .runtime = &fake.runtime,
        .transport = &script.transport,
    };
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    scripted_transport_clear(&script);
    assert_null(strstr(fake.log, "not-to-be-told"));
    assert_int_equal(fake.blocks_in_use, 0);
    return 0;
}

static entitle_diagnosis *
diagnose(bool register_usage)
{
    const entitle_diagnosis_options options = {
        .struct_size = sizeof(options),
        .gate = &gate,
        .register_usage = register_usage,
    };
    entitle_diagnosis *diagnosis = NULL;

    assert_int_equal(entitle_diagnosis_run(&options, &diagnosis, NULL), ENTITLE_OK);
    assert_non_null(diagnosis);
    return diagnosis;
}

static const entitle_finding *
find(const entitle_diagnosis *diagnosis, const char *check)
{
    for (size_t i = 0; i < entitle_diagnosis_finding_count(diagnosis); i++) {
        const entitle_finding *finding = entitle_diagnosis_finding_at(diagnosis, i);

        if (strcmp(entitle_finding_check(finding), check) == 0) {
            return finding;
        }
    }
    return NULL;
}

/* "ok", "warn", "fail", or "none" where there is no such finding. */
static void
assert_finding(
    const char *name,
    const entitle_diagnosis *diagnosis,
    const char *check,
    const char *want_status,
    const char *want_detail)
{
    const entitle_finding *finding = find(diagnosis, check);
    const char *status =
        finding != NULL
            ? entitle_finding_status_name(entitle_finding_status_of(finding))
            : "none";
    const char *detail = finding != NULL ? entitle_finding_detail(finding) : "";

    if (strcmp(status, want_status) != 0 || strstr(detail, want_detail) == NULL) {
        fail_msg("%s: %s: %s '%s'", name, check, status, detail);
    }
    if (finding != NULL) {
        assert_true(
            (entitle_finding_fix(finding) == NULL) == (strcmp(status, "ok") == 0));
    }
}

typedef struct diagnosis_case {
    const char *name;
    fake_variable variables[8];
    scripted_answer answer; /* to every request */
    const char *check;
    const char *want_status;
    const char *want_detail;
} diagnosis_case;

/* Each failing one beside a neighbour that differs in one thing. */
static const diagnosis_case cases[] = {
    { "fargate",
      { REGION, { "AWS_EXECUTION_ENV", "AWS_ECS_FARGATE" } },
      REFUSED,
      "platform",
      "ok",
      "fargate, recognised by AWS_EXECUTION_ENV" },
    { "kubernetes_without_eks",
      { REGION, { "KUBERNETES_SERVICE_HOST", "10.0.0.1" } },
      REFUSED,
      "platform",
      "warn",
      "Kubernetes" },

    { "region", { REGION }, REFUSED, "region", "ok", "us-east-1, from AWS_REGION" },
    { "region_missing",
      { { NULL, NULL } },
      REFUSED,
      "region",
      "fail",
      "no AWS Region" },
    { "region_wrong",
      { { "AWS_REGION", "Virginia" } },
      REFUSED,
      "region",
      "fail",
      "'Virginia'" },
    { "region_listed", { REGION }, REFUSED, "region-list", "none", "" },
    { "region_not_listed",
      { { "AWS_REGION", "mx-central-1" } },
      REFUSED,
      "region-list",
      "warn",
      "mx-central-1" },

    { "task_elsewhere_is_not_asked", { REGION }, REFUSED, "task-region", "none", "" },
    { "task_in_the_region",
      { REGION, TASK_METADATA },
      TASK_IN("us-east-1"),
      "task-region",
      "ok",
      "the task runs in us-east-1, too" },
    { "task_in_another_region",
      { REGION, TASK_METADATA },
      TASK_IN("us-east-2"),
      "task-region",
      "fail",
      "the task runs in us-east-2, and AWS_REGION says us-east-1" },
    { "task_without_region",
      { REGION, TASK_METADATA },
      TASK_IN(""),
      "task-region",
      "warn",
      "names no TaskARN" },
    { "task_that_does_not_tell",
      { REGION, TASK_METADATA },
      REFUSED,
      "task-region",
      "warn",
      "HTTP status 404" },

    { "endpoint_by_region",
      { REGION },
      REFUSED,
      "endpoint",
      "ok",
      "metering.marketplace.us-east-1.amazonaws.com, by Region" },
    { "endpoint_of_aws",
      { REGION,
        { "AWS_ENDPOINT_URL_MARKETPLACE_METERING",
          "https://metering-marketplace.us-east-1.api.aws" } },
      REFUSED,
      "endpoint",
      "ok",
      "from AWS_ENDPOINT_URL_MARKETPLACE_METERING" },
    { "endpoint_of_another",
      { REGION, { "AWS_ENDPOINT_URL", "https://example.com" } },
      REFUSED,
      "endpoint",
      "warn",
      "example.com, from AWS_ENDPOINT_URL" },
    { "endpoint_refused",
      { REGION, { "AWS_ENDPOINT_URL", "http://example.com" } },
      REFUSED,
      "settings",
      "fail",
      "the endpoint from AWS_ENDPOINT_URL is refused" },

    { "proxy_none", { REGION }, REFUSED, "proxy", "ok", "none" },
    { "proxy_not_for_this_host",
      { REGION, { "https_proxy", "http://user:secret@proxy.example:3128/" } },
      REFUSED,
      "proxy",
      "ok",
      "https_proxy names proxy.example:3128" },
    { "proxy_and_no_answer",
      { REGION, { "ALL_PROXY", "proxy.example:3128" } },
      { .failure = ENTITLE_UNREACHABLE },
      "proxy",
      "warn",
      "ALL_PROXY names proxy.example:3128" },

    { "connected", { REGION }, REFUSED, "connection", "ok", "takes connections" },
    { "unreachable",
      { REGION },
      { .failure = ENTITLE_UNREACHABLE },
      "connection",
      "fail",
      "" },
    { "unreachable_has_no_answer",
      { REGION },
      { .failure = ENTITLE_UNREACHABLE },
      "answer",
      "none",
      "" },
    { "verified", { REGION }, REFUSED, "tls", "ok", "verified" },
    { "not_verified", { REGION }, { .failure = ENTITLE_TLS_ERROR }, "tls", "fail", "" },
    { "answered", { REGION }, REFUSED, "answer", "ok", "HTTP 404" },
    { "silent", { REGION }, { .failure = ENTITLE_TIMEOUT }, "answer", "fail", "" },

    { "clock_right", { REGION }, REFUSED, "clock", "ok", "0 s from the service's" },
    { "clock_nearly_right",
      { REGION },
      { .http_status = 404, .has_date = true, .date_offset_s = -239 },
      "clock",
      "ok",
      "239 s" },
    { "clock_ahead",
      { REGION },
      { .http_status = 404, .has_date = true, .date_offset_s = -240 },
      "clock",
      "warn",
      "240 s ahead of" },
    { "clock_behind",
      { REGION },
      { .http_status = 404, .has_date = true, .date_offset_s = 1200 },
      "clock",
      "warn",
      "1200 s behind" },
    { "clock_unknown", { REGION }, { .http_status = 404 }, "clock", "ok", "no date" },

    { "credentials_of_environment",
      { REGION, KEYS },
      REFUSED,
      "provider-environment",
      "ok",
      "answers: environment, key id ASIA..." },
    { "credentials_halved",
      { REGION, { "AWS_ACCESS_KEY_ID", "ASIAEXAMPLE" } },
      REFUSED,
      "provider-environment",
      "fail",
      "AWS_SECRET_ACCESS_KEY is not" },
    { "credentials_hide_the_task_role",
      { REGION, KEYS, { "AWS_EXECUTION_ENV", "AWS_ECS_EC2" } },
      REFUSED,
      "credentials",
      "warn",
      "hides the role" },
    { "credentials_none_on_fargate",
      { REGION,
        { "AWS_EXECUTION_ENV", "AWS_ECS_FARGATE" },
        { "AWS_EC2_METADATA_DISABLED", "true" } },
      REFUSED,
      "credentials",
      "fail",
      "names no task role" },

    { "metadata_in_pod",
      { REGION, { "KUBERNETES_SERVICE_HOST", "10.0.0.1" } },
      { .http_status = 200, .body = "token" },
      "instance-metadata",
      "ok",
      "answers" },
    { "metadata_behind_hops",
      { REGION, { "KUBERNETES_SERVICE_HOST", "10.0.0.1" } },
      { .failure = ENTITLE_TIMEOUT },
      "instance-metadata",
      "warn",
      "hop limit" },
    { "metadata_away",
      { REGION, { "KUBERNETES_SERVICE_HOST", "10.0.0.1" } },
      { .failure = ENTITLE_UNREACHABLE },
      "instance-metadata",
      "ok",
      "cannot be reached" },
    { "metadata_switched_off",
      { REGION,
        { "KUBERNETES_SERVICE_HOST", "10.0.0.1" },
        { "AWS_EC2_METADATA_DISABLED", "true" } },
      { .failure = ENTITLE_TIMEOUT },
      "instance-metadata",
      "ok",
      "AWS_EC2_METADATA_DISABLED" },
    { "profiles_that_are_not_there",
      { REGION, { "AWS_PROFILE", "nobody" }, { "HOME", "/does/not/exist" } },
      REFUSED,
      "profiles",
      "fail",
      "nobody" },
    { "metadata_not_on_fargate",
      { REGION, { "AWS_EXECUTION_ENV", "AWS_ECS_FARGATE" } },
      { .failure = ENTITLE_TIMEOUT },
      "instance-metadata",
      "none",
      "" },
};

static void
diagnosis_finds_what_the_table_says(void **state)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const diagnosis_case *row = &cases[i];
        entitle_diagnosis *diagnosis = NULL;

        set_up(state);
        fake.variables = row->variables;
        scripted_transport_init(&script, &fake, &row->answer, 1);
        diagnosis = diagnose(false);
        assert_finding(
            row->name, diagnosis, row->check, row->want_status, row->want_detail);
        for (size_t j = 0; j < script.request_count; j++) {
            assert_null(scripted_transport_header(&script, j, "authorization"));
            assert_null(scripted_transport_header(&script, j, "x-amz-target"));
        }
        entitle_diagnosis_free(diagnosis);
        tear_down(state);
    }
}

/* A proxy's password is in none of the texts. */
static void
diagnosis_tells_no_password(void **state)
{
    static const fake_variable variables[] = {
        REGION, { "HTTPS_PROXY", "http://user:hunter2@proxy.example:1" }, { NULL, NULL }
    };
    entitle_diagnosis *diagnosis = NULL;

    (void)state;
    fake.variables = variables;
    diagnosis = diagnose(false);
    assert_finding("proxy", diagnosis, "proxy", "ok", "proxy.example:1");
    assert_null(strstr(entitle_finding_detail(find(diagnosis, "proxy")), "hunter2"));
    entitle_diagnosis_free(diagnosis);
}

static const struct {
    const char *name;
    const char *payload;
    const char *ending;
    const char *want_status;
    const char *want_detail;
} tokens[] = {
    { "good",
      "{\"aud\":[\"sts.amazonaws.com\"],\"sub\":\"system:serviceaccount:a:b\","
      "\"iss\":\"https://oidc.example\",\"exp\":1795291201}",
      "",
      "ok",
      "of system:serviceaccount:a:b, for sts.amazonaws.com, issued by "
      "https://oidc.example, until 2026-11-21T20:00:01Z" },
    { "expired",
      "{\"aud\":[\"sts.amazonaws.com\"],\"exp\":1795291200}",
      "",
      "fail",
      "expired at 2026-11-21T20:00:00Z" },
    { "for_another",
      "{\"aud\":[\"vault\"],\"exp\":1795291201}",
      "",
      "fail",
      "for the audience 'vault'" },
    { "line_break",
      "{\"aud\":[\"sts.amazonaws.com\"],\"exp\":1795291201}",
      "\n",
      "fail",
      "ends with a line break" },
    { "no_token", "[]", "", "fail", "is not a JSON web token" },
};

static void
write_token(const char *path, size_t row)
{
    char encoded[1024];
    FILE *file = fopen(path, "w");

    ent_base64url_encode(
        (const unsigned char *)tokens[row].payload,
        strlen(tokens[row].payload),
        encoded);
    assert_non_null(file);
    assert_true(fprintf(file, "e30.%s.c2lnbmVk%s", encoded, tokens[row].ending) > 0);
    assert_int_equal(fclose(file), 0);
}

static void
diagnosis_judges_the_web_identity_token(void **state)
{
    char path[] = "/tmp/entitle-token-XXXXXX";
    const fake_variable variables[] = {
        REGION, KEYS, { "AWS_WEB_IDENTITY_TOKEN_FILE", path }, { NULL, NULL }
    };

    (void)state;
    assert_int_equal(close(mkstemp(path)), 0);
    fake.variables = variables;
    for (size_t i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++) {
        entitle_diagnosis *diagnosis = NULL;

        write_token(path, i);
        diagnosis = diagnose(false);
        assert_finding(
            tokens[i].name,
            diagnosis,
            "web-identity-token",
            tokens[i].want_status,
            tokens[i].want_detail);
        assert_null(strstr(
            entitle_finding_detail(find(diagnosis, "web-identity-token")), "c2lnbmVk"));
        entitle_diagnosis_free(diagnosis);
    }
    assert_int_equal(remove(path), 0);
    entitle_diagnosis *diagnosis = diagnose(false);
    assert_finding(
        "gone", diagnosis, "web-identity-token", "fail", "No such file or directory");
    entitle_diagnosis_free(diagnosis);
}

static entitle_keyring *
keyring_of(forge_key key)
{
    entitle_keyring *keyring = NULL;
    char *pem = forge_pem(forge_pkey(key), FORGE_SPKI);

    assert_int_equal(entitle_keyring_new(&fake.runtime, &keyring, NULL), ENTITLE_OK);
    assert_int_equal(
        entitle_keyring_add(keyring, 1, pem, strlen(pem), NULL), ENTITLE_OK);
    free(pem);
    return keyring;
}

static const struct {
    const char *name;
    const char *product_code;
    forge_key key;
    uint32_t key_version;
    const char *endpoint;
    const char *check;
    const char *want_status;
    const char *want_detail;
} keys[] = {
    { "usable", "code", FORGE_KEY, 0, NULL, "keys", "ok", "version 1 is asked for" },
    { "product", "code", FORGE_KEY, 0, NULL, "product-code", "ok", "code" },
    { "no_product", NULL, FORGE_KEY, 0, NULL, "product-code", "warn", "not given" },
    { "wrong_product", "co de", FORGE_KEY, 0, NULL, "product-code", "fail", "'co de'" },
    { "not_held", "code", FORGE_KEY, 2, NULL, "keys", "fail", "version 2" },
    { "sandbox_key",
      "code",
      FORGE_KEY_SANDBOX,
      0,
      NULL,
      "keys",
      "fail",
      "cannot verify" },
    { "sandbox_key_at_sandbox",
      "code",
      FORGE_KEY_SANDBOX,
      0,
      "http://127.0.0.1:1",
      "keys",
      "warn",
      "proves nothing" },
};

static void
diagnosis_judges_the_keys(void **state)
{
    static const fake_variable variables[] = { REGION, KEYS, { NULL, NULL } };

    (void)state;
    fake.variables = variables;
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        entitle_keyring *keyring = keyring_of(keys[i].key);
        entitle_diagnosis *diagnosis = NULL;

        gate.product_code = keys[i].product_code;
        gate.keyring = keyring;
        gate.key_version = keys[i].key_version;
        gate.endpoint = keys[i].endpoint;
        diagnosis = diagnose(false);
        assert_finding(
            keys[i].name,
            diagnosis,
            keys[i].check,
            keys[i].want_status,
            keys[i].want_detail);
        entitle_diagnosis_free(diagnosis);
        entitle_keyring_free(keyring);
    }
}

/* Only then RegisterUsage is sent, and its refusal is a finding. */
static void
diagnosis_registers_when_asked_to(void **state)
{
    static const fake_variable variables[] = { REGION, KEYS, { NULL, NULL } };
    static const scripted_answer answers[] = {
        REFUSED,
        { .http_status = 400,
          .body = "{\"__type\":\"CustomerNotEntitledException\",\"message\":\"no\"}" },
    };
    entitle_keyring *keyring = keyring_of(FORGE_KEY);
    entitle_diagnosis *diagnosis = NULL;

    (void)state;
    scripted_transport_init(&script, &fake, answers, 2);
    fake.variables = variables;
    gate.product_code = "code";
    gate.keyring = keyring;
    diagnosis = diagnose(true);
    assert_finding("no", diagnosis, "register-usage", "fail", "not_entitled: ");
    assert_false(entitle_diagnosis_is_healthy(diagnosis));
    assert_int_equal(script.request_count, 2);
    assert_string_equal(
        scripted_transport_header(&script, 1, "x-amz-target"),
        "AWSMPMeteringService.RegisterUsage");
    entitle_diagnosis_free(diagnosis);
    entitle_keyring_free(keyring);
}

static void
diagnosis_without_failure_is_healthy(void **state)
{
    static const fake_variable variables[] = { REGION, KEYS, { NULL, NULL } };
    entitle_diagnosis *diagnosis = NULL;

    (void)state;
    fake.variables = variables;
    diagnosis = diagnose(false);
    assert_true(entitle_diagnosis_is_healthy(diagnosis));
    assert_int_equal(script.request_count, 1);
    assert_null(entitle_diagnosis_finding_at(
        diagnosis, entitle_diagnosis_finding_count(diagnosis)));
    entitle_diagnosis_free(diagnosis);
}

/* Whichever allocation fails, and all after it, nothing is left. */
static void
diagnosis_survives_want_of_memory(void **state)
{
    static const fake_variable variables[] = { REGION, KEYS, { NULL, NULL } };
    const entitle_diagnosis_options options = {
        .struct_size = sizeof(options),
        .gate = &gate,
    };
    int64_t allocation = 0;

    (void)state;
    fake.variables = variables;
    for (bool is_sufficient = false; !is_sufficient; allocation++) {
        entitle_diagnosis *diagnosis = NULL;
        entitle_status status;

        fake.allocations = 0;
        fake.fail_allocation = allocation;
        status = entitle_diagnosis_run(&options, &diagnosis, NULL);
        is_sufficient = fake.allocations <= allocation;
        assert_true(status == ENTITLE_OK || status == ENTITLE_OUT_OF_MEMORY);
        assert_true((diagnosis != NULL) == (status == ENTITLE_OK));
        entitle_diagnosis_free(diagnosis);
        assert_int_equal(fake.blocks_in_use, 0);
    }
    fake.fail_allocation = -1;
    assert_true(allocation > 4);
}

static void
diagnosis_refuses_what_it_cannot_do(void **state)
{
    entitle_diagnosis_options options = {
        .struct_size = sizeof(options),
        .gate = &gate,
    };
    entitle_diagnosis *diagnosis = NULL;
    entitle_error error;

    (void)state;
    gate.deadline_ms = -1;
    assert_int_equal(
        entitle_diagnosis_run(&options, &diagnosis, &error), ENTITLE_INVALID_ARGUMENT);
    gate.deadline_ms = 0;
    options.struct_size = 0;
    assert_int_equal(
        entitle_diagnosis_run(&options, &diagnosis, &error), ENTITLE_INVALID_ARGUMENT);
    options.struct_size = sizeof(options);
    fake.interrupt_after = 0;
    assert_int_equal(
        entitle_diagnosis_run(&options, &diagnosis, &error), ENTITLE_INTERRUPTED);
    assert_null(diagnosis);
    fake.interrupt_after = -1;
    fake.fail_allocation = 0;
    assert_int_equal(
        entitle_diagnosis_run(&options, &diagnosis, &error), ENTITLE_OUT_OF_MEMORY);
    fake.fail_allocation = -1;
    entitle_diagnosis_free(NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(diagnosis_finds_what_the_table_says),
        cmocka_unit_test_setup_teardown(diagnosis_tells_no_password, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            diagnosis_judges_the_web_identity_token, set_up, tear_down),
        cmocka_unit_test_setup_teardown(diagnosis_judges_the_keys, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            diagnosis_registers_when_asked_to, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            diagnosis_without_failure_is_healthy, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            diagnosis_survives_want_of_memory, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            diagnosis_refuses_what_it_cannot_do, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
