/* SPDX-License-Identifier: Apache-2.0 */
#include "flush_fixture.h"
#include "support/cmocka.h"

#include <string.h>

/* What goes out, and what does not. */

static void
hours_go_oldest_first_one_for_each_dimension(void **state)
{
    static const scripted_answer answers[] = { FLUSH_ACCEPTED };
    static const char *const want[] = {
        "{\"ProductCode\":\"" METERING_PRODUCT "\",\"Timestamp\":1795287599,"
        "\"UsageDimension\":\"gigabytes\",\"UsageQuantity\":2}",
        "{\"ProductCode\":\"" METERING_PRODUCT "\",\"Timestamp\":1795287599,"
        "\"UsageDimension\":\"requests\",\"UsageQuantity\":7}",
        "{\"ProductCode\":\"" METERING_PRODUCT "\",\"Timestamp\":1795291199,"
        "\"UsageDimension\":\"requests\",\"UsageQuantity\":1}",
    };
    (void)state;
    entitle_use gigabytes = meter_use(-2, 2);
    gigabytes.dimension = "gigabytes";
    meter_add_use(-1, 1);
    assert_int_equal(entitle_meter_add(meter, &gigabytes, NULL, NULL), ENTITLE_OK);
    meter_add_use(-2, 3);
    meter_add_use(-2, 4);
    meter_add_use(0, 9);
    metering_start(answers, 1);
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    assert_int_equal(fixture.script.request_count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(flush_body(i), want[i]);
    }
    assert_int_equal(flush_report.sent, 3);
    assert_int_equal(flush_report.accepted, 3);
    assert_int_equal(flush_report.requests, 3);
    assert_int_equal(flush_report.unsent, 0);
    meter_assert_account("open=9 accepted=10");
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    assert_int_equal(flush_report.requests, 0);
}

typedef struct progress_log {
    uint64_t calls;
    uint64_t done;
} progress_log;

static void
note_progress(void *context, uint64_t done, uint64_t left)
{
    progress_log *log = context;
    (void)left;
    assert_int_equal(done, log->done + 1);
    log->calls++;
    log->done = done;
}

static void
more_hours_than_are_taken_at_once_all_go(void **state)
{
    static const scripted_answer answers[] = { FLUSH_ACCEPTED };
    enum { COUNT = 100 };
    progress_log log = { 0 };
    const entitle_flush_options options = {
        .struct_size = sizeof(options),
        .progress = note_progress,
        .progress_context = &log,
    };
    (void)state;
    flush_add_dimensions(-1, COUNT);
    metering_start(answers, 1);
    assert_int_equal(flush_with(&options), ENTITLE_OK);
    assert_int_equal(flush_report.accepted, COUNT);
    assert_int_equal(log.calls, COUNT);
}

static void
events_go_at_once_with_a_token_that_stays(void **state)
{
    static const scripted_answer answers[] = { FLUSH_LOST_REPLY, FLUSH_ACCEPTED };
    (void)state;
    meter_open(0, true);
    meter_add_use(0, 1);
    meter_add_use(0, 1);
    metering_start(answers, 2);
    assert_int_equal(flush_with(NULL), ENTITLE_UNREACHABLE);
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    assert_int_equal(fixture.script.request_count, 3);
    assert_non_null(strstr(flush_body(0), ",\"ClientToken\":\""));
    assert_string_equal(flush_body(0), flush_body(1));
    assert_string_not_equal(flush_body(1), flush_body(2));
}

static void
what_waits_in_memory_is_sent_too(void **state)
{
    static const scripted_answer answers[] = { FLUSH_ACCEPTED };
    (void)state;
    meter_open(60000, false);
    meter_add_use(-1, 5);
    meter_assert_account("");
    metering_start(answers, 1);
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    meter_assert_account("accepted=5");
}

/* It is due then, as the hours before it are. */
static void
the_running_hour_that_is_left_counts_as_unsent(void **state)
{
    static const scripted_answer answers[] = { METERING_ERROR(
        "AccessDeniedException") };
    const entitle_flush_options final = { .struct_size = sizeof(final), .final = true };
    (void)state;
    meter_add_use(-1, 5);
    meter_add_use(0, 7);
    metering_start(answers, 1);
    assert_int_equal(flush_with(&final), ENTITLE_ACCESS_DENIED);
    assert_int_equal(flush_report.unsent, 2);
    assert_int_equal(flush_with(NULL), ENTITLE_ACCESS_DENIED);
    assert_int_equal(flush_report.unsent, 1);
    meter_assert_account("open=7 closed=5");
}

/* --- Nothing goes out --------------------------------------------------------------
 */

/* Whatever could not be had: without a request there is no doubt. */
static void
out_of_memory_before_sending_leaves_no_doubt(void **state)
{
    static const scripted_answer answers[] = { FLUSH_ACCEPTED };
    (void)state;
    meter_open(0, true);
    meter_add_use(0, 5);
    metering_start(answers, 1);
    for (int64_t i = 0; fixture.script.request_count == 0; i++) {
        meter_assert_account("closed=5");
        fixture.fake.fail_allocation = fixture.fake.allocations + i;
        (void)flush_with(NULL);
        fixture.fake.fail_allocation = -1;
    }
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    meter_assert_account("accepted=5");
}

/* Whose records they are while they are under way is told by a random number. */
static void
without_random_numbers_nothing_is_sent(void **state)
{
    static const scripted_answer answers[] = { FLUSH_ACCEPTED };
    (void)state;
    meter_add_use(-1, 5);
    metering_start(answers, 1);
    fixture.fake.random_fails = true;
    assert_int_equal(flush_with(NULL), ENTITLE_INTERNAL_ERROR);
    meter_assert_account("closed=5");
    assert_int_equal(fixture.script.request_count, 0);
    fixture.fake.random_fails = false;
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    meter_assert_account("accepted=5");
}

static void
an_interruption_leaves_everything_due(void **state)
{
    static const scripted_answer answers[] = { FLUSH_ACCEPTED };
    (void)state;
    meter_add_use(-1, 5);
    metering_start(answers, 1);
    fixture.fake.interrupt_after = 0;
    assert_int_equal(flush_with(NULL), ENTITLE_INTERRUPTED);
    fixture.fake.interrupt_after = -1;
    meter_assert_account("closed=5");
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    meter_assert_account("accepted=5");
}

/* --- Options -----------------------------------------------------------------------
 */

static void
options_beyond_their_limits_send_nothing(void **state)
{
    static const scripted_answer answers[] = { FLUSH_ACCEPTED };
    entitle_flush_options options = { .struct_size = 1 };
    (void)state;
    meter_add_use(-1, 5);
    metering_start(answers, 1);
    assert_int_equal(flush_with(&options), ENTITLE_INVALID_ARGUMENT);
    options.struct_size = sizeof(options);
    options.has_heartbeat = true;
    options.heartbeat_quantity = (uint32_t)ENTITLE_USAGE_QUANTITY_LIMIT + 1;
    assert_int_equal(flush_with(&options), ENTITLE_INVALID_ARGUMENT);
    meter_assert_account("closed=5");
    assert_int_equal(fixture.script.request_count, 0);
    options.has_heartbeat = false;
    options.heartbeat_quantity = 0;
    assert_int_equal(flush_with(&options), ENTITLE_OK);
    meter_assert_account("accepted=5");
}

static void
a_heartbeat_fills_the_hours_of_the_window(void **state)
{
    static const scripted_answer answers[] = { FLUSH_ACCEPTED };
    const entitle_flush_options instance_hours = { .struct_size =
                                                       sizeof(instance_hours),
                                                   .has_heartbeat = true,
                                                   .heartbeat_quantity = 1 };
    (void)state;
    meter_add_use(-4, 5);
    meter_add_use(-2, 5);
    metering_start(answers, 1);
    assert_int_equal(flush_with(&instance_hours), ENTITLE_OK);
    assert_int_equal(flush_report.accepted, 4);
    meter_assert_account("accepted=12");
    assert_int_equal(flush_with(&instance_hours), ENTITLE_OK);
    assert_int_equal(flush_report.requests, 0);

    /* A day later only what AWS still takes: six hours that are over. */
    fixture.fake.wall_ms += INT64_C(24) * 3600 * 1000;
    assert_int_equal(flush_with(&instance_hours), ENTITLE_OK);
    assert_int_equal(flush_report.accepted, 6);
}

static void
a_heartbeat_is_not_for_events(void **state)
{
    static const scripted_answer answers[] = { FLUSH_ACCEPTED };
    entitle_flush_options options = { .struct_size = sizeof(options) };
    (void)state;
    meter_open(0, true);
    metering_start(answers, 1);
    assert_int_equal(flush_with(&options), ENTITLE_OK);
    options.has_heartbeat = true;
    assert_int_equal(flush_with(&options), ENTITLE_INVALID_ARGUMENT);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        FLUSH(hours_go_oldest_first_one_for_each_dimension),
        FLUSH(more_hours_than_are_taken_at_once_all_go),
        FLUSH(events_go_at_once_with_a_token_that_stays),
        FLUSH(what_waits_in_memory_is_sent_too),
        FLUSH(the_running_hour_that_is_left_counts_as_unsent),
        FLUSH(out_of_memory_before_sending_leaves_no_doubt),
        FLUSH(without_random_numbers_nothing_is_sent),
        FLUSH(an_interruption_leaves_everything_due),
        FLUSH(options_beyond_their_limits_send_nothing),
        FLUSH(a_heartbeat_fills_the_hours_of_the_window),
        FLUSH(a_heartbeat_is_not_for_events),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
