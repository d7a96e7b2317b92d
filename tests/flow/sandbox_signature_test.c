/* SPDX-License-Identifier: Apache-2.0 */
#include "service_client.h"
#include "sigv4_client.h"
#include "support/cmocka.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static http_reply reply;

#define TARGET "X-Amz-Target: AWSMPMeteringService.RegisterUsage"

/* Requests that libcurl signs. */
typedef struct signed_case {
    const char *name;
    const char *signing_parameter;
    const char *access_key;
    const char *secret_key;
    const char *extra_header; /* NULL: none */
    const char *want_error;   /* NULL: a token */
    const char *want_text;    /* in the body; NULL: whatever */
} signed_case;

static const signed_case signed_cases[] = {
    { "right",
      SERVICE_SIGNING,
      SERVICE_ACCESS_KEY,
      SERVICE_SECRET_KEY,
      NULL,
      NULL,
      NULL },
    { "another secret",
      SERVICE_SIGNING,
      SERVICE_ACCESS_KEY,
      "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEz",
      NULL,
      "InvalidSignatureException",
      "The Canonical String for this request should have been\\n'POST\\n/\\n" },
    { "another key",
      SERVICE_SIGNING,
      "AKIAIOSFODNN7EXAMPLF",
      SERVICE_SECRET_KEY,
      NULL,
      "UnrecognizedClientException",
      NULL },
    { "a security token beside a long-term key",
      SERVICE_SIGNING,
      SERVICE_ACCESS_KEY,
      SERVICE_SECRET_KEY,
      "X-Amz-Security-Token: abc",
      "UnrecognizedClientException",
      NULL },
    { "another Region",
      "aws:amz:eu-west-1:aws-marketplace",
      SERVICE_ACCESS_KEY,
      SERVICE_SECRET_KEY,
      NULL,
      "InvalidRegionException",
      NULL },
    { "another service",
      "aws:amz:us-east-1:sts",
      SERVICE_ACCESS_KEY,
      SERVICE_SECRET_KEY,
      NULL,
      "InvalidSignatureException",
      "correct service: 'aws-marketplace'" },
    { "another header of any kind",
      SERVICE_SIGNING,
      SERVICE_ACCESS_KEY,
      SERVICE_SECRET_KEY,
      "X-Amz-Other:   a   b ",
      NULL,
      NULL },
    { "a hash that is not the body's",
      SERVICE_SIGNING,
      SERVICE_ACCESS_KEY,
      SERVICE_SECRET_KEY,
      "X-Amz-Content-Sha256: UNSIGNED-PAYLOAD",
      "InvalidSignatureException",
      "x-amz-content-sha256" },
    /* The bytes of a signed header may be any; the answer is JSON all the same. */
    { "a header that is not UTF-8",
      SERVICE_SIGNING,
      SERVICE_ACCESS_KEY,
      "wrong",
      "X-Amz-Other: \xff\xfe",
      "InvalidSignatureException",
      "x-amz-other:??" },
};

static void
signature_is_checked_as_aws_does(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(signed_cases) / sizeof(signed_cases[0]); i++) {
        const signed_case *one = &signed_cases[i];
        const char *const headers[] = { TARGET, one->extra_header, NULL };
        const http_call call = { .url = service_sandbox.url,
                                 .body = SERVICE_GOOD_BODY,
                                 .headers = headers,
                                 .signing_parameter = one->signing_parameter,
                                 .access_key = one->access_key,
                                 .secret_key = one->secret_key };
        print_message("%s\n", one->name);

        assert_true(http_perform(&call, &reply));

        service_assert_error(&reply, one->want_error);
        if (one->want_text != NULL) {
            assert_non_null(strstr(reply.body, one->want_text));
        }
    }
}

#define HEX64  "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define SCOPE  "AKIAIOSFODNN7EXAMPLE/DATE/us-east-1/aws-marketplace/aws4_request"
#define LISTED "host;x-amz-date;x-amz-target"
#define AUTHORIZATION(credential, listed, signature)                                   \
    "AWS4-HMAC-SHA256 Credential=" credential ", SignedHeaders=" listed                \
    ", Signature=" signature

/* Requests signed by nobody: how far each gets. DATE stands for today. */
typedef struct raw_case {
    const char *name;
    const char *authorization;
    const char *want_error;
    const char *want_text;
} raw_case;

static const raw_case raw_cases[] = {
    { "none", NULL, "MissingAuthenticationTokenException", "" },
    { "well formed",
      AUTHORIZATION(SCOPE, LISTED, HEX64),
      "InvalidSignatureException",
      "does not match" },
    { "no blank after the commas",
      "AWS4-HMAC-SHA256 Credential=" SCOPE ",SignedHeaders=" LISTED ",Signature=" HEX64,
      "InvalidSignatureException",
      "does not match" },
    { "another scheme", "Basic QWxhZGRpbg==", "IncompleteSignatureException", "" },
    { "an empty scheme", "AWS4-HMAC-SHA256", "IncompleteSignatureException", "" },
    { "no Credential",
      "AWS4-HMAC-SHA256 SignedHeaders=" LISTED ", Signature=" HEX64,
      "IncompleteSignatureException",
      "'Credential'" },
    { "no SignedHeaders",
      "AWS4-HMAC-SHA256 Credential=" SCOPE ", Signature=" HEX64,
      "IncompleteSignatureException",
      "'SignedHeaders'" },
    { "no Signature",
      "AWS4-HMAC-SHA256 Credential=" SCOPE ", SignedHeaders=" LISTED,
      "IncompleteSignatureException",
      "'Signature'" },
    { "a part twice",
      AUTHORIZATION(SCOPE, LISTED, HEX64) ", Signature=" HEX64,
      "IncompleteSignatureException",
      "twice" },
    { "an unknown part",
      AUTHORIZATION(SCOPE, LISTED, HEX64) ", Other=1",
      "IncompleteSignatureException",
      "unknown" },
    { "a credential of four parts",
      AUTHORIZATION("AKIAIOSFODNN7EXAMPLE/DATE/us-east-1/aws4_request", LISTED, HEX64),
      "IncompleteSignatureException",
      "'Credential'" },
    { "a signature cut short",
      AUTHORIZATION(SCOPE, LISTED, "0123456789abcdef"),
      "IncompleteSignatureException",
      "'Signature'" },
    { "unsorted names",
      AUTHORIZATION(SCOPE, "x-amz-date;host;x-amz-target", HEX64),
      "IncompleteSignatureException",
      "'SignedHeaders'" },
    { "a name twice",
      AUTHORIZATION(SCOPE, "host;host;x-amz-date;x-amz-target", HEX64),
      "IncompleteSignatureException",
      "'SignedHeaders'" },
    { "upper case",
      AUTHORIZATION(SCOPE, "Host;x-amz-date;x-amz-target", HEX64),
      "IncompleteSignatureException",
      "'SignedHeaders'" },
    { "host not signed",
      AUTHORIZATION(SCOPE, "x-amz-date;x-amz-target", HEX64),
      "InvalidSignatureException",
      "'host'" },
    { "the date not signed",
      AUTHORIZATION(SCOPE, "host;x-amz-target", HEX64),
      "InvalidSignatureException",
      "'x-amz-date'" },
    { "the target not signed",
      AUTHORIZATION(SCOPE, "host;x-amz-date", HEX64),
      "InvalidSignatureException",
      "'x-amz-target'" },
    { "a header signed that was not sent",
      AUTHORIZATION(SCOPE, "host;x-amz-date;x-amz-target;x-other", HEX64),
      "InvalidSignatureException",
      "not received" },
    { "another day",
      AUTHORIZATION(
          "AKIAIOSFODNN7EXAMPLE/20150830/us-east-1/aws-marketplace/aws4_request",
          LISTED,
          HEX64),
      "InvalidSignatureException",
      "Date in Credential scope" },
    { "a day and a digit",
      AUTHORIZATION(
          "AKIAIOSFODNN7EXAMPLE/DATE0/us-east-1/aws-marketplace/aws4_request",
          LISTED,
          HEX64),
      "InvalidSignatureException",
      "Date in Credential scope" },
    { "another terminator",
      AUTHORIZATION(
          "AKIAIOSFODNN7EXAMPLE/DATE/us-east-1/aws-marketplace/aws5_request",
          LISTED,
          HEX64),
      "InvalidSignatureException",
      "terminator" },
};

static void
format_now(char out[32])
{
    time_t now = time(NULL);
    struct tm parts;
    (void)gmtime_r(&now, &parts);
    (void)strftime(out, 32, "%Y%m%dT%H%M%SZ", &parts);
}

static void
put_today(const char *authorization, char *out, size_t size)
{
    char today[32];
    const char *hole = strstr(authorization, "DATE");
    format_now(today);
    today[8] = '\0'; /* the date alone */
    if (hole == NULL) {
        (void)snprintf(out, size, "Authorization: %s", authorization);
        return;
    }
    (void)snprintf(
        out,
        size,
        "Authorization: %.*s%s%s",
        (int)(hole - authorization),
        authorization,
        today,
        hole + 4);
}

static void
send_raw(const char *authorization, const char *stamp_header)
{
    char line[1024] = "";
    if (authorization != NULL) {
        put_today(authorization, line, sizeof(line));
    }
    const char *const headers[] = {
        TARGET, stamp_header, authorization != NULL ? line : NULL, NULL
    };
    const http_call call = { .url = service_sandbox.url,
                             .body = SERVICE_GOOD_BODY,
                             .headers = headers };
    assert_true(http_perform(&call, &reply));
}

static void
authorization_is_read_strictly(void **state)
{
    (void)state;
    char stamp[64];
    char now[32];
    for (size_t i = 0; i < sizeof(raw_cases) / sizeof(raw_cases[0]); i++) {
        const raw_case *one = &raw_cases[i];
        format_now(now);
        (void)snprintf(stamp, sizeof(stamp), "X-Amz-Date: %s", now);
        print_message("%s\n", one->name);

        send_raw(one->authorization, stamp);

        service_assert_error(&reply, one->want_error);
        assert_non_null(strstr(reply.body, one->want_text));
    }
}

typedef struct stamp_case {
    const char *header;
    const char *want_error;
    const char *want_text;
} stamp_case;

static const stamp_case stamp_cases[] = {
    { "X-Amz-Date: 20150830T123600Z",
      "InvalidSignatureException",
      "Date in Credential" },
    { "X-Amz-Date: 20150830T126000Z", "IncompleteSignatureException", "X-Amz-Date" },
    { "X-Amz-Date: 20150830123600Z", "IncompleteSignatureException", "X-Amz-Date" },
    { "X-Amz-Date: yesterday", "IncompleteSignatureException", "X-Amz-Date" },
    { "X-Amz-Date;", "IncompleteSignatureException", "X-Amz-Date" },
    { "X-Other: 1", "IncompleteSignatureException", "X-Amz-Date" },
    { "Date: Sun, 30 Aug 2015 12:36:00 GMT", "InvalidSignatureException", "'date'" },
    { "Date: yesterday", "IncompleteSignatureException", "X-Amz-Date" },
};

static void
stamp_has_to_be_a_moment(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(stamp_cases) / sizeof(stamp_cases[0]); i++) {
        send_raw(AUTHORIZATION(SCOPE, LISTED, HEX64), stamp_cases[i].header);

        service_assert_error(&reply, stamp_cases[i].want_error);
        assert_non_null(strstr(reply.body, stamp_cases[i].want_text));
    }
}

static void
security_token_has_to_be_signed(void **state)
{
    (void)state;
    char now[32];
    char stamp[64];
    char line[1024];
    format_now(now);
    (void)snprintf(stamp, sizeof(stamp), "X-Amz-Date: %s", now);
    put_today(AUTHORIZATION(SCOPE, LISTED, HEX64), line, sizeof(line));
    const char *const headers[] = {
        TARGET, stamp, line, "X-Amz-Security-Token: t", NULL
    };
    const http_call call = { .url = service_sandbox.url,
                             .body = SERVICE_GOOD_BODY,
                             .headers = headers };

    assert_true(http_perform(&call, &reply));

    service_assert_error(&reply, "InvalidSignatureException");
    assert_non_null(strstr(reply.body, "'x-amz-security-token'"));
}

/* Requests that are signed as they stand, by a signer that does what it is told. */
typedef struct sign_case {
    const char *name;
    sigv4_request request;
    const char *want_error; /* NULL: a token */
    const char *want_text;
} sign_case;

#define TARGETS(...)                                                                   \
    (const char *const[])                                                              \
    {                                                                                  \
        TARGET, __VA_ARGS__, NULL                                                      \
    }
#define TARGET_NAMES  "host;x-amz-date;x-amz-target"
#define CONTENT_NAMES "host;x-amz-content-sha256;x-amz-date;x-amz-target"
#define EMPTY_SHA256                                                                   \
    "X-Amz-Content-Sha256: "                                                           \
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static const sign_case sign_cases[] = {
    { "as it should be", { 0 }, NULL, "" },
    /* A second or two pass until it is judged: the bound is exact on one side each. */
    { "almost 15 minutes old", { .offset_s = -890 }, NULL, "" },
    { "15 minutes and a second old",
      { .offset_s = -901 },
      "InvalidSignatureException",
      "Signature expired" },
    { "15 minutes ahead", { .offset_s = 900 }, NULL, "" },
    { "more than 15 minutes ahead",
      { .offset_s = 910 },
      "InvalidSignatureException",
      "Signature not yet current" },
    { "another Region of the partition",
      { .region = "eu-central-1" },
      "InvalidRegionException",
      "" },
    { "a Region of China's partition",
      { .region = "cn-north-1" },
      "UnrecognizedClientException",
      "security token included in the request is invalid" },
    { "a Region of the US government's partition",
      { .region = "us-gov-west-1" },
      "UnrecognizedClientException",
      "" },
    { "an unknown key in another partition",
      { .access_key = "AKIAIOSFODNN7EXAMPLF", .region = "cn-north-1" },
      "UnrecognizedClientException",
      "" },
    { "another header, signed",
      { .headers = TARGETS("X-Other: a"), .signed_headers = TARGET_NAMES ";x-other" },
      NULL,
      "" },
    { "another header twice, signed",
      { .headers = TARGETS("X-Other: a", "X-Other: b"),
        .signed_headers = TARGET_NAMES ";x-other" },
      NULL,
      "" },
    { "another header, unsigned", { .headers = TARGETS("X-Other: a") }, NULL, "" },
    { "the target twice",
      { .headers = TARGETS(TARGET) },
      "UnknownOperationException",
      "" },
    { "the target unsigned",
      { .signed_headers = "host;x-amz-date" },
      "InvalidSignatureException",
      "'x-amz-target' must be a 'SignedHeader'" },
    { "host unsigned",
      { .signed_headers = "x-amz-date;x-amz-target" },
      "InvalidSignatureException",
      "'host' must be a 'SignedHeader'" },
    { "the date twice",
      { .headers = TARGETS("X-Amz-Date: 20150830T123600Z") },
      "IncompleteSignatureException",
      "'X-Amz-Date'" },
    { "the body's hash, another body's",
      { .headers = TARGETS(EMPTY_SHA256), .signed_headers = CONTENT_NAMES },
      "InvalidSignatureException",
      "is not the SHA-256 of the body" },
    { "an unsigned body",
      { .headers = TARGETS("X-Amz-Content-Sha256: UNSIGNED-PAYLOAD"),
        .signed_headers = CONTENT_NAMES },
      "InvalidSignatureException",
      "only Amazon S3" },
    { "a streamed body",
      { .headers = TARGETS("X-Amz-Content-Sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD"),
        .signed_headers = CONTENT_NAMES },
      "InvalidSignatureException",
      "only Amazon S3" },
    { "the body's hash twice",
      { .headers = TARGETS(EMPTY_SHA256, EMPTY_SHA256) },
      "InvalidSignatureException",
      "'x-amz-content-sha256' must not be repeated" },
    { "a security token twice",
      { .headers = TARGETS("X-Amz-Security-Token: t", "X-Amz-Security-Token: t"),
        .signed_headers = "host;x-amz-date;x-amz-security-token;x-amz-target" },
      "InvalidSignatureException",
      "'x-amz-security-token' must not be repeated" },
};

static void
signed_requests_differ_in_one_thing(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(sign_cases) / sizeof(sign_cases[0]); i++) {
        const sign_case *one = &sign_cases[i];
        print_message("%s\n", one->name);

        sigv4_send(service_sandbox.url, &one->request, &reply);

        service_assert_error(&reply, one->want_error);
        assert_non_null(strstr(reply.body, one->want_text));
    }
}

static void
signature_in_the_query_is_named(void **state)
{
    (void)state;
    static const char *const headers[] = { TARGET, NULL };
    const http_call call = {
        .url = service_sandbox.url,
        .path = "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=" HEX64,
        .body = SERVICE_GOOD_BODY,
        .headers = headers
    };

    assert_true(http_perform(&call, &reply));

    service_assert_error(&reply, "IncompleteSignatureException");
    assert_non_null(strstr(reply.body, "Authorization header has to hold it"));
}

/* What a container of the sandbox gets: a key, its secret, its token. */
static void
temporary_key_goes_with_its_token(void **state)
{
    (void)state;
    static http_reply credentials;
    char key[64];
    char secret[128];
    char token[512];
    char right[600];
    char wrong[600];
    const http_call fetch = {
        .url = service_sandbox.url,
        .path = "/v2/credentials/3b1f8a52-8d1c-4f6e-9a55-0c2f7d1e4b6a"
    };
    assert_true(http_perform(&fetch, &credentials));
    service_member(credentials.body, "AccessKeyId", key, sizeof(key));
    service_member(credentials.body, "SecretAccessKey", secret, sizeof(secret));
    service_member(credentials.body, "Token", token, sizeof(token));
    (void)snprintf(right, sizeof(right), "X-Amz-Security-Token: %s", token);
    (void)snprintf(wrong, sizeof(wrong), "X-Amz-Security-Token: %sx", token);
    static const char names[] = "host;x-amz-date;x-amz-security-token;x-amz-target";
    sigv4_request request = { .access_key = key,
                              .secret_key = secret,
                              .headers = TARGETS(right),
                              .signed_headers = names };

    sigv4_send(service_sandbox.url, &request, &reply);
    service_assert_error(&reply, NULL);

    request.secret_key = "another";
    sigv4_send(service_sandbox.url, &request, &reply);
    service_assert_error(&reply, "InvalidSignatureException");
    assert_non_null(strstr(reply.body, "x-amz-security-token:("));
    assert_null(strstr(reply.body, token));
    assert_null(strstr(reply.body, secret));

    request.secret_key = secret;
    request.headers = TARGETS(wrong);
    sigv4_send(service_sandbox.url, &request, &reply);
    service_assert_error(&reply, "UnrecognizedClientException");

    request.headers = NULL;
    request.signed_headers = NULL;
    sigv4_send(service_sandbox.url, &request, &reply);
    service_assert_error(&reply, "UnrecognizedClientException");

    request.headers = TARGETS(right);
    sigv4_send(service_sandbox.url, &request, &reply);
    service_assert_error(&reply, "InvalidSignatureException");
    assert_non_null(strstr(reply.body, "'x-amz-security-token' must be"));
}

static void
temporary_key_expires(void **state)
{
    (void)state;
    static http_reply credentials;
    char key[64];
    char secret[128];
    char token[512];
    char header[600];
    sandbox_process_demand(
        &service_sandbox,
        "PUT",
        "faults",
        "{\"faults\":[{\"operation\":\"ecs-credentials\",\"document\":\"expired\"}]"
        "}",
        NULL);
    const http_call fetch = {
        .url = service_sandbox.url,
        .path = "/v2/credentials/3b1f8a52-8d1c-4f6e-9a55-0c2f7d1e4b6a"
    };
    assert_true(http_perform(&fetch, &credentials));
    service_member(credentials.body, "AccessKeyId", key, sizeof(key));
    service_member(credentials.body, "SecretAccessKey", secret, sizeof(secret));
    service_member(credentials.body, "Token", token, sizeof(token));
    (void)snprintf(header, sizeof(header), "X-Amz-Security-Token: %s", token);
    const sigv4_request request = {
        .access_key = key,
        .secret_key = secret,
        .headers = TARGETS(header),
        .signed_headers = "host;x-amz-date;x-amz-security-token;x-amz-target"
    };

    sigv4_send(service_sandbox.url, &request, &reply);

    service_assert_error(&reply, "ExpiredTokenException");
    assert_non_null(
        strstr(reply.body, "The security token included in the request is expired"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(signature_is_checked_as_aws_does, service_reset),
        cmocka_unit_test_setup(authorization_is_read_strictly, service_reset),
        cmocka_unit_test_setup(stamp_has_to_be_a_moment, service_reset),
        cmocka_unit_test_setup(security_token_has_to_be_signed, service_reset),
        cmocka_unit_test_setup(signed_requests_differ_in_one_thing, service_reset),
        cmocka_unit_test_setup(signature_in_the_query_is_named, service_reset),
        cmocka_unit_test_setup(temporary_key_goes_with_its_token, service_reset),
        cmocka_unit_test_setup(temporary_key_expires, service_reset),
    };
    return cmocka_run_group_tests_name(
        "sandbox_signature", tests, service_start, service_stop);
}
