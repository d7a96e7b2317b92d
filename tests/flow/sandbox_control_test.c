/* SPDX-License-Identifier: Apache-2.0 */
#include "service_client.h"
#include "support/cmocka.h"

#include <cjson/cJSON.h>

#include <stdio.h>
#include <string.h>

static http_reply reply;

static void
register_some(int count)
{
    for (int i = 0; i < count; i++) {
        service_register(&service_sandbox, SERVICE_GOOD_BODY, &reply);
        service_assert_error(&reply, NULL);
    }
}

/* GET calls with that query: how many there are; `next` is what to ask for then. */
static int
count_calls(const char *query, double *next)
{
    char name[64];
    (void)snprintf(name, sizeof(name), "calls%s", query);
    sandbox_process_demand(&service_sandbox, "GET", name, NULL, &reply);
    cJSON *answer = cJSON_Parse(reply.body);
    assert_non_null(answer);
    *next = cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(answer, "next"));
    int count = cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(answer, "calls"));
    cJSON_Delete(answer);
    return count;
}

static int
count_calls_after(double after, double *next)
{
    char query[32];
    (void)snprintf(query, sizeof(query), "?after=%.0f", after);
    return count_calls(query, next);
}

static void
calls_go_on_where_the_last_answer_ended(void **state)
{
    (void)state;
    double first = 0;
    double next = 0;
    assert_int_equal(count_calls("", &first), 0);
    register_some(2);

    assert_int_equal(count_calls_after(first, &next), 2);
    assert_true(next - first > 1.5 && next - first < 2.5);
    assert_int_equal(count_calls_after(first + 1, &next), 1);
    assert_int_equal(count_calls_after(next, &next), 0);
    register_some(1);
    assert_int_equal(count_calls_after(next, &next), 1);
}

static void
calls_after_a_number_of_another_journal_are_all(void **state)
{
    (void)state;
    double next = 0;
    register_some(2);
    (void)count_calls("", &next);

    assert_int_equal(count_calls_after(next, &next), 0);
    assert_int_equal(count_calls_after(next + 1, &next), 2);
}

static void
reset_is_noticed_and_calls_of_before_are_gone(void **state)
{
    (void)state;
    double before = 0;
    double after = 0;
    register_some(2);
    (void)count_calls("", &before);
    assert_int_equal(service_reset(NULL), 0);
    assert_int_equal(count_calls_after(before, &after), 0);
    assert_true(after > before);
    register_some(1);

    assert_int_equal(count_calls_after(before - 2, &after), 1);
    assert_true(after > before);
}

typedef struct query_case {
    const char *query;
    long want_status;
    const char *want_text; /* in the body */
} query_case;

static const query_case query_cases[] = {
    { "calls", 200, "\"calls\"" },
    { "calls?", 200, "\"calls\"" },
    { "calls?after=0", 200, "\"calls\"" },
    { "calls?after=9007199254740991", 200, "\"calls\"" },
    { "calls?after=9007199254740993", 400, "\\\"after\\\" must be a whole number" },
    { "calls?after=-1", 400, "\\\"after\\\" must be a whole number" },
    { "calls?after=1e3", 400, "\\\"after\\\" must be a whole number" },
    { "calls?after=01", 400, "\\\"after\\\" must be a whole number" },
    { "calls?after=", 400, "NAME=VALUE" },
    { "calls?after", 400, "NAME=VALUE" },
    { "calls?=1", 400, "NAME=VALUE" },
    { "calls?after=1=2", 400, "NAME=VALUE" },
    { "calls?after=%31", 400, "NAME=VALUE" },
    { "calls?after=1&after=1", 400, "a member occurs twice" },
    { "calls?before=1", 400, "unknown member" },
    { "calls?\"=1", 400, "unknown member" },
};

static void
queries_are_read_strictly(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(query_cases) / sizeof(query_cases[0]); i++) {
        const query_case *one = &query_cases[i];
        print_message("%s\n", one->query);
        assert_int_equal(
            sandbox_process_control(&service_sandbox, "GET", one->query, NULL, &reply),
            one->want_status);
        assert_non_null(strstr(reply.body, one->want_text));
    }
}

/* One control request with these headers; PORT in one stands for the sandbox's. */
static void
ask(const char *method, const char *path, const char *body, const char *const *headers)
{
    enum { HEADER_MAXIMUM = 3 };
    static char lines[HEADER_MAXIMUM][256];
    const char *list[HEADER_MAXIMUM + 1] = { NULL };
    const char *port = strrchr(service_sandbox.url, ':') + 1;
    for (size_t i = 0; i < HEADER_MAXIMUM && headers[i] != NULL; i++) {
        const char *place = strstr(headers[i], "PORT");
        int before =
            place != NULL ? (int)(place - headers[i]) : (int)strlen(headers[i]);
        (void)snprintf(
            lines[i],
            sizeof(lines[i]),
            "%.*s%s%s",
            before,
            headers[i],
            place != NULL ? port : "",
            place != NULL ? place + 4 : "");
        list[i] = lines[i];
    }
    const http_call call = { .method = method,
                             .url = service_sandbox.url,
                             .path = path,
                             .body = body,
                             .headers = list };
    assert_true(http_perform(&call, &reply));
    assert_int_equal(reply.code, CURLE_OK);
}

static void
clock_stays_between_1970_and_9999(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        long want_status;
    } cases[] = {
        { "{\"set\":\"1970-01-01T00:00:00Z\"}", 200 },
        { "{\"set\":\"1969-12-31T23:59:59Z\"}", 400 },
        { "{\"set\":\"9999-12-31T23:59:59Z\"}", 200 },
        { "{\"advance_s\":86400}", 400 },
        { "{\"set\":\"1970-01-01T00:00:59Z\"}", 200 },
        { "{\"advance_s\":-86400}", 400 },
        { "{\"advance_s\":60}", 200 },
        { "{\"set\":\"1970-01-01T00:00:00Z\",\"advance_s\":60}", 400 },
        { "{}", 400 },
        { "{\"set\":\"tomorrow\"}", 400 },
        { "{\"advance_s\":0.5}", 400 },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        print_message("%s\n", cases[i].body);
        assert_int_equal(
            sandbox_process_control(
                &service_sandbox, "POST", "clock", cases[i].body, &reply),
            cases[i].want_status);
    }
}

typedef struct sender_case {
    const char *headers[4];
    long want_status;
} sender_case;

#define JSON "Content-Type: application/json"
#define OWN  "Origin: http://127.0.0.1:PORT"

/* Of a request that changes something. */
static const sender_case sender_cases[] = {
    /* What curl -d sends, and others without a browser. */
    { { NULL }, 200 },
    { { "Content-Type:" }, 200 },
    { { "Content-Type: text/plain" }, 200 },
    { { JSON }, 200 },

    { { OWN, JSON }, 200 },
    { { "Origin: https://127.0.0.1:PORT", JSON }, 200 },
    { { "Origin: HTTP://127.0.0.1:PORT", JSON }, 403 },
    { { "Origin: http://127.0.0.1:1", JSON }, 403 },
    { { "Origin: http://127.0.0.1", JSON }, 403 },
    { { "Origin: http://localhost:PORT", JSON }, 403 },
    { { "Origin: http://127.0.0.1:PORT.example.com", JSON }, 403 },
    { { "Origin: https://example.com", JSON }, 403 },
    { { "Origin: null", JSON }, 403 },
    { { OWN, OWN, JSON }, 403 },

    { { "Sec-Fetch-Site: same-origin", JSON }, 200 },
    { { "Sec-Fetch-Site: none", JSON }, 200 },
    { { "Sec-Fetch-Site: same-site", JSON }, 403 },
    { { "Sec-Fetch-Site: cross-site", JSON }, 403 },
    { { "Sec-Fetch-Site: cross-site", OWN, JSON }, 403 },
    { { "Sec-Fetch-Site: same-origin", OWN, JSON }, 200 },

    { { OWN, "Content-Type: application/json; charset=utf-8" }, 200 },
    { { OWN, "Content-Type: application/jsonp" }, 415 },
    { { OWN, "Content-Type: text/plain" }, 415 },
    { { OWN, "Content-Type: text/plain; application/json" }, 415 },
    { { OWN, "Content-Type: application/x-www-form-urlencoded" }, 415 },
    { { OWN, "Content-Type:" }, 415 },
    { { "Sec-Fetch-Site: none", "Content-Type:" }, 415 },

    { { "Host: localhost" }, 200 },
    { { "Host: LOCALHOST:PORT" }, 200 },
    { { "Host: sandbox.localhost:PORT" }, 200 },
    { { "Host: 127.0.0.1" }, 200 },
    { { "Host: 127.9.9.9:1" }, 200 },
    { { "Host: [::1]:PORT" }, 200 },
    { { "Host: [::1:PORT" }, 403 },
    { { "Host: 169.254.170.2" }, 200 },
    { { "Host: .localhost" }, 403 },
    { { "Host: localhost.example.com" }, 403 },
    { { "Host: notlocalhost:PORT" }, 403 },
    { { "Host: 127.0.0.1.example.com:PORT" }, 403 },
    { { "Host: 127.0.0.256" }, 403 },
    { { "Host: example.com:PORT", "Origin: http://example.com:PORT", JSON }, 403 },
    { { "Host: localhost:PORT", "Origin: http://localhost:PORT", JSON }, 200 },
};

static void
no_page_of_another_turns_a_knob(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(sender_cases) / sizeof(sender_cases[0]); i++) {
        const sender_case *one = &sender_cases[i];
        for (size_t j = 0; one->headers[j] != NULL; j++) {
            print_message("%s\n", one->headers[j]);
        }
        ask("PUT", "/_sandbox/subscription", "{\"subscribed\":false}", one->headers);
        assert_int_equal(reply.status, one->want_status);

        service_register(&service_sandbox, SERVICE_GOOD_BODY, &reply);
        service_assert_error(
            &reply, one->want_status == 200 ? "CustomerNotEntitledException" : NULL);
        assert_int_equal(service_reset(NULL), 0);
    }
}

static void
assert_header(const char *name, const char *want)
{
    char value[1024] = "";
    assert_true(http_reply_header(&reply, name, value, sizeof(value)));
    assert_string_equal(value, want);
}

typedef struct look_case {
    const char *method;
    const char *path;
    const char *headers[3];
    long want_status;
    const char *want_type;
} look_case;

#define PAGE   "text/html; charset=utf-8"
#define OBJECT "application/json"

/* Of requests that change nothing. */
static const look_case look_cases[] = {
    { "GET", "/_sandbox/", { NULL }, 200, PAGE },
    { "GET", "/_sandbox/?x", { NULL }, 200, PAGE },
    { "GET", "/_sandbox/", { "Sec-Fetch-Site: cross-site" }, 200, PAGE },
    { "GET", "/_sandbox/", { "Host: example.com" }, 403, OBJECT },
    { "HEAD", "/_sandbox/", { NULL }, 200, PAGE },
    { "POST", "/_sandbox/", { NULL }, 405, OBJECT },
    { "GET", "/_sandbox/page/style.css", { NULL }, 200, "text/css; charset=utf-8" },
    { "GET",
      "/_sandbox/page/main.js",
      { NULL },
      200,
      "text/javascript; charset=utf-8" },
    { "GET", "/_sandbox/page/icon.svg", { NULL }, 200, "image/svg+xml" },
    { "GET", "/_sandbox/page/index.html", { NULL }, 404, OBJECT },
    { "GET", "/_sandbox/page/", { NULL }, 404, OBJECT },
    { "GET", "/_sandbox/page/../page/main.js", { NULL }, 404, OBJECT },
    { "GET", "/_sandbox", { NULL }, 308, OBJECT },
    { "GET", "/_sandbox/state", { NULL }, 200, OBJECT },
    { "HEAD", "/_sandbox/state", { NULL }, 200, OBJECT },
    { "GET", "/_sandbox/state", { "Sec-Fetch-Site: same-origin" }, 200, OBJECT },
    { "GET", "/_sandbox/state", { "Sec-Fetch-Site: cross-site" }, 403, OBJECT },
    { "GET", "/_sandbox/state", { "Origin: https://example.com" }, 403, OBJECT },
    { "GET", "/_sandbox/state", { "Host: example.com" }, 403, OBJECT },
    { "HEAD", "/_sandbox/reset", { NULL }, 405, OBJECT },
};

static void
page_and_state_are_to_be_looked_at(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(look_cases) / sizeof(look_cases[0]); i++) {
        const look_case *one = &look_cases[i];
        print_message("%s %s %s\n", one->method, one->path, one->headers[0]);
        ask(one->method, one->path, NULL, one->headers);

        assert_int_equal(reply.status, one->want_status);
        assert_header("Content-Type", one->want_type);
        assert_header("X-Content-Type-Options", "nosniff");
        bool is_page = strcmp(one->want_type, OBJECT) != 0;
        assert_header("Cache-Control", is_page ? "no-cache" : "no-store");
        bool has_body = strcmp(one->method, "HEAD") != 0;
        assert_int_equal(reply.body_length > 0, has_body);
    }
}

static void
page_allows_exactly_itself(void **state)
{
    (void)state;
    static const char *const none[] = { NULL };
    char policy[1024] = "";
    ask("GET", "/_sandbox/", NULL, none);
    assert_true(
        http_reply_header(&reply, "Content-Security-Policy", policy, sizeof(policy)));

    assert_non_null(strstr(policy, "default-src 'none'"));
    assert_non_null(strstr(policy, "frame-ancestors 'none'"));
    assert_null(strstr(policy, "unsafe"));
    assert_null(strstr(policy, "http:"));
    assert_header("Cross-Origin-Resource-Policy", "same-origin");
    /* Nothing stands in the page itself that the policy would have to allow. */
    assert_null(strstr(reply.body, "<style"));
    assert_null(strstr(reply.body, " style="));
    assert_null(strstr(reply.body, " onclick"));
    assert_null(strstr(reply.body, "<script>"));
}

static void
page_is_sent_again_only_when_it_changed(void **state)
{
    (void)state;
    static const char *const none[] = { NULL };
    char etag[128] = "";
    char held[192];
    ask("GET", "/_sandbox/", NULL, none);
    assert_true(http_reply_header(&reply, "ETag", etag, sizeof(etag)));

    (void)snprintf(held, sizeof(held), "If-None-Match: \"x\", W/%s", etag);
    const char *const known[] = { held, NULL };
    ask("GET", "/_sandbox/", NULL, known);
    assert_int_equal(reply.status, 304);
    assert_int_equal(reply.body_length, 0);
    assert_header("ETag", etag);

    static const char *const other[] = { "If-None-Match: \"x\"", NULL };
    ask("GET", "/_sandbox/", NULL, other);
    assert_int_equal(reply.status, 200);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(calls_go_on_where_the_last_answer_ended, service_reset),
        cmocka_unit_test_setup(
            calls_after_a_number_of_another_journal_are_all, service_reset),
        cmocka_unit_test_setup(
            reset_is_noticed_and_calls_of_before_are_gone, service_reset),
        cmocka_unit_test_setup(queries_are_read_strictly, service_reset),
        cmocka_unit_test_setup(clock_stays_between_1970_and_9999, service_reset),
        cmocka_unit_test_setup(no_page_of_another_turns_a_knob, service_reset),
        cmocka_unit_test(page_and_state_are_to_be_looked_at),
        cmocka_unit_test(page_allows_exactly_itself),
        cmocka_unit_test(page_is_sent_again_only_when_it_changed),
    };
    return cmocka_run_group_tests(tests, service_start, service_stop);
}
