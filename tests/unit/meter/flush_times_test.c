/* SPDX-License-Identifier: Apache-2.0 */
#include "flush_fixture.h"
#include "support/cmocka.h"

/* Hours that AWS takes no more, and clocks and leases. */

enum { TAKEN_TOGETHER = 16 };

static void
what_is_too_late_is_lost_where_that_was_chosen(void **state)
{
    static const scripted_answer answers[] = { METERING_ERROR(
        "TimestampOutOfBoundsException") };
    const entitle_flush_options drop = { .struct_size = sizeof(drop),
                                         .past_window = ENTITLE_PAST_WINDOW_DROP };
    (void)state;
    meter_add_use(-1, 5);
    metering_start(answers, 1);
    assert_int_equal(flush_with(&drop), ENTITLE_OK);
    assert_int_equal(flush_report.lost, 1);
    meter_assert_account("lost=5");
}

/* What is as old need not be sent to be refused, beyond what was taken with it. */
static void
after_a_refusal_for_age_the_old_is_not_sent(void **state)
{
    static const scripted_answer answers[] = { METERING_ERROR(
        "TimestampOutOfBoundsException") };
    enum { COUNT = 100 };
    static const struct {
        entitle_past_window past_window;
        uint64_t carried;
        uint64_t lost;
        const char *account;
    } ways[] = {
        { ENTITLE_PAST_WINDOW_CARRY, COUNT, 0, "open=100" },
        { ENTITLE_PAST_WINDOW_DROP, 0, COUNT, "lost=100" },
    };
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        const entitle_flush_options options = { .struct_size = sizeof(options),
                                                .past_window = ways[i].past_window };
        if (i > 0) {
            meter_tear_down(state);
            (void)flush_set_up(state);
        }
        flush_add_dimensions(-9, COUNT);
        metering_start(answers, 1);
        assert_int_equal(flush_with(&options), ENTITLE_OK);
        assert_int_equal(flush_report.carried, ways[i].carried);
        assert_int_equal(flush_report.lost, ways[i].lost);
        assert_in_range(flush_report.requests, 1, TAKEN_TOGETHER);
        meter_assert_account(ways[i].account);
    }
}

/* The last hour that AWS still takes, and the one before it. */
static void
after_a_refusal_for_age_the_window_stays_open(void **state)
{
    static const scripted_answer late = METERING_ERROR("TimestampOutOfBoundsException");
    scripted_answer answers[TAKEN_TOGETHER + 1];
    const scripted_answer accepted = FLUSH_ACCEPTED;
    (void)state;
    for (size_t i = 0; i < TAKEN_TOGETHER; i++) {
        answers[i] = late;
    }
    answers[TAKEN_TOGETHER] = accepted;
    fixture.fake.wall_ms += 60 * 1000;
    flush_add_dimensions(-9, TAKEN_TOGETHER);
    meter_add_use(-7, 30);
    meter_add_use(-6, 50);
    metering_start(answers, TAKEN_TOGETHER + 1);
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    assert_int_equal(flush_report.requests, TAKEN_TOGETHER + 1);
    meter_assert_account("open=46 accepted=50");
}

static void
the_running_hour_is_not_carried_into_itself(void **state)
{
    static const scripted_answer answers[] = { METERING_ERROR(
        "TimestampOutOfBoundsException") };
    const entitle_flush_options final = { .struct_size = sizeof(final), .final = true };
    (void)state;
    meter_add_use(0, 5);
    metering_start(answers, 1);
    assert_int_equal(flush_with(&final), ENTITLE_INVALID_INPUT);
    assert_int_equal(flush_report.requests, 2); /* once more, by the service's clock */
    meter_assert_account("open=5");
}

static void
pruning_keeps_the_hours_that_aws_still_takes(void **state)
{
    static const scripted_answer answers[] = { FLUSH_ACCEPTED };
    uint64_t count = 9;
    (void)state;
    meter_add_use(-1, 5);
    metering_start(answers, 1);
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    fixture.fake.wall_ms += INT64_C(24) * 3600 * 1000;
    assert_int_equal(entitle_meter_prune(meter, INT64_MAX, &count, NULL), ENTITLE_OK);
    assert_int_equal(count, 0);
    meter_add_use(-1, 2); /* that hour has been sent */
    meter_assert_account("open=2 accepted=5");

    fixture.fake.wall_ms += 1000;
    assert_int_equal(entitle_meter_prune(meter, INT64_MAX, &count, NULL), ENTITLE_OK);
    assert_int_equal(count, 1);
    meter_assert_account("open=2 accepted=5");
}

/* --- Clocks and leases -------------------------------------------------------------
 */

/* By the service's clock its lease would have ended. */
static void
a_living_instance_is_not_adopted_for_a_wrong_clock(void **state)
{
    static const scripted_answer answers[] = {
        { .http_status = 200,
          .body = "{\"MeteringRecordId\":\"" FLUSH_RECORD_ID "\"}",
          .has_date = true,
          .date_offset_s = 600 },
    };
    (void)state;
    entitle_meter *first = meter;
    meter_add_use(-1, 5);
    meter = NULL;
    fixture.fake.wall_ms += 400 * 1000;
    meter_open_as("pod-2");
    meter_add_use(-2, 1);
    metering_start(answers, 1);
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    assert_int_equal(flush_report.accepted, 1);
    meter_add_use(-3, 1);
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    assert_int_equal(flush_report.carried, 0);
    assert_int_equal(flush_report.unsent, 0); /* what is due is another's to send */
    meter_assert_account("closed=5 accepted=2");
    assert_int_equal(entitle_meter_free(first), ENTITLE_OK);
}

/* One wrong `Date`, of a middlebox say, must not keep back what is due from then on. */
static void
a_lying_date_keeps_nothing_back(void **state)
{
    static const scripted_answer answers[] = {
        { .http_status = 200,
          .body = "{\"MeteringRecordId\":\"" FLUSH_RECORD_ID "\"}",
          .has_date = true,
          .date_offset_s = -365 * 86400 },
    };
    (void)state;
    meter_add_use(-1, 5);
    metering_start(answers, 1);
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    meter_add_use(-2, 1);
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    meter_assert_account("accepted=6");
}

static void
let_a_minute_pass(void *context, uint64_t done, uint64_t left)
{
    (void)context;
    (void)done;
    (void)left;
    fixture.fake.wall_ms += 60 * 1000;
}

/* 40 records in 40 minutes; the lease alone would end after 15. */
static void
a_long_flush_keeps_the_instance_alive(void **state)
{
    static const scripted_answer answers[] = { FLUSH_ACCEPTED };
    const entitle_flush_options slowly = { .struct_size = sizeof(slowly),
                                           .progress = let_a_minute_pass };
    (void)state;
    flush_add_dimensions(-1, 40);
    meter_add_use(0, 7);
    metering_start(answers, 1);
    assert_int_equal(flush_with(&slowly), ENTITLE_OK);
    assert_int_equal(flush_report.accepted, 40);
    meter_open_as("pod-2");
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    assert_int_equal(flush_report.carried, 0);

    /* Its neighbour: the lease does end. */
    fixture.fake.wall_ms += 900 * 1000;
    assert_int_equal(flush_with(NULL), ENTITLE_OK);
    assert_int_equal(flush_report.carried, 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        FLUSH(what_is_too_late_is_lost_where_that_was_chosen),
        FLUSH(after_a_refusal_for_age_the_old_is_not_sent),
        FLUSH(after_a_refusal_for_age_the_window_stays_open),
        FLUSH(the_running_hour_is_not_carried_into_itself),
        FLUSH(pruning_keeps_the_hours_that_aws_still_takes),
        FLUSH(a_living_instance_is_not_adopted_for_a_wrong_clock),
        FLUSH(a_lying_date_keeps_nothing_back),
        FLUSH(a_long_flush_keeps_the_instance_alive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
