/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/instance_metadata.h"
#include "support/cmocka.h"
#include "unit/aws/source_fixture.h"

#include <string.h>

#define ANSWER(status_, body_)                                                         \
    {                                                                                  \
        .http_status = status_, .body = body_                                          \
    }
#define TOKEN ANSWER(200, "imds-token")
#define ROLE  ANSWER(200, "the-role")
#define GOOD  ANSWER(200, SOURCE_GOOD)
#define SILENCE                                                                        \
    {                                                                                  \
        .takes_ms = 99999                                                              \
    }
#define NOBODY                                                                         \
    {                                                                                  \
        .failure = ENTITLE_UNREACHABLE                                                 \
    }
#define NO_V1                                                                          \
    {                                                                                  \
        "AWS_EC2_METADATA_V1_DISABLED", "true"                                         \
    }

typedef struct instance_case {
    const char *what;
    fake_variable variables[2];
    scripted_answer answers[6];
    entitle_status want;
    const char *want_requests; /* P: PUT, 2: GET with a token, 1: GET without */
} instance_case;

static const instance_case cases[] = {
    { "version 2", { { 0 } }, { TOKEN, ROLE, GOOD }, ENTITLE_OK, "P22" },
    { "a line break after the role",
      { { 0 } },
      { TOKEN, ANSWER(200, " the-role\r\nother\n"), GOOD },
      ENTITLE_OK,
      "P22" },
    { "a role with a slash",
      { { 0 } },
      { TOKEN, ANSWER(200, "a/../b") },
      ENTITLE_BAD_RESPONSE,
      "P2" },
    { "no role", { { 0 } }, { TOKEN, ANSWER(200, "") }, ENTITLE_NO_CREDENTIALS, "P2" },
    { "no roles", { { 0 } }, { TOKEN, ANSWER(404, "") }, ENTITLE_NO_CREDENTIALS, "P2" },
    { "a role that fails",
      { { 0 } },
      { TOKEN, ROLE, ANSWER(500, "") },
      ENTITLE_SERVICE_ERROR,
      "P22" },
    { "a role without credentials",
      { { 0 } },
      { TOKEN, ROLE, ANSWER(404, "") },
      ENTITLE_SERVICE_ERROR,
      "P22" },

    { "400 for a token",
      { { 0 } },
      { ANSWER(400, ""), ROLE, GOOD },
      ENTITLE_NO_CREDENTIALS,
      "P" },
    { "403 for a token",
      { { 0 } },
      { ANSWER(403, ""), ROLE, GOOD },
      ENTITLE_OK,
      "P11" },
    { "404 for a token",
      { { 0 } },
      { ANSWER(404, ""), ROLE, GOOD },
      ENTITLE_OK,
      "P11" },
    { "405 for a token",
      { { 0 } },
      { ANSWER(405, ""), ROLE, GOOD },
      ENTITLE_OK,
      "P11" },
    { "500 for a token",
      { { 0 } },
      { ANSWER(500, ""), ROLE, GOOD },
      ENTITLE_OK,
      "P11" },
    { "silence for a token", { { 0 } }, { SILENCE, ROLE, GOOD }, ENTITLE_OK, "P11" },
    { "silence", { { 0 } }, { SILENCE, SILENCE }, ENTITLE_NO_CREDENTIALS, "P1" },
    { "nobody", { { 0 } }, { NOBODY, ROLE, GOOD }, ENTITLE_NO_CREDENTIALS, "P" },
    { "interrupted",
      { { 0 } },
      { { .failure = ENTITLE_INTERRUPTED } },
      ENTITLE_INTERRUPTED,
      "P" },
    { "an empty token", { { 0 } }, { ANSWER(200, "") }, ENTITLE_BAD_RESPONSE, "P" },
    { "a token of two lines",
      { { 0 } },
      { ANSWER(200, "a\r\nX: y") },
      ENTITLE_BAD_RESPONSE,
      "P" },

    { "403 without version 1",
      { NO_V1 },
      { ANSWER(403, ""), ROLE, GOOD },
      ENTITLE_CONFIGURATION,
      "P" },
    { "silence without version 1",
      { NO_V1 },
      { SILENCE, ROLE, GOOD },
      ENTITLE_NO_CREDENTIALS,
      "P" },
    { "version 2 without version 1",
      { NO_V1 },
      { TOKEN, ROLE, GOOD },
      ENTITLE_OK,
      "P22" },
    { "version 1 explicitly not disabled",
      { { "AWS_EC2_METADATA_V1_DISABLED", "False" } },
      { ANSWER(403, ""), ROLE, GOOD },
      ENTITLE_OK,
      "P11" },

    { "401 in between",
      { { 0 } },
      { TOKEN, ANSWER(401, ""), TOKEN, ROLE, GOOD },
      ENTITLE_OK,
      "P2P22" },
    { "401 again",
      { { 0 } },
      { TOKEN, ANSWER(401, ""), TOKEN, ANSWER(401, "") },
      ENTITLE_SERVICE_ERROR,
      "P2P2" },
    { "401 to version 1",
      { { 0 } },
      { ANSWER(403, ""), ANSWER(401, ""), TOKEN, ROLE, GOOD },
      ENTITLE_OK,
      "P1P22" },

    { "an error document",
      { { 0 } },
      { TOKEN, ROLE, ANSWER(200, "{\"Code\":\"Failed\",\"Message\":\"x\"}") },
      ENTITLE_CONFIGURATION,
      "P22" },
    { "half a document",
      { { 0 } },
      { TOKEN, ROLE, ANSWER(200, "{\"Code\":\"Succ") },
      ENTITLE_BAD_RESPONSE,
      "P22" },
    { "an expired document",
      { { 0 } },
      { TOKEN, ROLE, ANSWER(200, SOURCE_DOCUMENT("2020-01-01T00:00:00Z")) },
      ENTITLE_OK,
      "P22" },

    { "disabled",
      { { "AWS_EC2_METADATA_DISABLED", "TRUE" } },
      { TOKEN, ROLE, GOOD },
      ENTITLE_NO_CREDENTIALS,
      "" },
    { "disabled by 1",
      { { "AWS_EC2_METADATA_DISABLED", "1" } },
      { TOKEN, ROLE, GOOD },
      ENTITLE_NO_CREDENTIALS,
      "" },
    { "disabled by another word",
      { { "AWS_EC2_METADATA_DISABLED", "please" } },
      { TOKEN, ROLE, GOOD },
      ENTITLE_NO_CREDENTIALS,
      "" },
    { "not disabled",
      { { "AWS_EC2_METADATA_DISABLED", "false" } },
      { TOKEN, ROLE, GOOD },
      ENTITLE_OK,
      "P22" },
};

static void
assert_requests(const char *want)
{
    const scripted_transport *script = &fixture.script;

    assert_int_equal(script->request_count, strlen(want));
    for (size_t i = 0; i < script->request_count; i++) {
        bool has_token =
            scripted_transport_header(script, i, "x-aws-ec2-metadata-token") != NULL;

        assert_true(script->requests[i].direct);
        assert_true(script->requests[i].timeout_ms <= 1000);
        assert_string_equal(script->requests[i].method, want[i] == 'P' ? "PUT" : "GET");
        assert_int_equal(has_token, want[i] == '2');
    }
}

static void
instance_is_asked_as_the_table_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const instance_case *each = &cases[i];
        int64_t began_ms = fixture.fake.monotonic_ms;

        print_message("  %s\n", each->what);
        assert_int_equal(
            source_ask(
                ent_credentials_from_instance, each->variables, each->answers, 6),
            each->want);
        assert_requests(each->want_requests);
        assert_true(fixture.fake.monotonic_ms - began_ms <= 2000);
        if (each->want == ENTITLE_OK) {
            assert_string_equal(fixture.credentials.session_token, SOURCE_TOKEN);
            assert_int_equal(
                fixture.credentials.kind, ENTITLE_CREDENTIALS_INSTANCE_ROLE);
        } else {
            assert_string_equal(fixture.credentials.access_key_id, "");
            assert_true(fixture.error.message[0] != '\0');
        }
    }
}

static void
instance_sends_what_the_service_wants(void **state)
{
    static const scripted_answer answers[] = { TOKEN, ROLE, GOOD };
    const scripted_transport *script = &fixture.script;

    (void)state;
    assert_int_equal(
        source_ask(ent_credentials_from_instance, NULL, answers, 3), ENTITLE_OK);
    assert_string_equal(
        script->requests[0].url, "http://169.254.169.254/latest/api/token");
    assert_string_equal(
        scripted_transport_header(script, 0, "x-aws-ec2-metadata-token-ttl-seconds"),
        "21600");
    assert_string_equal(
        script->requests[1].url,
        "http://169.254.169.254/latest/meta-data/iam/security-credentials/");
    assert_string_equal(
        script->requests[2].url,
        "http://169.254.169.254/latest/meta-data/iam/security-credentials/the-role");
    assert_string_equal(
        scripted_transport_header(script, 2, "x-aws-ec2-metadata-token"), "imds-token");
}

/* What a header holds, to the byte; a cut token would be refused for another reason. */
static void
instance_takes_a_token_that_fits_and_is_whole(void **state)
{
    static char longest[ENT_INSTANCE_TOKEN_SIZE];
    static char longer[ENT_INSTANCE_TOKEN_SIZE + 1];
    const scripted_answer fits[] = { ANSWER(200, longest), ROLE, GOOD };
    const scripted_answer exceeds[] = { ANSWER(200, longer), ROLE, GOOD };
    static const scripted_answer with_nul[] = {
        { .http_status = 200, .body = "imds\0token", .body_length = 10 },
        ROLE,
        GOOD,
    };

    (void)state;
    memset(longest, 'x', sizeof(longest) - 1);
    memset(longer, 'x', sizeof(longer) - 1);
    assert_int_equal(
        source_ask(ent_credentials_from_instance, NULL, fits, 3), ENTITLE_OK);
    assert_string_equal(
        scripted_transport_header(&fixture.script, 2, "x-aws-ec2-metadata-token"),
        longest);
    assert_int_equal(
        source_ask(ent_credentials_from_instance, NULL, exceeds, 3),
        ENTITLE_BAD_RESPONSE);
    assert_requests("P");
    assert_int_equal(
        source_ask(ent_credentials_from_instance, NULL, with_nul, 3),
        ENTITLE_BAD_RESPONSE);
    assert_requests("P");
}

/* The session's token, which opens all of the instance's metadata. */
static void
instance_hides_the_token_that_an_answer_quotes(void **state)
{
    static const scripted_answer answers[] = {
        ANSWER(200, SOURCE_TOKEN),
        ROLE,
        ANSWER(200, "{\"Code\":\"Failed\",\"Message\":\"no " SOURCE_TOKEN "\"}"),
    };

    (void)state;
    assert_int_equal(
        source_ask(ent_credentials_from_instance, NULL, answers, 3),
        ENTITLE_CONFIGURATION);
    assert_non_null(strstr(fixture.error.message, "Failed: no ***"));
}

typedef struct place_case {
    fake_variable variables[3];
    const char *want; /* NULL: refused */
} place_case;

#define ENDPOINT "AWS_EC2_METADATA_SERVICE_ENDPOINT"
#define MODE     "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"

static void
instance_is_found_where_the_settings_say(void **state)
{
    static const scripted_answer answers[] = { TOKEN, ROLE, GOOD };
    static const place_case places[] = {
        { { { MODE, "IPv4" } }, "http://169.254.169.254/latest/api/token" },
        { { { MODE, "ipv6" } }, "http://[fd00:ec2::254]/latest/api/token" },
        { { { MODE, "IPv6" }, { ENDPOINT, "http://127.0.0.1:81//" } },
          "http://127.0.0.1:81/latest/api/token" },
        { { { ENDPOINT, "http://localhost:81/imds" } },
          "http://localhost:81/imds/latest/api/token" },
        { { { MODE, "IPv5" } }, NULL },
        { { { ENDPOINT, "http://example.com" } }, NULL },
        { { { ENDPOINT, "169.254.169.254" } }, NULL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        entitle_status status =
            source_ask(ent_credentials_from_instance, places[i].variables, answers, 3);

        print_message("  %s\n", places[i].variables[0].value);
        if (places[i].want == NULL) {
            assert_int_equal(status, ENTITLE_CONFIGURATION);
            assert_int_equal(fixture.script.request_count, 0);
            assert_non_null(strstr(fixture.error.message, places[i].variables[0].name));
            continue;
        }
        assert_int_equal(status, ENTITLE_OK);
        assert_string_equal(fixture.script.requests[0].url, places[i].want);
    }
}

#define TEST(function_)                                                                \
    cmocka_unit_test_setup_teardown(function_, source_set_up, source_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(instance_is_asked_as_the_table_says),
        TEST(instance_sends_what_the_service_wants),
        TEST(instance_takes_a_token_that_fits_and_is_whole),
        TEST(instance_hides_the_token_that_an_answer_quotes),
        TEST(instance_is_found_where_the_settings_say),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
