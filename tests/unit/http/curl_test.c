/* SPDX-License-Identifier: Apache-2.0 */
#include "base/runtime.h"
#include "http/response.h"
#include "http/transfer.h"
#include "http/transport.h"
#include "support/cmocka.h"
#include "support/effort.h"
#include "support/raw_server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define OK_REPLY "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

static entitle_runtime runtime;
static entitle_response response;
static entitle_error error;
static int64_t interrupt_at_ms; /* 0: never */
static char url[64];

static int64_t
now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool
interrupted(void *context)
{
    (void)context;
    return interrupt_at_ms != 0 && now_ms() >= interrupt_at_ms;
}

static int
set_up(void **state)
{
    (void)state;
    interrupt_at_ms = 0;
    error = (entitle_error){ 0 };
    const entitle_runtime ours = { .struct_size = sizeof(ours),
                                   .interrupted = interrupted };
    assert_int_equal(ent_runtime_fill(&runtime, &ours, NULL), ENTITLE_OK);
    ent_response_init(&response, &runtime);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    ent_response_clear(&response);
    return 0;
}

static entitle_transport *
new_transport(void)
{
    const entitle_curl_options options = {
        .struct_size = sizeof(options),
        .runtime = &runtime,
    };
    entitle_transport *transport = NULL;

    assert_int_equal(
        entitle_transport_new_curl(&options, &transport, NULL), ENTITLE_OK);
    return transport;
}

static entitle_request
request_to(uint16_t port)
{
    static const entitle_header headers[] = {
        { "content-type", "application/x-amz-json-1.1" },
        { "x-amz-target", "Service.Operation" },
        { "x-amz-empty", "" },
    };

    (void)snprintf(url, sizeof(url), "http://127.0.0.1:%u/base/./x", port);
    return (entitle_request){
        .method = "POST",
        .url = url,
        .headers = headers,
        .header_count = 3,
        .body = "{\"a\":1}",
        .body_length = 7,
        .connect_timeout_ms = number_by_effort(120000, 3000, 3000),
        .timeout_ms = number_by_effort(120000, 20000, 20000),
    };
}

/* As one of several that are under way at once, though there is no other. */
static entitle_status
perform_as_one_of_several(entitle_transport *transport, const entitle_request *request)
{
    ent_transfer transfer = {
        .transport = transport,
        .request = request,
        .response = &response,
        .error = &error,
    };

    ent_transfer_start(&transfer);
    while (transfer.is_under_way) {
        (void)ent_transfer_wait(transport, 50);
    }
    return transfer.status;
}

/* Sends one request to a server that answers with `reply`. */
static entitle_status
meet(raw_reply reply, bool is_one_of_several)
{
    raw_server *server = raw_server_start(&reply, 1);
    entitle_transport *transport = new_transport();
    entitle_request request = request_to(raw_server_port(server));

    entitle_status status =
        is_one_of_several
            ? perform_as_one_of_several(transport, &request)
            : ent_transport_perform(transport, &request, &response, &error);

    entitle_transport_free(transport);
    raw_server_stop(server);
    return status;
}

typedef struct reply_case {
    const char *name;
    raw_reply reply;
    entitle_status want;
    int32_t want_http_status;
    const char *want_body;
} reply_case;

static const reply_case reply_cases[] = {
    { "an answer", { OK_REPLY, RAW_KEEP, NULL }, ENTITLE_OK, 200, "{}" },
    { "an error",
      { "HTTP/1.1 400 Bad Request\r\nContent-Length: 3\r\n\r\nbad", RAW_KEEP, NULL },
      ENTITLE_OK,
      400,
      "bad" },
    { "a body until the end",
      { "HTTP/1.1 200 OK\r\n\r\n<html>", RAW_CLOSE, NULL },
      ENTITLE_OK,
      200,
      "<html>" },
    { "a redirect",
      { "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: "
        "0\r\n\r\n",
        RAW_KEEP,
        NULL },
      ENTITLE_OK,
      302,
      "" },
    { "interim answers",
      { "HTTP/1.1 100 Continue\r\nA: b\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: "
        "x\r\n\r\n" OK_REPLY,
        RAW_KEEP,
        NULL },
      ENTITLE_OK,
      200,
      "{}" },
    { "chunks with a trailer",
      { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nLink: "
        "x\r\n\r\n",
        RAW_KEEP,
        NULL },
      ENTITLE_OK,
      200,
      "{}" },
    { "gzip, which stays what it is",
      { "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: "
        "4\r\n\r\n\x1f\x8bzz",
        RAW_KEEP,
        NULL },
      ENTITLE_OK,
      200,
      "\x1f\x8bzz" },
    { "nothing", { NULL, RAW_CLOSE, NULL }, ENTITLE_UNREACHABLE, 0, NULL },
    { "a reset", { NULL, RAW_RESET, NULL }, ENTITLE_UNREACHABLE, 0, NULL },
    { "a reset amid the headers",
      { "HTTP/1.1 200 OK\r\nA: b\r\n", RAW_RESET, NULL },
      ENTITLE_UNREACHABLE,
      0,
      NULL },
    { "an end amid the headers",
      { "HTTP/1.1 200 OK\r\nA: b\r\n", RAW_CLOSE, NULL },
      ENTITLE_UNREACHABLE,
      0,
      NULL },
    { "an end amid a header",
      { "HTTP/1.1 200 OK\r\nContent-Le", RAW_CLOSE, NULL },
      ENTITLE_UNREACHABLE,
      0,
      NULL },
    { "an end amid the status line",
      { "HTTP/1.1 20", RAW_CLOSE, NULL },
      ENTITLE_UNREACHABLE,
      0,
      NULL },
    { "an end before the last byte of the headers",
      { "HTTP/1.1 200 OK\r\nA: b\r\n\r", RAW_CLOSE, NULL },
      ENTITLE_UNREACHABLE,
      0,
      NULL },
    { "an end after an interim answer",
      { "HTTP/1.1 100 Continue\r\n\r\n", RAW_CLOSE, NULL },
      ENTITLE_UNREACHABLE,
      0,
      NULL },
    { "a body cut short",
      { "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}", RAW_CLOSE, NULL },
      ENTITLE_UNREACHABLE,
      0,
      NULL },
    { "chunks cut short",
      { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}",
        RAW_CLOSE,
        NULL },
      ENTITLE_UNREACHABLE,
      0,
      NULL },
    { "HTTP/0.9",
      { "<html>hello</html>", RAW_CLOSE, NULL },
      ENTITLE_BAD_RESPONSE,
      0,
      NULL },
    { "a header with a control character",
      { "HTTP/1.1 200 OK\r\nA: \x1b[2J\r\nContent-Length: 2\r\n\r\n{}",
        RAW_KEEP,
        NULL },
      ENTITLE_BAD_RESPONSE,
      0,
      NULL },
    { "a header that libcurl takes for its own mistake",
      { "HTTP/1.1 200 OK\r\nA\r B: c\r\nContent-Length: 2\r\n\r\n{}", RAW_CLOSE, NULL },
      ENTITLE_BAD_RESPONSE,
      0,
      NULL },
    { "headers without end",
      { "HTTP/1.1 200 OK\r\n",
        RAW_REPEAT,
        "X-Padding: 0123456789abcdef0123456789\r\n" },
      ENTITLE_BAD_RESPONSE,
      0,
      NULL },
    { "a header line without end",
      { "HTTP/1.1 200 OK\r\nX-Long: ", RAW_REPEAT, "0123456789abcdef0123456789abcdef" },
      ENTITLE_BAD_RESPONSE,
      0,
      NULL },
    { "interim answers without end",
      { NULL, RAW_REPEAT, "HTTP/1.1 103 Early Hints\r\nX: 0123456789abcdef\r\n\r\n" },
      ENTITLE_BAD_RESPONSE,
      0,
      NULL },
    { "a body without end",
      { "HTTP/1.1 200 OK\r\n\r\n",
        RAW_REPEAT,
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" },
      ENTITLE_BAD_RESPONSE,
      0,
      NULL },
};

static void
curl_takes_replies_as_the_table_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2 * sizeof(reply_cases) / sizeof(reply_cases[0]); i++) {
        const reply_case *each = &reply_cases[i / 2];
        bool is_one_of_several = i % 2 == 1;

        print_message(
            "  %s%s\n", each->name, is_one_of_several ? ", beside others" : "");
        entitle_status status = meet(each->reply, is_one_of_several);
        if (status != each->want) {
            print_message("    %d: %s\n", (int)status, error.message);
        }

        assert_int_equal(status, each->want);
        if (each->want != ENTITLE_OK) {
            /* It was sent: nobody knows. */
            assert_false(error.is_certainly_undone);
        }
        if (each->want == ENTITLE_OK) {
            assert_int_equal(response.http_status, each->want_http_status);
            assert_string_equal(ent_buffer_text(&response.body), each->want_body);
            assert_null(ent_response_header(&response, "link"));
        } else {
            assert_int_equal(error.status, each->want);
            assert_true(error.message[0] != '\0');
            assert_true(error.hint[0] != '\0');
            assert_true(response.body.length <= ENT_RESPONSE_BODY_LIMIT);
        }
    }
}

/* Interim answers count, too: each alone is within the limit. */
static void
curl_takes_64_kib_of_headers_in_all(void **state)
{
    static const char interim[] = "HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n";
    const size_t fits =
        (ENT_RESPONSE_HEADER_LIMIT - strlen(OK_REPLY)) / (sizeof(interim) - 1);

    (void)state;
    for (size_t more = 0; more < 2; more++) {
        size_t count = fits + 2 * more;
        char *bytes = calloc(1, count * (sizeof(interim) - 1) + sizeof(OK_REPLY));

        assert_non_null(bytes);
        for (size_t i = 0; i < count; i++) {
            memcpy(bytes + i * (sizeof(interim) - 1), interim, sizeof(interim) - 1);
        }
        memcpy(bytes + count * (sizeof(interim) - 1), OK_REPLY, sizeof(OK_REPLY));
        assert_int_equal(
            meet((raw_reply){ bytes, RAW_KEEP, NULL }, false),
            more == 0 ? ENTITLE_OK : ENTITLE_BAD_RESPONSE);
        free(bytes);
    }
}

static void
curl_sends_exactly_what_it_is_given(void **state)
{
    const raw_reply reply = { OK_REPLY, RAW_KEEP, NULL };
    raw_server *server = raw_server_start(&reply, 1);
    entitle_transport *transport = new_transport();
    entitle_request request = request_to(raw_server_port(server));
    char want[512];

    (void)state;
    assert_int_equal(
        ent_transport_perform(transport, &request, &response, NULL), ENTITLE_OK);

    char *sent = raw_server_last_request(server);
    (void)snprintf(
        want,
        sizeof(want),
        "POST /base/./x HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n"
        "content-type: application/x-amz-json-1.1\r\n"
        "x-amz-target: Service.Operation\r\nx-amz-empty:\r\n"
        "Content-Length: 7\r\n\r\n{\"a\":1}",
        raw_server_port(server));
    assert_string_equal(sent, want);
    free(sent);
    entitle_transport_free(transport);
    raw_server_stop(server);
}

/* What it would continue is the last header of the answer before, which is gone. */
static void
curl_takes_no_line_that_continues_nothing(void **state)
{
    const raw_reply replies[] = {
        { OK_REPLY, RAW_KEEP, NULL },
        { "HTTP/1.1 200 OK\r\n : folded\r\nContent-Length: 2\r\n\r\n{}",
          RAW_CLOSE,
          NULL },
        { OK_REPLY, RAW_KEEP, NULL },
    };
    raw_server *server = raw_server_start(replies, 3);
    entitle_transport *transport = new_transport();
    entitle_request request = request_to(raw_server_port(server));

    (void)state;
    assert_int_equal(
        ent_transport_perform(transport, &request, &response, &error), ENTITLE_OK);
    assert_int_equal(
        ent_transport_perform(transport, &request, &response, &error),
        ENTITLE_BAD_RESPONSE);
    assert_int_equal(
        ent_transport_perform(transport, &request, &response, &error), ENTITLE_OK);
    assert_int_equal(raw_server_requests(server), 3);
    assert_int_equal(raw_server_connections(server), 2);
    entitle_transport_free(transport);
    raw_server_stop(server);
}

/* What a kept connection takes and does not answer, libcurl sends again by itself. */
static void
curl_tells_that_a_request_went_out_twice(void **state)
{
    const raw_reply replies[] = {
        { OK_REPLY, RAW_KEEP, NULL },  { OK_REPLY, RAW_KEEP, NULL },
        { NULL, RAW_CLOSE, NULL },     { OK_REPLY, RAW_KEEP, NULL },
        { OK_REPLY, RAW_CLOSE, NULL }, { OK_REPLY, RAW_KEEP, NULL },
    };
    static const struct {
        bool is_repeated;
        int closed; /* connections, after it */
    } want[] = { { false, 0 }, { false, 0 }, { true, 1 }, { false, 2 }, { false, 2 } };

    (void)state;
    for (int several = 0; several < 2; several++) {
        raw_server *server = raw_server_start(replies, 6);
        entitle_transport *transport = new_transport();
        entitle_request request = request_to(raw_server_port(server));
        for (size_t i = 0; i < 5; i++) {
            entitle_status status =
                several == 1
                    ? perform_as_one_of_several(transport, &request)
                    : ent_transport_perform(transport, &request, &response, &error);
            assert_int_equal(status, ENTITLE_OK);
            assert_int_equal(response.is_repeated, want[i].is_repeated);
            raw_server_wait_for_closed(server, want[i].closed);
        }
        assert_int_equal(raw_server_requests(server), 6);
        entitle_transport_free(transport);
        raw_server_stop(server);
    }
}

static void
curl_sends_get_and_put_on_one_connection(void **state)
{
    const raw_reply reply = { OK_REPLY, RAW_KEEP, NULL };
    raw_server *server = raw_server_start(&reply, 1);
    entitle_transport *transport = new_transport();
    entitle_request request = request_to(raw_server_port(server));
    char *sent;

    (void)state;
    assert_int_equal(
        ent_transport_perform(transport, &request, &response, NULL), ENTITLE_OK);
    request.method = "PUT";
    request.body = NULL;
    request.body_length = 0;
    assert_int_equal(
        ent_transport_perform(transport, &request, &response, NULL), ENTITLE_OK);
    sent = raw_server_last_request(server);
    assert_memory_equal(sent, "PUT /base/./x HTTP/1.1\r\n", 24);
    assert_non_null(strstr(sent, "\r\nContent-Length: 0\r\n"));
    free(sent);
    request.method = "GET";
    assert_int_equal(
        ent_transport_perform(transport, &request, &response, NULL), ENTITLE_OK);
    sent = raw_server_last_request(server);
    assert_memory_equal(sent, "GET /base/./x HTTP/1.1\r\n", 24);
    assert_null(strstr(sent, "Content-Length"));
    free(sent);

    assert_int_equal(raw_server_requests(server), 3);
    assert_int_equal(raw_server_connections(server), 1);
    entitle_transport_free(transport);
    raw_server_stop(server);
}

static void
curl_connects_anew_after_a_failure(void **state)
{
    const raw_reply replies[] = {
        { NULL, RAW_RESET, NULL },
        { OK_REPLY, RAW_KEEP, NULL },
    };
    raw_server *server = raw_server_start(replies, 2);
    entitle_transport *transport = new_transport();
    entitle_request request = request_to(raw_server_port(server));

    (void)state;
    assert_int_equal(
        ent_transport_perform(transport, &request, &response, NULL),
        ENTITLE_UNREACHABLE);
    assert_int_equal(
        ent_transport_perform(transport, &request, &response, NULL), ENTITLE_OK);
    assert_int_equal(raw_server_connections(server), 2);
    entitle_transport_free(transport);
    raw_server_stop(server);
}

static void
curl_cannot_reach_a_closed_port(void **state)
{
    entitle_transport *transport = new_transport();
    entitle_request request = request_to(raw_server_closed_port());

    (void)state;
    assert_int_equal(
        ent_transport_perform(transport, &request, &response, &error),
        ENTITLE_UNREACHABLE);
    assert_true(error.hint[0] != '\0');
    assert_true(error.is_certainly_undone);
    entitle_transport_free(transport);
}

/* A .netrc would add an Authorization of its own to requests that carry none. */
static void
curl_sends_no_stored_credentials(void **state)
{
    const raw_reply reply = { OK_REPLY, RAW_KEEP, NULL };
    raw_server *server = raw_server_start(&reply, 1);
    const char *home = getenv("HOME");
    char *home_before = strdup(home != NULL ? home : "/");
    char folder[] = "/tmp/entitle-home-XXXXXX";
    char path[64];

    (void)state;
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof(path), "%s/.netrc", folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs("default login stored password stored\n", file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(setenv("HOME", folder, 1), 0);
    entitle_transport *transport = new_transport();
    entitle_request request = request_to(raw_server_port(server));

    assert_int_equal(
        ent_transport_perform(transport, &request, &response, &error), ENTITLE_OK);
    char *sent = raw_server_last_request(server);
    assert_int_equal(setenv("HOME", home_before, 1), 0);
    assert_int_equal(remove(path) | remove(folder), 0);

    assert_null(strstr(sent, "Authorization"));
    free(sent);
    free(home_before);
    entitle_transport_free(transport);
    raw_server_stop(server);
}

static void
curl_never_sends_plain_http_through_a_proxy(void **state)
{
    const raw_reply reply = { OK_REPLY, RAW_KEEP, NULL };
    raw_server *server = raw_server_start(&reply, 1);
    char proxy[64];

    (void)state;
    (void)snprintf(
        proxy, sizeof(proxy), "http://127.0.0.1:%u", raw_server_closed_port());
    assert_int_equal(setenv("http_proxy", proxy, 1), 0);
    entitle_transport *transport = new_transport();
    entitle_request request = request_to(raw_server_port(server));

    assert_int_equal(
        ent_transport_perform(transport, &request, &response, &error), ENTITLE_OK);
    assert_int_equal(unsetenv("http_proxy"), 0);
    entitle_transport_free(transport);
    raw_server_stop(server);
}

static void
curl_refuses_what_is_not_tls(void **state)
{
    const raw_reply replies[] = {
        { "HTTP/1.1 400 no TLS here\r\n\r\n", RAW_CLOSE, NULL },
        { NULL, RAW_HANG, NULL },
    };
    raw_server *server = raw_server_start(replies, 2);
    entitle_transport *transport = new_transport();
    entitle_request request = request_to(raw_server_port(server));

    (void)state;
    (void)snprintf(url, sizeof(url), "https://127.0.0.1:%u/", raw_server_port(server));
    assert_int_equal(
        ent_transport_perform(transport, &request, &response, &error),
        ENTITLE_TLS_ERROR);
    assert_non_null(strstr(error.message, "wrong version number"));

    request.connect_timeout_ms = 100;
    assert_int_equal(
        ent_transport_perform(transport, &request, &response, &error),
        ENTITLE_UNREACHABLE);
    assert_non_null(strstr(error.message, "no connection"));
    entitle_transport_free(transport);
    raw_server_stop(server);
}

typedef struct silence_case {
    const char *name;
    raw_reply reply;
} silence_case;

static const silence_case silence_cases[] = {
    { "no answer", { NULL, RAW_HANG, NULL } },
    { "half of the headers", { "HTTP/1.1 200 OK\r\nA: ", RAW_HANG, NULL } },
    { "half of the body",
      { "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", RAW_HANG, NULL } },
    { "an interim answer only", { "HTTP/1.1 100 Continue\r\n\r\n", RAW_HANG, NULL } },
};

static void
curl_keeps_its_time_limit(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(silence_cases) / sizeof(silence_cases[0]); i++) {
        raw_server *server = raw_server_start(&silence_cases[i].reply, 1);
        entitle_transport *transport = new_transport();
        entitle_request request = request_to(raw_server_port(server));
        int64_t begin_ms = now_ms();

        print_message("  %s\n", silence_cases[i].name);
        request.timeout_ms = 120;
        entitle_status status =
            ent_transport_perform(transport, &request, &response, &error);
        int64_t took_ms = now_ms() - begin_ms;

        assert_int_equal(status, ENTITLE_TIMEOUT);
        assert_true(error.hint[0] != '\0');
        assert_in_range(took_ms, 115, 115 + number_by_effort(60000, 1000, 1000));
        entitle_transport_free(transport);
        raw_server_stop(server);
    }
}

static void
curl_stops_when_interrupted(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(silence_cases) / sizeof(silence_cases[0]); i++) {
        raw_server *server = raw_server_start(&silence_cases[i].reply, 1);
        entitle_transport *transport = new_transport();
        entitle_request request = request_to(raw_server_port(server));

        print_message("  %s\n", silence_cases[i].name);
        interrupt_at_ms = now_ms() + 60;
        entitle_status status =
            ent_transport_perform(transport, &request, &response, &error);
        int64_t took_ms = now_ms() - interrupt_at_ms;

        assert_int_equal(status, ENTITLE_INTERRUPTED);
        assert_in_range(took_ms, 0, number_by_effort(60000, 200, 200));
        interrupt_at_ms = 0;
        entitle_transport_free(transport);
        raw_server_stop(server);
    }
}

static void
curl_refuses_an_unreadable_ca_bundle(void **state)
{
    static const char *const paths[] = { "/nonexistent/ca.pem", "/" };

    (void)state;
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        const entitle_curl_options options = {
            .struct_size = sizeof(options),
            .ca_bundle = paths[i],
        };
        entitle_transport *transport = NULL;

        assert_int_equal(
            entitle_transport_new_curl(&options, &transport, &error),
            ENTITLE_CONFIGURATION);
        assert_null(transport);
        assert_non_null(strstr(error.message, paths[i]));
        assert_non_null(strstr(error.hint, "AWS_CA_BUNDLE"));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            curl_takes_replies_as_the_table_says, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            curl_takes_64_kib_of_headers_in_all, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            curl_sends_exactly_what_it_is_given, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            curl_takes_no_line_that_continues_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            curl_tells_that_a_request_went_out_twice, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            curl_sends_get_and_put_on_one_connection, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            curl_connects_anew_after_a_failure, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            curl_cannot_reach_a_closed_port, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            curl_sends_no_stored_credentials, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            curl_never_sends_plain_http_through_a_proxy, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            curl_refuses_what_is_not_tls, set_up, tear_down),
        cmocka_unit_test_setup_teardown(curl_keeps_its_time_limit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(curl_stops_when_interrupted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            curl_refuses_an_unreadable_ca_bundle, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
