/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The meter on a line that breaks, at any byte of an answer: what AWS has honoured by
 * then is asked for again, and counts once.
 */
#include "meter_stage.h"
#include "support/cmocka.h"
#include "support/troubled_line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static troubled_line *line;
static char endpoint[64];

static const char *const customers[] = { "cust-1", "cust-2" };

/* --- Set-up ----------------------------------------------------------------------- */

static int
start(void **state)
{
    static const char market[] =
        "{\"products\":[{\"code\":\"saas\",\"kind\":\"any\",\"seller\":"
        "\"294406891311\",\"dimensions\":[\"requests\"]}],\"customers\":["
        "{\"account\":\"100000000001\",\"identifier\":\"cust-1\"},"
        "{\"account\":\"100000000002\",\"identifier\":\"cust-2\"}],"
        "\"subscriptions\":[{\"product\":\"saas\",\"customer\":\"cust-1\"},"
        "{\"product\":\"saas\",\"customer\":\"cust-2\"}]}";
    char path[] = "/tmp/entitle-market-XXXXXX";
    const char *const arguments[] = { "--config", path, NULL };
    int descriptor = mkstemp(path);

    (void)state;
    if (descriptor < 0 ||
        write(descriptor, market, strlen(market)) != (ssize_t)strlen(market) ||
        close(descriptor) != 0 || stage_start_with(arguments) != 0) {
        return -1;
    }
    (void)unlink(path);
    const char *port = strrchr(stage.sandbox.url, ':') + 1;
    line = troubled_line_start((uint16_t)strtoul(port, NULL, 10));
    (void)snprintf(
        endpoint, sizeof(endpoint), "http://127.0.0.1:%u", troubled_line_port(line));
    stage.endpoint = endpoint;
    return 0;
}

static int
stop(void **state)
{
    troubled_line_stop(line);
    return stage_stop(state);
}

/* --- Hour by hour, each with a line that breaks at another byte ------------------- */

typedef void (*use_hour)(int64_t at_s);

static void
use_of_instance(int64_t at_s)
{
    stage_use_at(at_s, 7);
}

static void
use_of_customers(int64_t at_s)
{
    for (size_t i = 0; i < sizeof(customers) / sizeof(customers[0]); i++) {
        const entitle_use use = { .struct_size = sizeof(use),
                                  .customer_identifier = customers[i],
                                  .dimension = "requests",
                                  .quantity = 7,
                                  .at_s = at_s };
        if (entitle_meter_add(stage.meter, &use, NULL, &stage.error) != ENTITLE_OK) {
            fail_msg("%s", stage.error.message);
        }
    }
}

/* The bytes of the answer. */
static size_t
flush_hour(use_hour use, size_t records, const line_trouble *trouble)
{
    int64_t at_s = stage.now_s;

    use(at_s);
    stage_set_clock(at_s + STAGE_HOUR_S);
    troubled_line_set(line, trouble);
    stage_open_metering();
    stage_flush(NULL, ENTITLE_OK);
    if (stage.report.accepted != records) {
        fail_msg(
            "byte %zu: %llu records",
            trouble != NULL ? trouble->at : 0,
            (unsigned long long)stage.report.accepted);
    }
    return troubled_line_bytes(line);
}

static void
assert_broken_anywhere(use_hour use, size_t records, line_ending ending)
{
    const size_t length = flush_hour(use, records, NULL);
    size_t hours = 1;
    char want[96];

    assert_true(length > 200);
    /* What the sandbox has honoured is to fit into one answer of its own. */
    for (size_t at = 0; at < length; at += at < 32 ? 1 : 7 * records) {
        const line_trouble trouble = { .connections = 1, .at = at, .ending = ending };
        (void)flush_hour(use, records, &trouble);
        assert_int_equal(troubled_line_connections(line), 2);
        hours++;
    }
    (void)snprintf(
        want,
        sizeof(want),
        "accepted=%zu | %zu",
        hours * records * 7,
        hours * records * 7);
    stage_assert_account(want);
}

static void
record_is_sent_again_wherever_its_answer_broke(void **state)
{
    (void)state;
    assert_broken_anywhere(use_of_instance, 1, LINE_IS_RESET);
}

static void
record_is_sent_again_wherever_its_answer_ended(void **state)
{
    (void)state;
    assert_broken_anywhere(use_of_instance, 1, LINE_CLOSES);
}

static void
batch_is_sent_again_wherever_its_answer_broke(void **state)
{
    (void)state;
    assert_broken_anywhere(use_of_customers, 2, LINE_IS_RESET);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        STAGE_TEST(record_is_sent_again_wherever_its_answer_broke),
        STAGE_TEST(record_is_sent_again_wherever_its_answer_ended),
        STAGE_TEST(batch_is_sent_again_wherever_its_answer_broke),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
