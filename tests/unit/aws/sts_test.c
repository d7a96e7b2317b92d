/* SPDX-License-Identifier: Apache-2.0 */
#include "support/cmocka.h"
#include "unit/aws/source_fixture.h"

#include <string.h>

#define ROLE_ARN "arn:aws:iam::123456789012:role/r"
#define JWT      "header.payload-0123456789.signature"

static const char good_answer[] =
    "<AssumeRoleWithWebIdentityResponse "
    "xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"
    "<AssumeRoleWithWebIdentityResult><Credentials>"
    "<AccessKeyId>ASIAEXAMPLE</AccessKeyId>"
    "<SecretAccessKey>" SOURCE_SECRET "</SecretAccessKey>"
    "<SessionToken>" SOURCE_TOKEN "</SessionToken>"
    "<Expiration>2026-11-21T21:00:00Z</Expiration></Credentials>"
    "</AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>";

static const char role_answer[] =
    "<AssumeRoleResponse><AssumeRoleResult><Credentials>"
    "<AccessKeyId>ASIAEXAMPLE</AccessKeyId>"
    "<SecretAccessKey>" SOURCE_SECRET "</SecretAccessKey>"
    "<SessionToken>" SOURCE_TOKEN "</SessionToken>"
    "<Expiration>2026-11-21T21:00:00Z</Expiration></Credentials>"
    "</AssumeRoleResult></AssumeRoleResponse>";

#define ERROR(status_, code_)                                                          \
    {                                                                                  \
        .http_status = status_, .body = "<ErrorResponse><Error><Code>" code_           \
                                        "</Code><Message>of " JWT                      \
                                        "</Message></Error></ErrorResponse>"           \
    }
#define GOOD                                                                           \
    {                                                                                  \
        .http_status = 200, .body = good_answer                                        \
    }
#define XML(xml_)                                                                      \
    {                                                                                  \
        .http_status = 200, .body = xml_                                               \
    }

static const fake_variable irsa[] = {
    { "AWS_WEB_IDENTITY_TOKEN_FILE", fixture.file },
    { "AWS_ROLE_ARN", ROLE_ARN },
    { "AWS_ROLE_SESSION_NAME", "s1" },
    { NULL, NULL },
};

static entitle_status
ask_irsa(const scripted_answer *answers, size_t count)
{
    return source_ask(ent_credentials_from_web_identity, irsa, answers, count);
}

static void
web_identity_is_sent_as_awss_sdks_do(void **state)
{
    static const scripted_answer good = GOOD;
    const scripted_transport *script = &fixture.script;

    (void)state;
    source_write_file("jwt.tok.en");
    assert_int_equal(ask_irsa(&good, 1), ENTITLE_OK);
    assert_int_equal(script->request_count, 1);
    assert_string_equal(
        script->requests[0].body,
        "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleSessionName=s1&"
        "RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fr&"
        "WebIdentityToken=jwt.tok.en");
    assert_string_equal(
        script->requests[0].url, "https://sts.us-east-1.amazonaws.com/");
    assert_string_equal(script->requests[0].method, "POST");
    assert_string_equal(
        scripted_transport_header(script, 0, "content-type"),
        "application/x-www-form-urlencoded; charset=utf-8");
    assert_null(scripted_transport_header(script, 0, "authorization"));
    assert_false(script->requests[0].direct);
    assert_int_equal(fixture.credentials.kind, ENTITLE_CREDENTIALS_WEB_IDENTITY);
    assert_int_equal(fixture.credentials.expires_at_s, FAKE_NOW_S + 3600);
    assert_string_equal(fixture.credentials.secret_access_key, SOURCE_SECRET);
}

static void
web_identity_names_its_sessions(void **state)
{
    static const scripted_answer good = GOOD;
    static const char *const bad[] = { "a b", "x", "a/b", "\xc3\xa9\xc3\xa9" };
    fake_variable variables[] = { irsa[0], irsa[1], { NULL, NULL }, { NULL, NULL } };

    (void)state;
    source_write_file(JWT);
    assert_int_equal(
        source_ask(ent_credentials_from_web_identity, variables, &good, 1), ENTITLE_OK);
    assert_non_null(
        strstr(fixture.script.requests[0].body, "RoleSessionName=entitle-"));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        variables[2] = (fake_variable){ "AWS_ROLE_SESSION_NAME", bad[i] };
        assert_int_equal(
            source_ask(ent_credentials_from_web_identity, variables, &good, 1),
            ENTITLE_CONFIGURATION);
        assert_int_equal(fixture.script.request_count, 0);
    }
}

static void
web_identity_needs_both_variables(void **state)
{
    static const scripted_answer good = GOOD;
    static const fake_variable role_only[] = { { "AWS_ROLE_ARN", ROLE_ARN },
                                               { NULL, NULL } };
    static const fake_variable file_only[] = {
        { "AWS_WEB_IDENTITY_TOKEN_FILE", fixture.file },
        { "AWS_ROLE_ARN", "" },
        { NULL, NULL },
    };

    (void)state;
    source_write_file(JWT);
    assert_int_equal(
        source_ask(ent_credentials_from_web_identity, role_only, &good, 1),
        ENTITLE_NO_CREDENTIALS);
    assert_int_equal(
        source_ask(ent_credentials_from_web_identity, file_only, &good, 1),
        ENTITLE_INVALID_CREDENTIALS);
    assert_non_null(strstr(fixture.error.message, "AWS_ROLE_ARN"));
    assert_int_equal(fixture.script.request_count, 0);
}

typedef struct answer_case {
    const char *what;
    scripted_answer answers[4];
    entitle_status want;
    size_t want_requests;
} answer_case;

#define UNREACHABLE                                                                    \
    {                                                                                  \
        .failure = ENTITLE_UNREACHABLE                                                 \
    }
#define IDP ERROR(400, "IDPCommunicationError")

static const answer_case answer_cases[] = {
    { "an issuer that fails twice", { IDP, IDP, GOOD }, ENTITLE_OK, 3 },
    { "an issuer that fails", { IDP, IDP, IDP, GOOD }, ENTITLE_SERVICE_ERROR, 3 },
    { "throttling", { ERROR(400, "Throttling"), GOOD }, ENTITLE_OK, 2 },
    { "HTTP 503", { { .http_status = 503 }, GOOD }, ENTITLE_OK, 2 },
    { "nobody, then somebody", { UNREACHABLE, GOOD }, ENTITLE_OK, 2 },
    { "nobody",
      { UNREACHABLE, UNREACHABLE, UNREACHABLE, GOOD },
      ENTITLE_UNREACHABLE,
      3 },
    { "interrupted",
      { { .failure = ENTITLE_INTERRUPTED }, GOOD },
      ENTITLE_INTERRUPTED,
      1 },
    { "an invalid token",
      { ERROR(400, "InvalidIdentityToken"), GOOD },
      ENTITLE_INVALID_CREDENTIALS,
      1 },
    { "an expired token",
      { ERROR(400, "ExpiredTokenException"), GOOD },
      ENTITLE_EXPIRED_CREDENTIALS,
      1 },
    { "a rejected claim",
      { ERROR(403, "IDPRejectedClaim"), GOOD },
      ENTITLE_ACCESS_DENIED,
      1 },
    { "a trust policy",
      { ERROR(403, "AccessDenied"), GOOD },
      ENTITLE_ACCESS_DENIED,
      1 },
    { "a Region without STS",
      { ERROR(403, "RegionDisabledException"), GOOD },
      ENTITLE_INVALID_REGION,
      1 },
    { "an unknown error", { ERROR(400, "Whatever"), GOOD }, ENTITLE_CONFIGURATION, 1 },
    { "HTTP 404",
      { { .http_status = 404, .body = "x" }, GOOD },
      ENTITLE_CONFIGURATION,
      1 },
    { "a redirection",
      { { .http_status = 302 }, { .http_status = 302 } },
      ENTITLE_BAD_RESPONSE,
      2 },
    { "JSON once", { XML("{}"), GOOD }, ENTITLE_OK, 2 },
    { "JSON", { XML("{}"), XML("{}"), GOOD }, ENTITLE_BAD_RESPONSE, 2 },
    { "half the XML",
      { XML("<AssumeRole"), XML("<AssumeRole") },
      ENTITLE_BAD_RESPONSE,
      2 },
    { "no credentials", { XML("<a/>"), XML("<a/>") }, ENTITLE_BAD_RESPONSE, 2 },
    { "entities",
      { XML("<!DOCTYPE a [<!ENTITY e \"x\">]><a/>"), XML("<!DOCTYPE a><a/>") },
      ENTITLE_BAD_RESPONSE,
      2 },
};

static void
web_identity_takes_answers_as_the_table_says(void **state)
{
    (void)state;
    source_write_file(JWT);
    for (size_t i = 0; i < sizeof(answer_cases) / sizeof(answer_cases[0]); i++) {
        const answer_case *each = &answer_cases[i];

        print_message("  %s\n", each->what);
        assert_int_equal(ask_irsa(each->answers, 4), each->want);
        assert_int_equal(fixture.script.request_count, each->want_requests);
        assert_null(strstr(fixture.fake.log, JWT));
        if (each->want == ENTITLE_OK) {
            continue;
        }
        assert_int_equal(fixture.error.status, each->want);
        assert_null(strstr(fixture.error.message, "0123456789"));
        assert_string_equal(fixture.error.service_code, "");
        if (each->answers[0].failure == ENTITLE_OK) {
            assert_true(fixture.error.hint[0] != '\0');
        }
    }
}

/* Renews the token file when the first request has been sent. */
static entitle_transport between;

static entitle_status
renew_and_perform(
    void *context,
    const entitle_request *request,
    entitle_response *response,
    entitle_error *error)
{
    (void)context;
    source_write_file("renewed.tok.en");
    return between.perform(between.context, request, response, error);
}

static entitle_status
ask_while_renewed(
    const ent_credentials_request *request,
    entitle_credentials *out,
    entitle_error *error)
{
    const entitle_transport renewing = {
        .struct_size = sizeof(renewing),
        .perform = renew_and_perform,
    };
    ent_credentials_request changed = *request;

    between = *request->transport;
    changed.transport = &renewing;
    return ent_credentials_from_web_identity(&changed, out, error);
}

static void
web_identity_is_tried_anew_with_a_renewed_token(void **state)
{
    static const scripted_answer answers[] = { ERROR(400, "ExpiredTokenException"),
                                               GOOD };

    (void)state;
    source_write_file("old.tok.en");
    assert_int_equal(source_ask(ask_while_renewed, irsa, answers, 2), ENTITLE_OK);
    assert_int_equal(fixture.script.request_count, 2);
    assert_non_null(strstr(fixture.script.requests[0].body, "=old.tok.en"));
    assert_non_null(strstr(fixture.script.requests[1].body, "=renewed.tok.en"));
    source_write_file("old.tok.en");
    assert_int_equal(
        source_ask(ask_while_renewed, irsa, answers, 1), ENTITLE_EXPIRED_CREDENTIALS);
    assert_int_equal(fixture.script.request_count, 2);
}

static void
web_identity_keeps_within_the_deadline(void **state)
{
    static const scripted_answer silence = { .takes_ms = 3600000 };
    int64_t began_ms = fixture.fake.monotonic_ms;

    (void)state;
    source_write_file(JWT);
    assert_int_equal(
        source_ask_within(12000, ent_credentials_from_web_identity, irsa, &silence, 1),
        ENTITLE_TIMEOUT);
    assert_true(fixture.fake.monotonic_ms - began_ms <= 12000);
    assert_int_equal(fixture.script.request_count, 2);
    assert_true(fixture.script.requests[1].timeout_ms > 0);
}

static entitle_status
assume_role(
    const ent_credentials_request *request,
    entitle_credentials *out,
    entitle_error *error)
{
    const ent_assume_role role = {
        .role_arn = ROLE_ARN,
        .session_name = "s1",
        .external_id = "x y",
        .duration_s = 900,
    };
    entitle_credentials base;

    assert_int_equal(
        entitle_credentials_set(
            &base,
            ENTITLE_CREDENTIALS_PROFILE,
            "AKIAEXAMPLE",
            SOURCE_SECRET,
            SOURCE_TOKEN,
            0,
            NULL),
        ENTITLE_OK);
    return ent_sts_assume_role(request, &role, &base, out, error);
}

static void
role_is_assumed_with_a_signature(void **state)
{
    static const scripted_answer good = { .http_status = 200, .body = role_answer };
    const scripted_transport *script = &fixture.script;

    (void)state;
    assert_int_equal(source_ask(assume_role, NULL, &good, 1), ENTITLE_OK);
    assert_string_equal(
        script->requests[0].body,
        "Action=AssumeRole&Version=2011-06-15&RoleSessionName=s1&"
        "RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fr&"
        "DurationSeconds=900&ExternalId=x%20y");
    const char *authorization = scripted_transport_header(script, 0, "authorization");
    assert_non_null(authorization);
    assert_non_null(
        strstr(authorization, "AKIAEXAMPLE/20261121/us-east-1/sts/aws4_request"));
    assert_non_null(
        strstr(authorization, "content-type;host;x-amz-date;x-amz-security-token"));
    assert_int_equal(fixture.credentials.kind, ENTITLE_CREDENTIALS_ASSUMED_ROLE);
}

static void
role_is_assumed_in_spite_of_a_wrong_clock(void **state)
{
    static const scripted_answer answers[] = {
        { .http_status = 403,
          .body = "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code>"
                  "<Message>Signature expired</Message></Error></ErrorResponse>",
          .has_date = true,
          .date_offset_s = 1200 },
        { .http_status = 200, .body = role_answer },
    };

    (void)state;
    assert_int_equal(source_ask(assume_role, NULL, answers, 2), ENTITLE_OK);
    assert_string_equal(
        scripted_transport_header(&fixture.script, 0, "x-amz-date"),
        "20261121T200000Z");
    assert_string_equal(
        scripted_transport_header(&fixture.script, 1, "x-amz-date"),
        "20261121T202000Z");
    assert_int_equal(
        source_ask(assume_role, NULL, answers, 1), ENTITLE_INVALID_CREDENTIALS);
    assert_true(fixture.script.request_count <= 3);
}

static void
sts_survives_every_lack_of_memory(void **state)
{
    static const scripted_answer good = GOOD;
    entitle_status status = ENTITLE_OUT_OF_MEMORY;

    (void)state;
    source_write_file(JWT);
    for (int64_t i = 0; status != ENTITLE_OK; i++) {
        fixture.fake.fail_allocation = -1;
        assert_true(i < 200);
        const ent_credentials_request request = {
            .runtime = &fixture.fake.runtime,
            .transport = &fixture.script.transport,
            .region = "us-east-1",
            .deadline = ent_deadline_in(&fixture.fake.runtime, 60000),
        };
        scripted_transport_clear(&fixture.script);
        scripted_transport_init(&fixture.script, &fixture.fake, &good, 1);
        fixture.fake.variables = irsa;
        fixture.fake.allocations = 0;
        fixture.fake.fail_allocation = i;
        status = ent_credentials_from_web_identity(
            &request, &fixture.credentials, &fixture.error);
        assert_true(status == ENTITLE_OK || status == ENTITLE_OUT_OF_MEMORY);
    }
    fixture.fake.fail_allocation = -1;
}

#define TEST(function_)                                                                \
    cmocka_unit_test_setup_teardown(function_, source_set_up, source_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(web_identity_is_sent_as_awss_sdks_do),
        TEST(web_identity_names_its_sessions),
        TEST(web_identity_needs_both_variables),
        TEST(web_identity_takes_answers_as_the_table_says),
        TEST(web_identity_is_tried_anew_with_a_renewed_token),
        TEST(web_identity_keeps_within_the_deadline),
        TEST(role_is_assumed_with_a_signature),
        TEST(role_is_assumed_in_spite_of_a_wrong_clock),
        TEST(sts_survives_every_lack_of_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
