/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The gate on a line that breaks: whatever becomes of a true answer on its way, only
 * the whole of it opens the gate, and the deadline is kept.
 */
#include "service_client.h"
#include "state_folder.h"
#include "support/cmocka.h"
#include "support/effort.h"
#include "support/leaping_clock.h"
#include "support/raw_server.h"
#include "support/troubled_line.h"

#include <entitle.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { DEADLINE_MS = 20000, SHORT_DEADLINE_MS = 1500, BOMB_SIZE = 48 * 1024 };

static troubled_line *line;
static char endpoint[64];
static char ca_bundle[600]; /* "": none */

/* --- Surroundings ----------------------------------------------------------------- */

static const char *
environment(void *context, const char *name)
{
    return strcmp(name, "AWS_CA_BUNDLE") == 0 && ca_bundle[0] != '\0'
               ? ca_bundle
               : aws_environment(context, name);
}

static const entitle_runtime runtime = { .struct_size = sizeof(runtime),
                                         .environment = environment,
                                         .monotonic_ms = leaping_clock_ms,
                                         .sleep_ms = leaping_clock_sleep_ms };

/* Whatever becomes of it: within the deadline. */
static entitle_decision *
decide(const char *name, int64_t deadline_ms)
{
    const int64_t slack_ms = number_by_effort(60000, 1500, 1500);
    const entitle_gate_options options = { .struct_size = sizeof(options),
                                           .product_code = service_sandbox.product_code,
                                           .keys = service_sandbox.keys,
                                           .endpoint = endpoint,
                                           .deadline_ms = deadline_ms,
                                           .runtime = &runtime };
    entitle_decision *decision = NULL;
    int64_t started_ms = leaping_clock_ms(NULL);

    assert_int_equal(entitle_gate_check(&options, &decision, NULL), ENTITLE_OK);
    int64_t took_ms = leaping_clock_ms(NULL) - started_ms;
    if (took_ms > deadline_ms + slack_ms) {
        fail_msg("%s: after %lld ms", name, (long long)took_ms);
    }
    return decision;
}

static void
assert_reason(const char *name, int64_t deadline_ms, entitle_status want)
{
    entitle_decision *decision = decide(name, deadline_ms);

    if (entitle_decision_reason(decision) != want ||
        entitle_decision_may_start(decision) != (want == ENTITLE_VERIFIED)) {
        fail_msg(
            "%s: %s: %s",
            name,
            entitle_status_name(entitle_decision_reason(decision)),
            entitle_decision_message(decision));
    }
    entitle_decision_free(decision);
}

static void
assert_decision(
    const char *name, size_t at, entitle_status want, uint32_t want_attempts)
{
    entitle_decision *decision = decide(name, DEADLINE_MS);

    if (entitle_decision_reason(decision) != want ||
        entitle_decision_attempts(decision) != want_attempts ||
        entitle_decision_may_start(decision) != (want == ENTITLE_VERIFIED)) {
        fail_msg(
            "%s, byte %zu: %s after %u attempts: %s",
            name,
            at,
            entitle_status_name(entitle_decision_reason(decision)),
            entitle_decision_attempts(decision),
            entitle_decision_message(decision));
    }
    entitle_decision_free(decision);
}

/* The next place to break at: each of the first ones, then some, or all when asked. */
static size_t
next_place(size_t at)
{
    return at < 32 || state_wants_full() ? at + 1 : at + 23;
}

/* --- A line that breaks once ------------------------------------------------------ */

/* The bytes of one true answer, and of the handshake before it. */
static size_t
length_of_answer(void)
{
    troubled_line_set(line, NULL);
    assert_decision("a clear line", 0, ENTITLE_VERIFIED, 1);
    assert_int_equal(troubled_line_connections(line), 1);
    return troubled_line_bytes(line);
}

static void
assert_broken_anywhere(const char *name, line_trouble trouble, size_t length)
{
    assert_true(length > 500);
    for (size_t at = 0; at < length; at = next_place(at)) {
        trouble.at = at;
        troubled_line_set(line, &trouble);
        assert_decision(name, at, ENTITLE_VERIFIED, 2);
        assert_int_equal(troubled_line_connections(line), 2);
    }
    trouble.at = length;
    troubled_line_set(line, &trouble);
    assert_decision(name, length, ENTITLE_VERIFIED, 1);
}

static void
answer_is_asked_for_again_wherever_it_broke(void **state)
{
    const size_t length = length_of_answer();

    (void)state;
    assert_broken_anywhere(
        "reset", (line_trouble){ .connections = 1, .ending = LINE_IS_RESET }, length);
    assert_broken_anywhere(
        "closed", (line_trouble){ .connections = 1, .ending = LINE_CLOSES }, length);
}

/* --- Answers in other wrappings --------------------------------------------------- */

static const char *
body_of(const char *answer)
{
    return strstr(answer, "\r\n\r\n") + 4;
}

static size_t
wrap(char *out, size_t out_size, const char *head, const char *answer)
{
    int length = snprintf(out, out_size, "%s\r\n\r\n%s", head, body_of(answer));

    assert_true(length > 0 && (size_t)length < out_size);
    return (size_t)length;
}

/* After the head the length of the body, and so many bytes more. */
static size_t
wrap_with_length(
    char *out, size_t out_size, const char *head, int64_t more, const char *answer)
{
    char text[256];

    (void)snprintf(
        text, sizeof(text), "%s%lld", head, (long long)strlen(body_of(answer)) + more);
    return wrap(out, out_size, text, answer);
}

static size_t
as_http_1_0(const char *answer, size_t length, char *out, size_t out_size)
{
    (void)length;
    return wrap(out, out_size, "HTTP/1.0 200 OK", answer);
}

static size_t
in_chunks(const char *answer, size_t length, char *out, size_t out_size)
{
    (void)length;
    int done = snprintf(
        out,
        out_size,
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%zx\r\n%s\r\n0\r\n\r\n",
        strlen(body_of(answer)),
        body_of(answer));
    assert_true(done > 0 && (size_t)done < out_size);
    return (size_t)done;
}

static size_t
in_half_a_chunk(const char *answer, size_t length, char *out, size_t out_size)
{
    return in_chunks(answer, length, out, out_size) - 64;
}

static size_t
with_its_length(const char *answer, size_t length, char *out, size_t out_size)
{
    (void)length;
    return wrap_with_length(
        out, out_size, "HTTP/1.1 200 OK\r\nContent-Length: ", 0, answer);
}

static size_t
with_more_promised(const char *answer, size_t length, char *out, size_t out_size)
{
    (void)length;
    return wrap_with_length(
        out, out_size, "HTTP/1.1 200 OK\r\nContent-Length: ", 1, answer);
}

static size_t
with_less_promised(const char *answer, size_t length, char *out, size_t out_size)
{
    (void)length;
    return wrap_with_length(
        out, out_size, "HTTP/1.1 200 OK\r\nContent-Length: ", -1, answer);
}

static size_t
with_a_negative_length(const char *answer, size_t length, char *out, size_t out_size)
{
    (void)length;
    return wrap(out, out_size, "HTTP/1.1 200 OK\r\nContent-Length: -1", answer);
}

static size_t
as_http_0_9(const char *answer, size_t length, char *out, size_t out_size)
{
    (void)length;
    return wrap(out, out_size, "", answer);
}

static size_t
as_gzip_bomb(const char *answer, size_t length, char *out, size_t out_size)
{
    char head[160];
    static char bomb[BOMB_SIZE];
    FILE *gzip = popen("head -c 45000000 /dev/zero | gzip -9", "r");

    (void)answer;
    (void)length;
    assert_non_null(gzip);
    size_t size = fread(bomb, 1, sizeof(bomb), gzip);
    assert_int_equal(pclose(gzip), 0);
    assert_true(size > 40000 && size < sizeof(bomb));
    (void)snprintf(
        head,
        sizeof(head),
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %zu\r\n\r\n",
        size);
    size_t head_length = strlen(head);
    assert_true(head_length + size <= out_size);
    memcpy(out, head, head_length);
    memcpy(out + head_length, bomb, size);
    return head_length + size;
}

static void
answer_whose_end_nobody_announced_is_not_taken_in_part(void **state)
{
    line_trouble trouble = { .connections = 1,
                             .at = LINE_AT_END,
                             .ending = LINE_CLOSES,
                             .rewrite = as_http_1_0 };

    (void)state;
    troubled_line_set(line, &trouble);
    assert_decision("HTTP/1.0", 0, ENTITLE_VERIFIED, 1);
    assert_broken_anywhere("HTTP/1.0", trouble, troubled_line_bytes(line));
}

typedef struct wrapped_case {
    const char *name;
    line_rewrite rewrite;
    line_ending ending;
    entitle_status want;
} wrapped_case;

static void
answer_is_taken_in_a_right_wrapping_only(void **state)
{
    static const wrapped_case cases[] = {
        { "its length", with_its_length, LINE_CLOSES, ENTITLE_VERIFIED },
        { "more promised", with_more_promised, LINE_CLOSES, ENTITLE_UNREACHABLE },
        { "less promised", with_less_promised, LINE_CLOSES, ENTITLE_BAD_RESPONSE },
        { "a negative length",
          with_a_negative_length,
          LINE_CLOSES,
          ENTITLE_BAD_RESPONSE },
        { "HTTP/1.0", as_http_1_0, LINE_CLOSES, ENTITLE_VERIFIED },
        { "HTTP/0.9", as_http_0_9, LINE_CLOSES, ENTITLE_BAD_RESPONSE },
        { "chunks", in_chunks, LINE_FALLS_SILENT, ENTITLE_VERIFIED },
        { "half a chunk", in_half_a_chunk, LINE_CLOSES, ENTITLE_UNREACHABLE },
        { "a gzip bomb", as_gzip_bomb, LINE_CLOSES, ENTITLE_BAD_RESPONSE },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const wrapped_case *c = &cases[i];
        const line_trouble trouble = { .connections = -1,
                                       .at = LINE_AT_END,
                                       .ending = c->ending,
                                       .rewrite = c->rewrite };

        troubled_line_set(line, &trouble);
        assert_reason(c->name, DEADLINE_MS, c->want);
    }
}

static void
gzip_bomb_is_not_unpacked(void **state)
{
    const line_trouble trouble = { .connections = -1,
                                   .at = LINE_AT_END,
                                   .ending = LINE_CLOSES,
                                   .rewrite = as_gzip_bomb };
    struct rusage before, after;

    (void)state;
    troubled_line_set(line, &trouble);
    (void)getrusage(RUSAGE_SELF, &before);
    entitle_decision_free(decide("a gzip bomb", DEADLINE_MS));
    (void)getrusage(RUSAGE_SELF, &after);
    assert_true(after.ru_maxrss - before.ru_maxrss < 16 * 1024);
}

/* --- A line that stays up --------------------------------------------------------- */

static void
deadline_is_kept_on_a_line_that_stays_up(void **state)
{
    static const struct {
        const char *name;
        line_trouble trouble;
        entitle_status want;
    } cases[] = {
        { "a black hole",
          { .connections = -1, .ending = LINE_FALLS_SILENT },
          ENTITLE_TIMEOUT },
        { "silence amid the headers",
          { .connections = -1, .at = 40, .ending = LINE_FALLS_SILENT },
          ENTITLE_TIMEOUT },
        { "silence amid the body",
          { .connections = -1, .at = 600, .ending = LINE_FALLS_SILENT },
          ENTITLE_TIMEOUT },
        { "a byte a second",
          { .connections = -1, .ending = LINE_DRIPS, .pause_ms = 1000 },
          ENTITLE_TIMEOUT },
        { "a byte now and then",
          { .connections = -1, .at = 600, .ending = LINE_DRIPS, .pause_ms = 50 },
          ENTITLE_TIMEOUT },
        { "bytes one by one",
          { .connections = -1, .at = 600, .ending = LINE_DRIPS },
          ENTITLE_VERIFIED },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        troubled_line_set(line, &cases[i].trouble);
        assert_reason(cases[i].name, SHORT_DEADLINE_MS, cases[i].want);
    }
}

static void
deadline_is_kept_on_a_line_that_breaks_each_time(void **state)
{
    static const line_ending endings[] = { LINE_IS_RESET, LINE_CLOSES };
    static const size_t places[] = { 0, 1, 40, 600 };

    (void)state;
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        for (size_t j = 0; j < sizeof(places) / sizeof(places[0]); j++) {
            const line_trouble trouble = { .connections = -1,
                                           .at = places[j],
                                           .ending = endings[i] };
            troubled_line_set(line, &trouble);
            assert_reason("a broken line", SHORT_DEADLINE_MS, ENTITLE_UNREACHABLE);
            assert_true(troubled_line_connections(line) > 1);
        }
    }
}

static void
answer_without_end_is_not_waited_for(void **state)
{
    static const struct {
        const char *name;
        raw_reply reply;
    } cases[] = {
        { "headers", { "HTTP/1.1 200 OK\r\n", RAW_REPEAT, "X: 0123456789abcdef\r\n" } },
        { "a header line",
          { "HTTP/1.1 200 OK\r\nX: ", RAW_REPEAT, "0123456789abcdef" } },
        { "interim answers",
          { NULL, RAW_REPEAT, "HTTP/1.1 103 Early Hints\r\nX: 0123456789\r\n\r\n" } },
        { "a body", { "HTTP/1.1 200 OK\r\n\r\n", RAW_REPEAT, "0123456789abcdef" } },
        { "chunks",
          { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            RAW_REPEAT,
            "8\r\n01234567\r\n" } },
    };
    char kept[sizeof(endpoint)];

    (void)state;
    memcpy(kept, endpoint, sizeof(kept));
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        raw_server *server = raw_server_start(&cases[i].reply, 1);

        (void)snprintf(
            endpoint, sizeof(endpoint), "http://127.0.0.1:%u", raw_server_port(server));
        assert_reason(cases[i].name, DEADLINE_MS, ENTITLE_BAD_RESPONSE);
        raw_server_stop(server);
    }
    memcpy(endpoint, kept, sizeof(kept));
}

/* --- Groups ----------------------------------------------------------------------- */

static int
lay_line(const char *scheme)
{
    const char *port = strrchr(service_sandbox.url, ':') + 1;

    line = troubled_line_start((uint16_t)strtoul(port, NULL, 10));
    (void)snprintf(
        endpoint,
        sizeof(endpoint),
        "%s://127.0.0.1:%u",
        scheme,
        troubled_line_port(line));
    return 0;
}

static int
start(void **state)
{
    ca_bundle[0] = '\0';
    return service_start(state) == 0 ? lay_line("http") : -1;
}

static int
start_with_tls(void **state)
{
    static const char *const arguments[] = { "--tls", NULL };

    (void)state;
    if (!sandbox_process_start(&service_sandbox, arguments)) {
        return -1;
    }
    (void)snprintf(ca_bundle, sizeof(ca_bundle), "%s/ca.pem", service_sandbox.state);
    return lay_line("https");
}

static int
stop(void **state)
{
    troubled_line_stop(line);
    return service_stop(state);
}

static void
handshake_is_begun_again_wherever_it_broke(void **state)
{
    /* A signature is a byte shorter at times, and the server's goodbye may be counted.
     */
    enum { ROOM = 64 };
    const size_t length = length_of_answer();

    (void)state;
    for (size_t at = 0; at < length - ROOM; at = next_place(at)) {
        const line_trouble trouble = { .connections = 1,
                                       .at = at,
                                       .ending = LINE_IS_RESET };
        troubled_line_set(line, &trouble);
        assert_decision("TLS", at, ENTITLE_VERIFIED, 2);
    }
}

static void
deadline_is_kept_amid_the_handshake(void **state)
{
    static const struct {
        const char *name;
        line_trouble trouble;
    } cases[] = {
        { "no handshake", { .ending = LINE_FALLS_SILENT } },
        { "silence amid the server's hello",
          { .at = 40, .ending = LINE_FALLS_SILENT } },
        { "silence amid its certificate", { .at = 400, .ending = LINE_FALLS_SILENT } },
        { "a byte now and then", { .at = 5, .ending = LINE_DRIPS, .pause_ms = 50 } },
        { "reset each time", { .at = 400, .ending = LINE_IS_RESET } },
        { "closed each time", { .at = 400, .ending = LINE_CLOSES } },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        line_trouble trouble = cases[i].trouble;

        trouble.connections = -1;
        troubled_line_set(line, &trouble);
        entitle_decision *decision = decide(cases[i].name, SHORT_DEADLINE_MS);
        if (entitle_status_category(entitle_decision_reason(decision)) !=
                ENTITLE_CATEGORY_UNAVAILABLE ||
            entitle_decision_may_start(decision)) {
            fail_msg("%s: %s", cases[i].name, entitle_decision_message(decision));
        }
        entitle_decision_free(decision);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answer_is_asked_for_again_wherever_it_broke),
        cmocka_unit_test(answer_whose_end_nobody_announced_is_not_taken_in_part),
        cmocka_unit_test(answer_is_taken_in_a_right_wrapping_only),
        cmocka_unit_test(gzip_bomb_is_not_unpacked),
        cmocka_unit_test(deadline_is_kept_on_a_line_that_stays_up),
        cmocka_unit_test(deadline_is_kept_on_a_line_that_breaks_each_time),
        cmocka_unit_test(answer_without_end_is_not_waited_for),
    };
    const struct CMUnitTest tests_with_tls[] = {
        cmocka_unit_test(handshake_is_begun_again_wherever_it_broke),
        cmocka_unit_test(deadline_is_kept_amid_the_handshake),
    };
    int failed = cmocka_run_group_tests(tests, start, stop);

    return failed + cmocka_run_group_tests(tests_with_tls, start_with_tls, stop);
}
