/* SPDX-License-Identifier: Apache-2.0 */

/* Requests that are no requests, are too long, or come one after the other. */
#include "service_client.h"
#include "support/cmocka.h"

#include <stdio.h>
#include <string.h>

static http_reply reply;
static char output[16384];

typedef struct wire_case {
    const char *name;
    const char *bytes;
    const char *want_text; /* NULL: an answer or none, both are right */
} wire_case;

static const wire_case wire_cases[] = {
    { "no HTTP", "hello\r\n\r\n", NULL },
    { "nothing", "", NULL },
    { "a cut request", "POST / HTTP/1.1\r\nHost: x\r\nContent-Le", NULL },
    { "a cut body", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{}", NULL },
    { "a negative length",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
      NULL },
    { "an absurd length",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 18446744073709551615\r\n\r\n",
      NULL },
    { "a length over the limit",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\n\r\n",
      "RequestEntityTooLarge" },
    { "a bad chunk",
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
      NULL },
    { "percent signs",
      "GET /%zz%00%ff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
      "Method not allowed" },
    { "an empty control request",
      "GET /_sandbox/ HTTP/1.0\r\n\r\n",
      "<!doctype html>" },
    { "a control request for a name",
      "GET /_sandbox/state HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
      "by an address or as localhost" },
    { "a control request for two hosts",
      "GET /_sandbox/state HTTP/1.1\r\nHost: localhost\r\nHost: x\r\n"
      "Connection: close\r\n\r\n",
      "by an address or as localhost" },
    { "HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", "Method not allowed" },
};

static void
malformed_requests_do_no_harm(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(wire_cases) / sizeof(wire_cases[0]); i++) {
        const wire_case *one = &wire_cases[i];
        print_message("%s\n", one->name);
        (void)http_exchange_raw(
            service_sandbox.url,
            one->bytes,
            strlen(one->bytes),
            output,
            sizeof(output));
        if (one->want_text != NULL) {
            assert_non_null(strstr(output, one->want_text));
        }
        service_register(&service_sandbox, SERVICE_GOOD_BODY, &reply);
        service_assert_error(&reply, NULL);
    }
}

static void
too_many_headers_are_refused(void **state)
{
    (void)state;
    static char request[8192];
    for (int count = 62; count <= 70; count += 8) {
        int used = snprintf(request, sizeof(request), "POST / HTTP/1.1\r\nHost: x\r\n");
        for (int i = 0; i < count; i++) {
            used += snprintf(
                request + used, sizeof(request) - (size_t)used, "X-%d: y\r\n", i);
        }
        (void)snprintf(
            request + used,
            sizeof(request) - (size_t)used,
            "Connection: close\r\n\r\n");

        (void)http_exchange_raw(
            service_sandbox.url, request, strlen(request), output, sizeof(output));

        assert_int_equal(
            strstr(output, "Too many request headers") != NULL, count == 70);
    }
}

enum { BODY_LIMIT = 1024 * 1024 };

static void
body_ends_at_one_mebibyte(void **state)
{
    (void)state;
    static char body[BODY_LIMIT + 2];
    memset(body, ' ', sizeof(body) - 1);
    static const char *const expecting[] = { "Expect: 100-continue", NULL };
    static const char *const plain[] = { "Expect:", NULL };
    for (int round = 0; round < 4; round++) {
        http_call call = { .url = service_sandbox.url,
                           .body = body,
                           .headers = round % 2 == 0 ? expecting : plain,
                           .is_chunked = round >= 2 };
        call.body_length = BODY_LIMIT;
        assert_true(http_perform(&call, &reply));
        assert_int_equal(reply.status, 404); /* only the target is missing */

        call.body_length = BODY_LIMIT + 1;
        assert_true(http_perform(&call, &reply));
        assert_int_equal(reply.status, 413);
        assert_non_null(strstr(reply.body, "\"__type\":\"RequestEntityTooLarge\""));
    }
}

static void
connection_is_kept(void **state)
{
    (void)state;
    long opened = 0;
    CURL *handle = curl_easy_init();
    static const char *const headers[] = {
        "X-Amz-Target: AWSMPMeteringService.RegisterUsage", NULL
    };
    for (int i = 0; i < 3; i++) {
        const http_call call = { .url = service_sandbox.url,
                                 .body = SERVICE_GOOD_BODY,
                                 .headers = headers,
                                 .signing_parameter = SERVICE_SIGNING,
                                 .access_key = SERVICE_ACCESS_KEY,
                                 .secret_key = SERVICE_SECRET_KEY,
                                 .handle = handle };
        assert_true(http_perform(&call, &reply));
        service_assert_error(&reply, NULL);
        assert_int_equal(
            curl_easy_getinfo(handle, CURLINFO_NUM_CONNECTS, &opened), CURLE_OK);
        assert_int_equal(opened, i == 0 ? 1 : 0);
    }
    curl_easy_cleanup(handle);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(malformed_requests_do_no_harm),
        cmocka_unit_test(too_many_headers_are_refused),
        cmocka_unit_test(body_ends_at_one_mebibyte),
        cmocka_unit_test(connection_is_kept),
    };
    return cmocka_run_group_tests(tests, service_start, service_stop);
}
