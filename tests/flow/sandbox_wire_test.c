/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/sigv4.h"
#include "base/runtime.h"
#include "base/timestamp.h"
#include "service_client.h"
#include "support/cmocka.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/*
 * Requests byte by byte, as SDKs and what stands between them and the service send
 * them. Each is signed over what it holds.
 */

enum { REQUEST_SIZE = 16 * 1024, OUTPUT_SIZE = 16 * 1024, MORE_LIMIT = 3 };

typedef enum body_form {
    BODY_PLAIN,
    BODY_CHUNKED,       /* in pieces of 7 bytes */
    BODY_CHUNKED_RICHLY /* with extensions, leading zeros and a trailer */
} body_form;

/* What is NULL is as usual. */
typedef struct wire_case {
    const char *name;
    const char *target;  /* "/" */
    const char *version; /* "HTTP/1.1" */
    const char *host;
    entitle_header signed_more[MORE_LIMIT];
    const char *unsigned_lines; /* each with its CRLF */
    body_form form;
    const char *body;
    const char *want_error; /* a token */
    const char *want_text;  /* in the answer, headers included */
} wire_case;

static const wire_case wire_cases[] = {
    { .name = "as usual" },

    { .name = "the real host", .host = "metering.marketplace.us-east-1.amazonaws.com" },
    { .name = "a host with a port", .host = "sandbox.internal:8443" },
    { .name = "an IPv6 host", .host = "[::1]:8080" },
    { .name = "a host in capitals", .host = "LOCALHOST" },

    { .name = "a base path", .target = "/base" },
    { .name = "a base path with a slash", .target = "/base/" },
    { .name = "a deep base path", .target = "/a/b/c/" },
    { .name = "an encoded path", .target = "/a%20b/%7Euser/%E2%98%83" },
    { .name = "an encoded slash", .target = "/a%2Fb" },
    { .name = "a percent sign alone", .target = "/100%" },
    { .name = "sub-delimiters", .target = "/!$&'()*+,;=:@/" },
    { .name = "two slashes", .target = "//" },
    { .name = "dot segments", .target = "/a/../b/./" },
    { .name = "a query", .target = "/?b=2&a=1&c" },

    { .name = "chunks", .form = BODY_CHUNKED },
    { .name = "chunks with all that may come along", .form = BODY_CHUNKED_RICHLY },
    { .name = "HTTP/1.0", .version = "HTTP/1.0" },
    { .name = "HTTP/1.0 kept alive",
      .version = "HTTP/1.0",
      .unsigned_lines = "Connection: keep-alive\r\n" },

    { .name = "what SDKs add",
      .unsigned_lines =
          "amz-sdk-invocation-id: 8e5c4d0a-7b52-4f6b-9d9c-2f6f0a2b7a11\r\n"
          "amz-sdk-request: attempt=1; max=3\r\n"
          "User-Agent: aws-sdk-go-v2/1.30.3 ua/2.1 os/linux lang/go\r\n"
          "Accept-Encoding: gzip\r\nAccept: */*\r\n" },
    { .name = "what proxies add",
      .unsigned_lines = "Via: 1.1 proxy\r\nX-Forwarded-For: 192.0.2.1\r\n"
                        "X-Amzn-Trace-Id: Root=1-5759e988-bd862e3fe1be46a994272793\r\n"
                        "X-Forwarded-For: 192.0.2.2\r\n" },
    { .name = "an unsigned header twice",
      .unsigned_lines =
          "amz-sdk-request: attempt=1\r\namz-sdk-request: attempt=2\r\n" },
    { .name = "a signed header twice",
      .signed_more = { { "X-Amz-Meta", "b" }, { "X-Amz-Meta", "a" } } },
    { .name = "names in small letters",
      .signed_more = { { "x-amz-user-agent", "aws-sdk-js/3.1138.0" } } },
    { .name = "names in capitals", .signed_more = { { "X-AMZ-META", "a" } } },
    { .name = "a name that begins another",
      .signed_more = { { "X-Amz-Target-More", "a" }, { "X-Amz", "b" } } },
    { .name = "blanks and tabs around and within",
      .signed_more = { { "X-Amz-Meta", "  a \t  b  " } } },
    { .name = "an empty value", .signed_more = { { "X-Amz-Meta", "" } } },
    { .name = "a charset", .signed_more = { { "Accept-Charset", "utf-8" } } },

    { .name = "escapes",
      .body = "{\"\\u0050roductCode\":\"\\u0063qcvf9f0ugw8rkbgmf1c9dxyz\","
              "\"PublicKeyVersion\":1,\"Nonce\":\"\\u2603\\ud83d\\ude00\\/\"}" },
    { .name = "white space around everything",
      .body = " \r\n\t{ \"ProductCode\" : \"" SERVICE_PRODUCT "\" ,\n"
              "\"PublicKeyVersion\" : 1 , \"Nonce\" : null } \n" },
    { .name = "members that it does not know",
      .body = "{\"ProductCode\":\"" SERVICE_PRODUCT "\",\"PublicKeyVersion\":1,"
              "\"Future\":{\"a\":[1,null,{\"b\":true}]}}" },

    { .name = "two operations at once",
      .signed_more = { { "X-Amz-Target", "AWSMPMeteringService.MeterUsage" } },
      .want_error = "UnknownOperationException" },
    { .name = "an encoding that changes nothing",
      .signed_more = { { "Content-Encoding", "identity" } } },
    { .name = "a compressed body",
      .signed_more = { { "Content-Encoding", "gzip" } },
      .body = "\x1f\x8b\x08",
      .want_error = "SerializationException",
      .want_text = "must not be compressed" },
    { .name = "an encoding whatever the body",
      .signed_more = { { "Content-Encoding", "aws-chunked" } },
      .want_error = "SerializationException",
      .want_text = "must not be compressed" },
    { .name = "a byte order mark",
      .body = "\xef\xbb\xbf{}",
      .want_error = "SerializationException" },
    { .name = "no body",
      .body = "",
      .want_error = "SerializationException",
      .want_text = "not a JSON object" },
    { .name = "an array", .body = "[]", .want_error = "SerializationException" },
};

static char request[REQUEST_SIZE];
static char output[OUTPUT_SIZE];
static http_reply reply;
static size_t used;

static void
add(const char *bytes, size_t length)
{
    assert_true(used + length < sizeof(request));
    memcpy(request + used, bytes, length);
    used += length;
    request[used] = '\0';
}

static void
add_text(const char *text)
{
    add(text, strlen(text));
}

static void
add_line(const char *name, const char *value)
{
    add_text(name);
    add_text(":");
    add_text(value);
    add_text("\r\n");
}

static void
add_chunks(const char *body, bool is_rich)
{
    char line[64];
    for (size_t left = strlen(body); left > 0;) {
        size_t length = left < 7 ? left : 7;
        (void)snprintf(
            line,
            sizeof(line),
            is_rich ? "000%zX;name=\"a value\"\r\n" : "%zx\r\n",
            length);
        add_text(line);
        add(body, length);
        add_text("\r\n");
        body += length;
        left -= length;
    }
    add_text(is_rich ? "0000;last\r\nX-Trailer: any\r\n\r\n" : "0\r\n\r\n");
}

/* Path and query as they are signed. */
static void
split_target(const char *target, char path[256], const char **query)
{
    (void)snprintf(path, 256, "%s", target);
    char *mark = strchr(path, '?');
    *query = mark != NULL ? mark + 1 : "";
    if (mark != NULL) {
        *mark = '\0';
    }
}

static void
authorize(
    const char *target,
    const entitle_header *headers,
    size_t count,
    const char *body,
    int64_t at_s,
    ent_buffer *out)
{
    char path[256];
    char sha256[ENT_SHA256_HEX_SIZE];
    ent_sigv4_request to_sign = { .method = "POST", .path = path, .headers = headers };
    const ent_sigv4_scope scope = { .access_key_id = SERVICE_ACCESS_KEY,
                                    .secret_access_key = SERVICE_SECRET_KEY,
                                    .region = "us-east-1",
                                    .service = "aws-marketplace",
                                    .at_s = at_s };
    split_target(target, path, &to_sign.query);
    assert_true(ent_sha256_hex(body, strlen(body), sha256));
    to_sign.header_count = count;
    to_sign.payload_sha256 = sha256;
    assert_true(ent_sigv4_authorization(&scope, &to_sign, out));
}

/* Appends the request of that case to `request`. */
static void
compose(const wire_case *one, const char *last_lines)
{
    const char *target = one->target != NULL ? one->target : "/";
    const char *body = one->body != NULL ? one->body : SERVICE_GOOD_BODY;
    const char *host =
        one->host != NULL ? one->host : strstr(service_sandbox.url, "//") + 2;
    int64_t now_s = (int64_t)time(NULL);
    char stamp[ENT_TIMESTAMP_SIZE];
    char length[32];
    ent_timestamp_amz(now_s, stamp);
    entitle_header headers[4 + MORE_LIMIT] = {
        { "Host", host },
        { "Content-Type", "application/x-amz-json-1.1" },
        { "X-Amz-Date", stamp },
        { "X-Amz-Target", "AWSMPMeteringService.RegisterUsage" },
    };
    size_t count = 4;
    for (size_t i = 0; i < MORE_LIMIT && one->signed_more[i].name != NULL; i++) {
        headers[count++] = one->signed_more[i];
    }

    entitle_runtime runtime;
    ent_buffer authorization;
    assert_int_equal(ent_runtime_fill(&runtime, NULL, NULL), ENTITLE_OK);
    ent_buffer_init(&authorization, &runtime, REQUEST_SIZE);
    authorize(target, headers, count, body, now_s, &authorization);

    add_text("POST ");
    add_text(target);
    add_text(" ");
    add_text(one->version != NULL ? one->version : "HTTP/1.1");
    add_text("\r\n");
    for (size_t i = 0; i < count; i++) {
        add_line(headers[i].name, headers[i].value);
    }
    add_line("Authorization", ent_buffer_text(&authorization));
    ent_buffer_clear(&authorization);
    add_text(one->unsigned_lines != NULL ? one->unsigned_lines : "");
    add_text(last_lines);
    if (one->form != BODY_PLAIN) {
        add_line("Transfer-Encoding", "chunked");
        add_text("\r\n");
        add_chunks(body, one->form == BODY_CHUNKED_RICHLY);
        return;
    }
    (void)snprintf(length, sizeof(length), "%zu", strlen(body));
    add_line("Content-Length", length);
    add_text("\r\n");
    add_text(body);
}

static void
begin(void)
{
    used = 0;
    request[0] = '\0';
}

static void
send_request(void)
{
    (void)http_exchange_raw(service_sandbox.url, request, used, output, sizeof(output));
}

static size_t
count_in_output(const char *text)
{
    size_t count = 0;
    for (const char *found = output; (found = strstr(found, text)) != NULL; found++) {
        count++;
    }
    return count;
}

static void
assert_answered(const wire_case *one)
{
    char wanted[96] = "\"Signature\":\"";
    if (one->want_error != NULL) {
        (void)snprintf(wanted, sizeof(wanted), "{\"__type\":\"%s\"", one->want_error);
    }
    if (strstr(output, wanted) == NULL) {
        fail_msg("%s: %s", one->name, output);
    }
    assert_non_null(strstr(output, one->want_error != NULL ? " 400 " : " 200 "));
    assert_non_null(strstr(output, "x-amzn-RequestId: "));
    assert_null(strstr(output, "\nContent-Encoding:"));
    if (one->want_text != NULL) {
        assert_non_null(strstr(output, one->want_text));
    }
}

static void
request_is_read_as_it_was_sent(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(wire_cases) / sizeof(wire_cases[0]); i++) {
        const wire_case *one = &wire_cases[i];
        bool is_kept = one->unsigned_lines != NULL &&
                       strstr(one->unsigned_lines, "Connection") != NULL;
        begin();
        compose(one, is_kept ? "" : "Connection: close\r\n");

        send_request();

        assert_answered(one);
    }
}

static void
requests_on_one_connection_are_answered_in_order(void **state)
{
    (void)state;
    static const wire_case good = { .name = "good" };
    static const wire_case chunked = { .name = "chunked", .form = BODY_CHUNKED };
    static const wire_case refused = { .name = "refused", .body = "[]" };
    begin();
    compose(&good, "");
    compose(&refused, "");
    compose(&chunked, "Connection: close\r\n");

    send_request();

    assert_int_equal(count_in_output("HTTP/1.1 "), 3);
    assert_int_equal(count_in_output("\"Signature\":"), 2);
    const char *refusal = strstr(output, "SerializationException");
    assert_non_null(refusal);
    assert_true(strstr(output, "\"Signature\":") < refusal);
    assert_non_null(strstr(refusal, "\"Signature\":"));
}

static void
client_that_waits_is_told_to_go_on(void **state)
{
    (void)state;
    static const char *const headers[] = {
        "X-Amz-Target: AWSMPMeteringService.RegisterUsage", "Expect: 100-continue", NULL
    };
    const http_call call = { .url = service_sandbox.url,
                             .body = SERVICE_GOOD_BODY,
                             .headers = headers,
                             .signing_parameter = SERVICE_SIGNING,
                             .access_key = SERVICE_ACCESS_KEY,
                             .secret_key = SERVICE_SECRET_KEY };

    assert_true(http_perform(&call, &reply));

    service_assert_error(&reply, NULL);
    assert_non_null(strstr(reply.headers, "HTTP/1.1 100 Continue\r\n"));
}

/* One change after the signature was made, and the request is not the signed one. */
static void
changed_request_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *from;
        const char *to;
    } changes[] = {
        { "/base ", "/basf " },
        { "X-Amz-Meta:a\r\nX-Amz-Meta:b", "X-Amz-Meta:b\r\nX-Amz-Meta:a" },
        { "\"Nonce\":\"n-1\"", "\"Nonce\":\"n-2\"" },
        { "Host:", "Host:x" },
    };
    static const wire_case one = {
        .name = "to be changed",
        .target = "/base",
        .signed_more = { { "X-Amz-Meta", "a" }, { "X-Amz-Meta", "b" } },
    };
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        char copy[REQUEST_SIZE];
        begin();
        compose(&one, "Connection: close\r\n");
        const char *place = strstr(request, changes[i].from);
        assert_non_null(place);
        (void)snprintf(copy, sizeof(copy), "%s", place + strlen(changes[i].from));
        used = (size_t)(place - request);
        add_text(changes[i].to);
        add_text(copy);

        send_request();

        assert_non_null(strstr(output, "{\"__type\":\"InvalidSignatureException\""));
    }
}

/* Where two readers could see two requests, there must be none. */
static void
ambiguous_framing_is_refused(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "Connection: close\r\nContent-Length: 1\r\n",
        "Connection: close\r\nContent-Length: -1\r\n",
        "Connection: close\r\nTransfer-Encoding: chunked\r\n",
    };
    static const wire_case good = { .name = "good" };
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        begin();
        compose(&good, lines[i]);

        send_request();

        if (strstr(output, "\"Signature\"") != NULL) {
            fail_msg("%s: %s", lines[i], output);
        }
    }
    service_register(&service_sandbox, SERVICE_GOOD_BODY, &reply);
    service_assert_error(&reply, NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(request_is_read_as_it_was_sent),
        cmocka_unit_test(requests_on_one_connection_are_answered_in_order),
        cmocka_unit_test(client_that_waits_is_told_to_go_on),
        cmocka_unit_test(changed_request_is_refused),
        cmocka_unit_test(ambiguous_framing_is_refused),
    };
    return cmocka_run_group_tests_name(
        "sandbox wire", tests, service_start, service_stop);
}
