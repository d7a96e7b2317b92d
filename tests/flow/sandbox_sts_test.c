/* SPDX-License-Identifier: Apache-2.0 */
#include "platform_client.h"
#include "support/cmocka.h"

#include <stdio.h>
#include <string.h>

static http_reply reply;
static platform_credentials credentials;
static char claims[1024];
static char token[2048];

#define ACTION  "Action=AssumeRoleWithWebIdentity&Version=2011-06-15"
#define ROLE    "&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fpath%2Fseller-role"
#define SESSION "&RoleSessionName=s-1"
#define GOOD    ACTION ROLE SESSION

enum { HOUR_S = 3600 };

static void
post(const char *form)
{
    static const char *const headers[] = {
        "Content-Type: application/x-www-form-urlencoded; charset=utf-8", NULL
    };
    const http_call call = { .url = service_sandbox.url,
                             .body = form,
                             .headers = headers };
    assert_true(http_perform(&call, &reply));
    assert_int_equal(reply.code, CURLE_OK);
}

/* With a token of its own for each pod. */
static void
assume(const char *form, const char *pod_uid)
{
    static char body[4096];
    platform_write_claims("sts.amazonaws.com", pod_uid, 60, claims, sizeof(claims));
    platform_forge_token(claims, token, sizeof(token));
    (void)snprintf(body, sizeof(body), "%s&WebIdentityToken=%s", form, token);
    post(body);
    platform_read_xml(&reply, &credentials);
}

static void
assert_xml(const char *name, const char *want)
{
    char text[512];
    platform_xml_text(reply.body, name, text, sizeof(text));
    assert_string_equal(text, want);
}

static void
assert_begins(const char *want)
{
    assert_memory_equal(reply.body, want, strlen(want));
}

/* NULL: credentials. */
static void
assert_answer(const char *want_code, long want_status)
{
    char value[64];
    char request_id[64];
    assert_true(http_reply_header(&reply, "Content-Type", value, sizeof(value)));
    assert_string_equal(value, "text/xml");
    assert_true(http_reply_header(&reply, "x-amzn-RequestId", value, sizeof(value)));
    platform_xml_text(reply.body, "RequestId", request_id, sizeof(request_id));
    assert_string_equal(request_id, value);
    assert_int_equal(reply.status, want_status);
    assert_xml("Code", want_code != NULL ? want_code : "");
    assert_int_equal(strstr(reply.body, "<AccessKeyId>") != NULL, want_code == NULL);
    if (want_code != NULL) {
        assert_begins(
            "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"
            "<Error><Type>");
        assert_xml("Type", want_status >= 500 ? "Receiver" : "Sender");
    }
}

static void
pod_with_irsa_registers(void **state)
{
    (void)state;
    assume(GOOD, "uid-1");

    assert_answer(NULL, 200);
    assert_begins("<AssumeRoleWithWebIdentityResponse "
                  "xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"
                  "<AssumeRoleWithWebIdentityResult>");
    assert_xml("Arn", "arn:aws:sts::123456789012:assumed-role/seller-role/s-1");
    assert_xml("SubjectFromWebIdentityToken", "system:serviceaccount:a:b");
    assert_xml("Audience", "sts.amazonaws.com");
    assert_xml("Provider", "https://oidc.example");
    platform_assert_lifetime(&credentials, HOUR_S);
    platform_assert_register(&credentials, NULL);
}

static void
each_pod_is_one_of_its_own(void **state)
{
    (void)state;
    assume(GOOD, "uid-1");
    platform_assert_register(&credentials, NULL);
    sandbox_process_demand(
        &service_sandbox, "PUT", "subscription", "{\"subscribed\":false}", NULL);

    assume(GOOD, "uid-1");
    platform_assert_register(&credentials, NULL);
    assume(GOOD, "uid-2");
    platform_assert_register(&credentials, "CustomerNotEntitledException");
}

typedef struct form_case {
    const char *form;
    const char *want_code;
} form_case;

static const form_case form_cases[] = {
    { GOOD, NULL },
    { ACTION SESSION, "ValidationError" },
    { ACTION ROLE, "ValidationError" },
    { "Action=AssumeRoleWithWebIdentity&Version=2011-06-16" ROLE SESSION,
      "InvalidAction" },
    { "Action=AssumeRoleWithWebIdentity" ROLE SESSION, "InvalidAction" },
    { "Action=GetSessionToken&Version=2011-06-15" ROLE SESSION, "InvalidAction" },
    { "Action=&Version=2011-06-15" ROLE SESSION, "InvalidAction" },
    { ACTION SESSION "&RoleArn=arn:aws:iam::123456789012:role/r", NULL },
    { ACTION SESSION "&RoleArn=arn:aws-cn:iam::123456789012:role/r", NULL },
    { ACTION SESSION "&RoleArn=arn:aws:iam::12345678901:role/r", "ValidationError" },
    { ACTION SESSION "&RoleArn=arn:aws:iam::1234567890123:role/r", "ValidationError" },
    { ACTION SESSION "&RoleArn=arn:aws:iam::123456789012:user/r", "ValidationError" },
    { ACTION SESSION "&RoleArn=arn:aws:iam::123456789012:role/", "ValidationError" },
    { ACTION SESSION "&RoleArn=arn:aws:iam::", "ValidationError" },
    { ACTION SESSION "&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2",
      "ValidationError" },
    { ACTION ROLE "&RoleSessionName=ab", NULL },
    { ACTION ROLE "&RoleSessionName=a", "ValidationError" },
    { ACTION ROLE "&RoleSessionName=a%20b", "ValidationError" },
    { ACTION ROLE "&RoleSessionName=a+b", "ValidationError" },
    { ACTION ROLE "&RoleSessionName=a%2Bb", NULL },
    { ACTION ROLE "&RoleSessionName=ab%00", "ValidationError" },
    { ACTION ROLE "&RoleSessionName="
                  "0123456789012345678901234567890123456789012345678901234567890123",
      NULL },
    { ACTION ROLE "&RoleSessionName="
                  "01234567890123456789012345678901234567890123456789012345678901234",
      "ValidationError" },
    { GOOD "&DurationSeconds=900", NULL },
    { GOOD "&DurationSeconds=899", "ValidationError" },
    { GOOD "&DurationSeconds=43200", NULL },
    { GOOD "&DurationSeconds=43201", "ValidationError" },
    { GOOD "&DurationSeconds=long", "ValidationError" },
};

static void
form_is_read_strictly(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(form_cases) / sizeof(form_cases[0]); i++) {
        print_message("%s\n", form_cases[i].form);
        assume(form_cases[i].form, "uid-1");
        assert_answer(
            form_cases[i].want_code, form_cases[i].want_code == NULL ? 200 : 400);
    }
}

static void
duration_is_honoured(void **state)
{
    (void)state;
    assume(GOOD "&DurationSeconds=900", "uid-1");
    platform_assert_lifetime(&credentials, 900);
}

#define CLAIMS(members) "{\"sub\":\"s\",\"iss\":\"i\"," members "}"
#define LATER           "\"exp\":4000000000"

/* The claims of a token, and what STS says to them. */
typedef struct claims_case {
    const char *claims;
    const char *want_code;
    const char *want_message;
} claims_case;

static const claims_case claims_cases[] = {
    { CLAIMS("\"aud\":\"sts.amazonaws.com\"," LATER), NULL, "" },
    { CLAIMS("\"aud\":[\"other\",\"sts.amazonaws.com\"]," LATER), NULL, "" },
    { CLAIMS("\"aud\":[\"other\"]," LATER),
      "InvalidIdentityToken",
      "Incorrect token audience" },
    { CLAIMS("\"aud\":[]," LATER), "InvalidIdentityToken", "audience" },
    { CLAIMS("\"aud\":{\"a\":\"sts.amazonaws.com\"}," LATER),
      "InvalidIdentityToken",
      "audience" },
    { CLAIMS(LATER), "InvalidIdentityToken", "audience" },
    { CLAIMS("\"aud\":\"sts.amazonaws.com\",\"exp\":1000000000"),
      "ExpiredTokenException",
      "must be before the expiration date/time 2001-09-09T01:46:40Z" },
    { CLAIMS("\"aud\":\"sts.amazonaws.com\""), "InvalidIdentityToken", "claim: exp" },
    { CLAIMS("\"aud\":\"sts.amazonaws.com\",\"exp\":\"4000000000\""),
      "InvalidIdentityToken",
      "claim: exp" },
    { CLAIMS("\"aud\":\"sts.amazonaws.com\",\"exp\":1e300"),
      "InvalidIdentityToken",
      "claim: exp" },
    { "{\"sub\":\"s\",\"aud\":\"sts.amazonaws.com\"," LATER "}",
      "InvalidIdentityToken",
      "claim: iss" },
    { "{\"iss\":\"i\",\"aud\":\"sts.amazonaws.com\"," LATER "}",
      "InvalidIdentityToken",
      "claim: sub" },
    { "[]", "InvalidIdentityToken", "not a valid JWT" },
    { "{", "InvalidIdentityToken", "not a valid JWT" },
};

static void
token_has_to_be_for_sts_and_fresh(void **state)
{
    (void)state;
    static char body[4096];
    for (size_t i = 0; i < sizeof(claims_cases) / sizeof(claims_cases[0]); i++) {
        const claims_case *one = &claims_cases[i];
        print_message("%s\n", one->claims);
        platform_forge_token(one->claims, token, sizeof(token));
        (void)snprintf(body, sizeof(body), "%s%s", GOOD "&WebIdentityToken=", token);

        post(body);

        assert_answer(one->want_code, one->want_code == NULL ? 200 : 400);
        char message[256];
        platform_xml_text(reply.body, "Message", message, sizeof(message));
        assert_non_null(strstr(message, one->want_message));
    }
}

/* What stands after a token that is right. */
typedef struct ending_case {
    const char *ending;
    const char *want_code;
} ending_case;

static const ending_case ending_cases[] = {
    { "", NULL },
    { "%0A", "InvalidIdentityToken" },
    { "%0D%0A", "InvalidIdentityToken" },
    { ".", "InvalidIdentityToken" },
    { ".more", "InvalidIdentityToken" },
    { "%", "ValidationError" },
    { "%zz", "ValidationError" },
    { "%00", "ValidationError" },
    { "&Other=1", NULL },
};

static void
token_ends_where_it_ends(void **state)
{
    (void)state;
    static char body[4096];
    for (size_t i = 0; i < sizeof(ending_cases) / sizeof(ending_cases[0]); i++) {
        const ending_case *one = &ending_cases[i];
        print_message("'%s'\n", one->ending);
        platform_forge_token(claims_cases[0].claims, token, sizeof(token));
        (void)snprintf(
            body,
            sizeof(body),
            "%s%s%s",
            GOOD "&WebIdentityToken=",
            token,
            one->ending);

        post(body);

        assert_answer(one->want_code, one->want_code == NULL ? 200 : 400);
    }
    post(GOOD);
    assert_answer("ValidationError", 400);
    post(GOOD "&WebIdentityToken=a.b.c");
    assert_answer("InvalidIdentityToken", 400);
}

static void
token_has_at_most_20000_characters(void **state)
{
    (void)state;
    static char body[32768];
    size_t prefix =
        (size_t)snprintf(body, sizeof(body), "%s", GOOD "&WebIdentityToken=");
    memset(body + prefix, 'a', 20001);

    body[prefix + 20000] = '\0';
    post(body);
    assert_answer("InvalidIdentityToken", 400);

    body[prefix + 20000] = 'a';
    body[prefix + 20001] = '\0';
    post(body);
    assert_answer("ValidationError", 400);
}

#define STS "\"operation\":\"sts\",\"times\":1,"

typedef struct error_case {
    const char *code;
    long want_status;
} error_case;

static const error_case error_cases[] = {
    { "IDPCommunicationError", 400 },
    { "InvalidIdentityToken", 400 },
    { "ExpiredTokenException", 400 },
    { "IDPRejectedClaim", 403 },
    { "MalformedPolicyDocument", 400 },
    { "PackedPolicyTooLarge", 400 },
    { "RegionDisabledException", 403 },
    { "AccessDenied", 403 },
    { "Throttling", 400 },
    { "ServiceUnavailable", 503 },
};

static void
error_comes_as_ordered(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(error_cases) / sizeof(error_cases[0]); i++) {
        char fault[128];
        (void)snprintf(
            fault, sizeof(fault), STS "\"error\":\"%s\"", error_cases[i].code);
        platform_set_fault(fault);

        assume(GOOD, "uid-1");
        assert_answer(error_cases[i].code, error_cases[i].want_status);
        assume(GOOD, "uid-1");
        assert_answer(NULL, 200);
    }
}

typedef struct document_case {
    const char *fault;
    const char *want_text;
    const char *unwanted_text;
    const char *want_error; /* of RegisterUsage; "": the document is no use */
} document_case;

static const document_case document_cases[] = {
    { STS "\"document\":\"half\"", "<AssumeRole", "Response>", "" },
    { STS "\"document\":\"not_xml\"", "guest network", "<", "" },
    { STS "\"document\":\"missing_expiration\"", "SessionToken", "Expiration", NULL },
    { STS "\"document\":\"missing_token\"",
      "Expiration",
      "SessionToken",
      "UnrecognizedClientException" },
    { STS "\"document\":\"expired\"",
      "Expiration",
      "(nothing)",
      "ExpiredTokenException" },
    { STS "\"expires_in_s\":-1", "Expiration", "(nothing)", "ExpiredTokenException" },
    { STS "\"expires_in_s\":60", "Expiration", "(nothing)", NULL },
    { STS "\"document\":\"xml_entities\"",
      "<SecretAccessKey>&amp;&lt;&gt;&quot;&#39;",
      "(nothing)",
      NULL },
};

static void
document_is_spoilt_as_ordered(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(document_cases) / sizeof(document_cases[0]); i++) {
        const document_case *one = &document_cases[i];
        print_message("%s\n", one->fault);
        platform_set_fault(one->fault);

        assume(GOOD, "uid-1");

        assert_int_equal(reply.status, 200);
        assert_non_null(strstr(reply.body, one->want_text));
        assert_null(strstr(reply.body, one->unwanted_text));
        if (one->want_error == NULL || one->want_error[0] != '\0') {
            platform_assert_register(&credentials, one->want_error);
        }
    }
}

static void
claims_are_escaped_in_the_answer(void **state)
{
    (void)state;
    static char body[4096];
    platform_forge_token(
        "{\"sub\":\"<a&b>\\u0001\",\"iss\":\"i\",\"aud\":\"sts.amazonaws.com\"," LATER
        "}",
        token,
        sizeof(token));
    (void)snprintf(body, sizeof(body), "%s%s", GOOD "&WebIdentityToken=", token);
    post(body);
    assert_non_null(strstr(reply.body, "Token>&lt;a&amp;b&gt;?</Subject"));
}

#define SIGNED "Action=AssumeRole&Version=2011-06-15" ROLE SESSION

static void
assume_signed(const char *service, const platform_credentials *signer)
{
    char parameter[64];
    char session[1200];
    (void)snprintf(parameter, sizeof(parameter), "aws:amz:us-east-1:%s", service);
    (void)snprintf(session, sizeof(session), "X-Amz-Security-Token: %s", signer->token);
    const char *const headers[] = { "Content-Type: application/x-www-form-urlencoded",
                                    signer->token[0] != '\0' ? session : NULL,
                                    NULL };
    const http_call call = { .url = service_sandbox.url,
                             .body = SIGNED,
                             .headers = headers,
                             .signing_parameter = parameter,
                             .access_key = signer->access_key_id,
                             .secret_key = signer->secret_access_key };
    assert_true(http_perform(&call, &reply));
    platform_read_xml(&reply, &credentials);
}

static const platform_credentials long_term = { .access_key_id = SERVICE_ACCESS_KEY,
                                                .secret_access_key =
                                                    SERVICE_SECRET_KEY };

static void
assumed_role_is_the_same_container(void **state)
{
    (void)state;
    assume_signed("sts", &long_term);
    assert_answer(NULL, 200);
    platform_assert_register(&credentials, NULL);
    sandbox_process_demand(&service_sandbox, "GET", "calls", NULL, &reply);
    assert_non_null(strstr(
        reply.body, "\"operation\":\"AssumeRole\",\"identity\":\"ecs-task/1\","));

    assume(GOOD, "uid-1");
    platform_credentials pod = credentials;
    assume_signed("sts", &pod);
    assert_answer(NULL, 200);
    platform_assert_register(&credentials, NULL);
    sandbox_process_demand(&service_sandbox, "GET", "calls", NULL, &reply);
    assert_non_null(
        strstr(reply.body, "\"operation\":\"AssumeRole\",\"identity\":\"eks-pod/2\","));
}

static void
assume_role_has_to_be_signed_for_sts(void **state)
{
    (void)state;
    platform_credentials wrong = long_term;
    wrong.secret_access_key[3] ^= 1;
    assume_signed("sts", &wrong);
    assert_answer("SignatureDoesNotMatch", 403);
    wrong = long_term;
    wrong.access_key_id[5] ^= 1;
    assume_signed("sts", &wrong);
    assert_answer("InvalidClientTokenId", 403);
    assume_signed("aws-marketplace", &long_term);
    assert_answer("SignatureDoesNotMatch", 403);
    post(SIGNED);
    assert_answer("MissingAuthenticationToken", 403);

    platform_set_fault(STS "\"document\":\"expired\"");
    assume(GOOD, "uid-1");
    wrong = credentials;
    assume_signed("sts", &wrong);
    assert_answer("ExpiredToken", 403);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(pod_with_irsa_registers, service_reset),
        cmocka_unit_test_setup(each_pod_is_one_of_its_own, service_reset),
        cmocka_unit_test_setup(form_is_read_strictly, service_reset),
        cmocka_unit_test_setup(duration_is_honoured, service_reset),
        cmocka_unit_test_setup(token_has_to_be_for_sts_and_fresh, service_reset),
        cmocka_unit_test_setup(token_ends_where_it_ends, service_reset),
        cmocka_unit_test_setup(token_has_at_most_20000_characters, service_reset),
        cmocka_unit_test_setup(error_comes_as_ordered, service_reset),
        cmocka_unit_test_setup(document_is_spoilt_as_ordered, service_reset),
        cmocka_unit_test_setup(claims_are_escaped_in_the_answer, service_reset),
        cmocka_unit_test_setup(assumed_role_is_the_same_container, service_reset),
        cmocka_unit_test_setup(assume_role_has_to_be_signed_for_sts, service_reset),
    };
    return cmocka_run_group_tests_name(
        "sandbox_sts", tests, service_start, service_stop);
}
