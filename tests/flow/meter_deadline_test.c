/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The meter on a line that stays up and does not bring the answer: the deadline is
 * kept, also with several calls under way; AWS may have what was sent or not, and it is
 * settled once when the line is clear again.
 */
#include "customers_stage.h"
#include "support/cmocka.h"
#include "support/leaping_clock.h"
#include "support/troubled_line.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { DEADLINE_MS = 800, UNITS = 7 };

static troubled_line *line;
static char line_endpoint[64];

static int
start(void **state)
{
    if (customers_start(state) != 0) {
        return -1;
    }
    const char *port = strrchr(stage.sandbox.url, ':') + 1;
    line = troubled_line_start((uint16_t)strtoul(port, NULL, 10));
    (void)snprintf(
        line_endpoint,
        sizeof(line_endpoint),
        "http://127.0.0.1:%u",
        troubled_line_port(line));
    stage.endpoint = line_endpoint;
    return 0;
}

static int
stop(void **state)
{
    troubled_line_stop(line);
    return stage_stop(state);
}

/* --- Uses ------------------------------------------------------------------------- */

static void
use_of_instance(int64_t at_s)
{
    const entitle_use use = { .struct_size = sizeof(use),
                              .product_code = "saas-one",
                              .dimension = "requests",
                              .quantity = UNITS,
                              .at_s = at_s };

    customers_add(use);
}

static void
use_of_customers(int64_t at_s)
{
    customers_add_hour(0, CUSTOMERS, at_s, UNITS);
}

/* Batches of 25, 25 and 10. */
static const struct {
    const char *name;
    void (*use)(int64_t at_s);
    int records;
    long calls;
} uses[] = {
    { "a record", use_of_instance, 1, 1 },
    { "three batches at once", use_of_customers, CUSTOMERS, 3 },
};
enum { USES = sizeof(uses) / sizeof(uses[0]) };

/* An hour of it, which is over. */
static void
begin_with(size_t which)
{
    assert_int_equal(stage_begin(NULL), 0);
    uses[which].use(stage.now_s);
    stage_set_clock(stage.now_s + STAGE_HOUR_S);
}

/* --- Flushes ---------------------------------------------------------------------- */

static void
assert_account(const char *state, size_t which, int honoured)
{
    char want[64];

    (void)snprintf(
        want,
        sizeof(want),
        "%s=%d | %d",
        state,
        uses[which].records * UNITS,
        honoured * UNITS);
    stage_assert_account(want);
}

/* Neither twice as long, nor each call after the other. */
static void
flush_in_time(const char *name, entitle_status want)
{
    stage.deadline_ms = DEADLINE_MS;
    stage_open_metering();
    int64_t started_ms = leaping_clock_ms(NULL);
    stage_flush(NULL, want);
    int64_t took_ms = leaping_clock_ms(NULL) - started_ms;
    if (took_ms > 2 * DEADLINE_MS) {
        fail_msg("%s: after %lld ms", name, (long long)took_ms);
    }
    stage.deadline_ms = 0;
}

/* On a clear line, an hour later. */
static void
settle_at_last(size_t which)
{
    entitle_metering_free(stage.metering);
    stage.metering = NULL;
    troubled_line_wait(line);
    troubled_line_set(line, NULL);
    stage.endpoint = line_endpoint;
    stage_set_clock(stage.now_s + STAGE_HOUR_S);
    stage_open_metering();
    stage_flush(NULL, ENTITLE_OK);
    assert_int_equal(stage.report.accepted, uses[which].records);
    assert_account("accepted", which, uses[which].records);
    stage_flush(NULL, ENTITLE_OK);
    assert_int_equal(stage.report.sent, 0);
}

typedef struct stuck_case {
    const char *name;
    line_trouble trouble;
    entitle_status want;
} stuck_case;

static void
flush_with_one_stuck_line(const stuck_case *c, size_t which)
{
    bool is_stuck = c->want != ENTITLE_OK;

    begin_with(which);
    troubled_line_set(line, &c->trouble);
    flush_in_time(c->name, c->want);
    assert_int_equal(troubled_line_connections(line), uses[which].calls);
    assert_account(is_stuck ? "sending" : "accepted", which, uses[which].records);
    assert_int_equal(stage.report.unsent, is_stuck ? uses[which].records : 0);
    if (is_stuck) {
        settle_at_last(which);
    }
    assert_int_equal(stage_end(NULL), 0);
}

static void
what_got_no_answer_in_time_is_settled_once(void **state)
{
    static const stuck_case cases[] = {
        { "silence",
          { .connections = -1, .ending = LINE_FALLS_SILENT },
          ENTITLE_TIMEOUT },
        { "silence amid the answer",
          { .connections = -1, .at = 150, .ending = LINE_FALLS_SILENT },
          ENTITLE_TIMEOUT },
        { "a byte a second",
          { .connections = -1, .ending = LINE_DRIPS, .pause_ms = 1000 },
          ENTITLE_TIMEOUT },
        { "a byte now and then",
          { .connections = -1, .at = 40, .ending = LINE_DRIPS, .pause_ms = 50 },
          ENTITLE_TIMEOUT },
        { "bytes one by one",
          { .connections = -1, .at = 40, .ending = LINE_DRIPS },
          ENTITLE_OK },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        for (size_t which = 0; which < USES; which++) {
            flush_with_one_stuck_line(&cases[i], which);
        }
    }
}

/* --- A black hole ----------------------------------------------------------------- */

/* The machine takes connections for it, and nobody reads what they bring. */
static int
dig_black_hole(char *endpoint, size_t size)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t length = sizeof(address);
    int hole = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_true(hole >= 0);
    assert_int_equal(bind(hole, (struct sockaddr *)&address, length), 0);
    assert_int_equal(listen(hole, 16), 0);
    assert_int_equal(getsockname(hole, (struct sockaddr *)&address, &length), 0);
    (void)snprintf(endpoint, size, "http://127.0.0.1:%u", ntohs(address.sin_port));
    return hole;
}

/* Nobody here can know that it has not arrived. */
static void
what_never_arrived_is_settled_once(void **state)
{
    char endpoint[64];
    int hole = dig_black_hole(endpoint, sizeof(endpoint));

    (void)state;
    for (size_t which = 0; which < USES; which++) {
        begin_with(which);
        stage.endpoint = endpoint;
        flush_in_time("a black hole", ENTITLE_TIMEOUT);
        assert_account("sending", which, 0);
        settle_at_last(which);
        assert_int_equal(stage_end(NULL), 0);
    }
    assert_int_equal(close(hole), 0);
}

/* What a buyer waits for has no second attempt that would do any harm. */
static void
customer_is_asked_for_in_time(void **state)
{
    const line_trouble silence = { .connections = -1, .ending = LINE_FALLS_SILENT };
    entitle_customer *customer = NULL;

    (void)state;
    assert_int_equal(stage_begin(NULL), 0);
    troubled_line_set(line, &silence);
    stage.deadline_ms = DEADLINE_MS;
    stage_open_metering();
    stage.deadline_ms = 0;
    int64_t started_ms = leaping_clock_ms(NULL);
    assert_int_equal(
        entitle_metering_resolve_customer(
            stage.metering, "token", &customer, &stage.error),
        ENTITLE_TIMEOUT);
    assert_true(leaping_clock_ms(NULL) - started_ms <= 2 * DEADLINE_MS);
    assert_null(customer);
    assert_int_equal(stage_end(NULL), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_got_no_answer_in_time_is_settled_once),
        cmocka_unit_test(what_never_arrived_is_settled_once),
        cmocka_unit_test(customer_is_asked_for_in_time),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
