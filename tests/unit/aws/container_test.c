/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/container_endpoint.h"
#include "support/cmocka.h"
#include "unit/aws/source_fixture.h"

#include <stdio.h>
#include <string.h>

#define RELATIVE   "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
#define FULL       "AWS_CONTAINER_CREDENTIALS_FULL_URI"
#define TOKEN      "AWS_CONTAINER_AUTHORIZATION_TOKEN"
#define TOKEN_FILE "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"

typedef struct endpoint_case {
    fake_variable variables[3];
    entitle_status want;
    const char *want_url;
    entitle_credentials_kind want_kind;
} endpoint_case;

#define ECS     ENTITLE_CREDENTIALS_ECS_TASK_ROLE
#define EKS     ENTITLE_CREDENTIALS_EKS_POD_IDENTITY
#define REFUSED ENTITLE_CONFIGURATION, NULL, ENTITLE_CREDENTIALS_UNKNOWN
#define NONE    ENTITLE_NO_CREDENTIALS, NULL, ENTITLE_CREDENTIALS_UNKNOWN

static const endpoint_case endpoint_cases[] = {
    { { { RELATIVE, "/v2/credentials/1" } },
      ENTITLE_OK,
      "http://169.254.170.2/v2/credentials/1",
      ECS },
    { { { RELATIVE, "/a" }, { FULL, "http://127.0.0.1/b" } },
      ENTITLE_OK,
      "http://169.254.170.2/a",
      ECS },
    { { { RELATIVE, "" }, { FULL, "http://127.0.0.1/b" } },
      ENTITLE_OK,
      "http://127.0.0.1/b",
      ECS },
    { { { FULL, "http://169.254.170.23/v1/credentials" } },
      ENTITLE_OK,
      "http://169.254.170.23/v1/credentials",
      EKS },
    { { { FULL, "http://[fd00:ec2::23]/v1/credentials" } },
      ENTITLE_OK,
      "http://[fd00:ec2::23]/v1/credentials",
      EKS },
    { { { FULL, "http://[fd00:0ec2:0::23]/v1" } },
      ENTITLE_OK,
      "http://[fd00:0ec2:0::23]/v1",
      EKS },
    { { { FULL, "http://169.254.170.2/x?y=z" } },
      ENTITLE_OK,
      "http://169.254.170.2/x?y=z",
      ECS },
    { { { FULL, "http://localhost:1/" } }, ENTITLE_OK, "http://localhost:1/", ECS },
    { { { FULL, "http://[::1]/" } }, ENTITLE_OK, "http://[::1]/", ECS },
    { { { FULL, "https://example.com/" } }, ENTITLE_OK, "https://example.com/", ECS },
    { { { FULL, "http://example.com/" } }, REFUSED },
    { { { FULL, "http://169.254.170.3/" } }, REFUSED },
    { { { FULL, "http://169.254.169.254/" } }, REFUSED },
    { { { FULL, "http://[fd00:ec2::254]/" } }, REFUSED },
    { { { FULL, "http://[fd00:0ec2::254]/" } }, REFUSED },
    { { { FULL, "http://169.254.170.2.example.com/" } }, REFUSED },
    { { { FULL, "http://u@127.0.0.1/" } }, REFUSED },
    { { { FULL, "/v1" } }, REFUSED },
    { { { RELATIVE, "v2/credentials" } }, REFUSED },
    { { { RELATIVE, "@evil.example/" } }, REFUSED },
    { { { RELATIVE, "3/of-another-platform" } }, REFUSED },
    { { { RELATIVE, ":8080/of-another-port" } }, REFUSED },
    { { { RELATIVE, "?of=the-root" } }, REFUSED },
    { { { RELATIVE, "http://169.254.170.2/v2" } }, REFUSED },
    { { { FULL, "" } }, NONE },
    { { { RELATIVE, "" }, { FULL, "" } }, NONE },
    { { { NULL, NULL } }, NONE },
};

static void
endpoint_resolves_as_the_table_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(endpoint_cases) / sizeof(endpoint_cases[0]); i++) {
        const endpoint_case *each = &endpoint_cases[i];
        entitle_error error = { .message = "" };
        ent_container_endpoint endpoint;

        print_message("  %s\n", each->variables[0].value);
        fixture.fake.variables = each->variables;
        assert_int_equal(
            ent_container_endpoint_resolve(&fixture.fake.runtime, &endpoint, &error),
            each->want);
        assert_int_equal(
            ent_container_is_configured(&fixture.fake.runtime),
            each->want != ENTITLE_NO_CREDENTIALS);
        if (each->want == ENTITLE_OK) {
            assert_string_equal(endpoint.url, each->want_url);
            assert_int_equal(endpoint.kind, each->want_kind);
        }
        if (each->want == ENTITLE_CONFIGURATION) {
            assert_non_null(strstr(error.message, endpoint.variable));
            assert_true(error.hint[0] != '\0');
        }
    }
}

static const fake_variable ecs[] = { { RELATIVE, "/v2/credentials/1" },
                                     { NULL, NULL } };

typedef struct answer_case {
    const char *what;
    scripted_answer answers[4];
    size_t answer_count;
    entitle_status want;
    size_t want_requests;
} answer_case;

#define ANSWER(status_, body_)                                                         \
    {                                                                                  \
        .http_status = status_, .body = body_                                          \
    }
#define GOOD ANSWER(200, SOURCE_GOOD)

static const answer_case answer_cases[] = {
    { "a document", { GOOD }, 1, ENTITLE_OK, 1 },
    { "400", { ANSWER(400, NULL) }, 1, ENTITLE_CONFIGURATION, 1 },
    { "404",
      { ANSWER(404, "{\"code\":\"InvalidId\",\"message\":\"no " SOURCE_TOKEN "\"}") },
      1,
      ENTITLE_CONFIGURATION,
      1 },
    { "a redirection", { ANSWER(302, NULL), GOOD }, 2, ENTITLE_CONFIGURATION, 1 },
    { "429, then a document", { ANSWER(429, NULL), GOOD }, 2, ENTITLE_OK, 2 },
    { "500, then a document", { ANSWER(500, NULL), GOOD }, 2, ENTITLE_OK, 2 },
    { "503 for ever", { ANSWER(503, "<html>") }, 1, ENTITLE_SERVICE_ERROR, 3 },
    { "unreachable twice",
      { { .failure = ENTITLE_UNREACHABLE }, { .failure = ENTITLE_UNREACHABLE }, GOOD },
      3,
      ENTITLE_OK,
      3 },
    { "unreachable for ever",
      { { .failure = ENTITLE_UNREACHABLE } },
      1,
      ENTITLE_UNREACHABLE,
      3 },
    { "silence for ever", { { .takes_ms = 99999 } }, 1, ENTITLE_TIMEOUT, 3 },
    { "interrupted",
      { { .failure = ENTITLE_INTERRUPTED } },
      1,
      ENTITLE_INTERRUPTED,
      1 },
    { "half a document",
      { ANSWER(200, "{\"AccessKeyId\":\"ASIA"), GOOD },
      2,
      ENTITLE_OK,
      2 },
    { "half a document for ever",
      { ANSWER(200, "{\"AccessKeyId\":\"ASIA") },
      1,
      ENTITLE_BAD_RESPONSE,
      3 },
    { "an array", { ANSWER(200, "[]") }, 1, ENTITLE_BAD_RESPONSE, 3 },
    { "a member twice",
      { ANSWER(200, "{\"Token\":\"a\",\"Token\":\"b\"}") },
      1,
      ENTITLE_BAD_RESPONSE,
      3 },
    { "no token",
      { ANSWER(
          200,
          "{\"AccessKeyId\":\"ASIA\",\"SecretAccessKey\":\"" SOURCE_SECRET
          "\",\"Expiration\":\"2026-11-22T02:00:00Z\"}") },
      1,
      ENTITLE_BAD_RESPONSE,
      3 },
    { "no expiry", { ANSWER(200, SOURCE_DOCUMENT("")) }, 1, ENTITLE_BAD_RESPONSE, 3 },
    { "an expiry that is none",
      { ANSWER(200, SOURCE_DOCUMENT("soon")) },
      1,
      ENTITLE_BAD_RESPONSE,
      3 },
    { "expired now",
      { ANSWER(200, SOURCE_DOCUMENT("2026-11-21T20:00:00Z")) },
      1,
      ENTITLE_EXPIRED_CREDENTIALS,
      1 },
    { "a second before it expires",
      { ANSWER(200, SOURCE_DOCUMENT("2026-11-21T20:00:01Z")) },
      1,
      ENTITLE_OK,
      1 },
    { "an error document",
      { ANSWER(200, "{\"Code\":\"AssumeRoleUnauthorizedAccess\",\"Message\":\"x\"}") },
      1,
      ENTITLE_CONFIGURATION,
      1 },
    { "a key id with a line break",
      { ANSWER(
          200,
          "{\"AccessKeyId\":\"ASIA\\nX: y\",\"SecretAccessKey\":\"" SOURCE_SECRET
          "\",\"Token\":\"t\",\"Expiration\":\"2026-11-22T02:00:00Z\"}") },
      1,
      ENTITLE_BAD_RESPONSE,
      3 },
};

static void
container_takes_answers_as_the_table_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(answer_cases) / sizeof(answer_cases[0]); i++) {
        const answer_case *each = &answer_cases[i];

        print_message("  %s\n", each->what);
        fixture.fake.wall_ms = (int64_t)FAKE_NOW_S * 1000;
        assert_int_equal(
            source_ask(
                ent_credentials_from_container, ecs, each->answers, each->answer_count),
            each->want);
        assert_int_equal(fixture.script.request_count, each->want_requests);
        if (each->want == ENTITLE_OK) {
            assert_string_equal(fixture.credentials.session_token, SOURCE_TOKEN);
            assert_int_equal(fixture.credentials.kind, ECS);
        } else {
            assert_string_equal(fixture.credentials.access_key_id, "");
            assert_true(fixture.error.message[0] != '\0');
        }
    }
}

static void
container_asks_directly_and_within_the_deadline(void **state)
{
    static const scripted_answer silence = { .takes_ms = 99999 };

    (void)state;
    assert_int_equal(
        source_ask_within(2500, ent_credentials_from_container, ecs, &silence, 1),
        ENTITLE_TIMEOUT);
    assert_int_equal(fixture.script.request_count, 2);
    assert_true(fixture.fake.monotonic_ms - 1000 <= 2500);
    for (size_t i = 0; i < 2; i++) {
        assert_true(fixture.script.requests[i].direct);
        assert_true(fixture.script.requests[i].timeout_ms > 0);
        assert_string_equal(fixture.script.requests[i].method, "GET");
    }
    assert_null(scripted_transport_header(&fixture.script, 0, "authorization"));
}

/* Whoever has the token gets the pod's credentials; logs are read by others. */
static void
container_hides_the_token_that_an_answer_quotes(void **state)
{
    static const fake_variable pod[] = {
        { FULL, "http://169.254.170.23/v1/credentials" },
        { TOKEN, SOURCE_TOKEN },
        { NULL, NULL },
    };
    static const scripted_answer answers[] = {
        ANSWER(404, "{\"message\":\"no " SOURCE_TOKEN "\"}"),
        ANSWER(200, "{\"Code\":\"Failed\",\"Message\":\"no " SOURCE_TOKEN "\"}"),
        ANSWER(200, "{\"Code\":\"" SOURCE_TOKEN "\"}"),
        ANSWER(200, SOURCE_DOCUMENT(SOURCE_TOKEN)),
    };

    (void)state;
    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        assert_int_not_equal(
            source_ask(ent_credentials_from_container, pod, &answers[i], 1),
            ENTITLE_OK);
        assert_non_null(strchr(fixture.error.message, '*'));
        assert_null(strstr(fixture.error.message, SOURCE_TOKEN));
    }
}

static void
container_sends_the_token_of_the_file_before_the_other(void **state)
{
    static const scripted_answer good = GOOD;
    const fake_variable both[] = {
        { FULL, "http://169.254.170.23/v1/credentials" },
        { TOKEN, "of-the-variable" },
        { TOKEN_FILE, fixture.file },
        { NULL, NULL },
    };
    const fake_variable one[] = { both[0], both[1], { NULL, NULL } };

    (void)state;
    source_write_file("of-the-file");
    assert_int_equal(
        source_ask(ent_credentials_from_container, both, &good, 1), ENTITLE_OK);
    assert_string_equal(
        scripted_transport_header(&fixture.script, 0, "authorization"), "of-the-file");
    assert_int_equal(fixture.credentials.kind, EKS);
    source_write_file("renewed");
    assert_int_equal(
        source_ask(ent_credentials_from_container, both, &good, 1), ENTITLE_OK);
    assert_string_equal(
        scripted_transport_header(&fixture.script, 0, "authorization"), "renewed");
    assert_int_equal(
        source_ask(ent_credentials_from_container, one, &good, 1), ENTITLE_OK);
    assert_string_equal(
        scripted_transport_header(&fixture.script, 0, "authorization"),
        "of-the-variable");
}

static void
container_refuses_tokens_that_no_header_can_hold(void **state)
{
    static const char *const tokens[] = { "tok\n", "tok\r\n", "a\nX: y", "t\xc3\xa9" };
    static const scripted_answer good = GOOD;
    const fake_variable variables[] = {
        { FULL, "http://169.254.170.23/v1/credentials" },
        { TOKEN_FILE, fixture.file },
        { NULL, NULL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++) {
        source_write_file(tokens[i]);
        assert_int_equal(
            source_ask(ent_credentials_from_container, variables, &good, 1),
            ENTITLE_INVALID_CREDENTIALS);
        assert_int_equal(fixture.script.request_count, 0);
        assert_non_null(strstr(fixture.error.message, TOKEN_FILE));
        assert_non_null(strstr(fixture.error.hint, "line break"));
    }
    (void)remove(fixture.file);
    assert_int_equal(
        source_ask(ent_credentials_from_container, variables, &good, 1),
        ENTITLE_CONFIGURATION);
}

#define TEST(function_)                                                                \
    cmocka_unit_test_setup_teardown(function_, source_set_up, source_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(endpoint_resolves_as_the_table_says),
        TEST(container_takes_answers_as_the_table_says),
        TEST(container_asks_directly_and_within_the_deadline),
        TEST(container_hides_the_token_that_an_answer_quotes),
        TEST(container_sends_the_token_of_the_file_before_the_other),
        TEST(container_refuses_tokens_that_no_header_can_hold),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
