/* SPDX-License-Identifier: Apache-2.0 */
#include "service_client.h"
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

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(signature_is_checked_as_aws_does, service_reset),
        cmocka_unit_test_setup(authorization_is_read_strictly, service_reset),
        cmocka_unit_test_setup(stamp_has_to_be_a_moment, service_reset),
        cmocka_unit_test_setup(security_token_has_to_be_signed, service_reset),
    };
    return cmocka_run_group_tests_name(
        "sandbox_signature", tests, service_start, service_stop);
}
