/* SPDX-License-Identifier: Apache-2.0 */

/* What becomes of each record by what AWS answers, or does not. */
#include "customers_stage.h"
#include "support/cmocka.h"

#include <sqlite3.h>
#include <stdio.h>

/* --- Statuses --------------------------------------------------------------------- */

static void
each_record_has_its_own_status(void **state)
{
    (void)state;
    stage_control(
        "PUT", "subscription", "{\"subscribed\":false,\"customer\":\"cust-03\"}");
    customers_add_hour(0, 5, STAGE_NOON_S - STAGE_HOUR_S, 1);
    stage_flush(NULL, ENTITLE_OK);
    customers_assert_batches("5");
    assert_int_equal(stage.report.accepted, 4);
    assert_int_equal(stage.report.lost, 1);
    customers_assert_reasons(ENTITLE_USAGE_LOST, "CustomerNotSubscribed: ", 1);
    stage_assert_account("accepted=4 lost=1 | 4");
}

static void
what_is_left_unprocessed_is_sent_again(void **state)
{
    (void)state;
    stage_set_faults(
        "{\"operation\":\"BatchMeterUsage\",\"unprocessed\":3,\"times\":1}");
    customers_add_hour(0, 10, STAGE_NOON_S - STAGE_HOUR_S, 1);
    stage_flush(NULL, ENTITLE_OK);
    customers_assert_batches("3 10");
    stage_assert_account("accepted=10 | 10");
}

static void
what_is_never_processed_waits_for_the_next_flush(void **state)
{
    (void)state;
    stage_set_faults("{\"operation\":\"BatchMeterUsage\",\"unprocessed\":3}");
    customers_add_hour(0, 10, STAGE_NOON_S - STAGE_HOUR_S, 1);
    stage_flush(NULL, ENTITLE_SERVICE_ERROR);
    customers_assert_batches("3 3 10");
    assert_int_equal(stage.report.unsent, 3);
    stage_assert_account("closed=3 accepted=7 | 7");
    stage_set_faults("");
    stage_flush(NULL, ENTITLE_OK);
    stage_assert_account("accepted=10 | 10");
}

/* The attempt whose reply was lost has been carried out: AWS holds all ten. */
static void
what_a_second_attempt_leaves_unprocessed_does_not_grow(void **state)
{
    (void)state;
    stage_set_faults(
        "{\"operation\":\"BatchMeterUsage\",\"drop_reply\":true,\"times\":1},"
        "{\"operation\":\"BatchMeterUsage\",\"unprocessed\":3}");
    customers_add_hour(0, 10, STAGE_NOON_S - STAGE_HOUR_S, 5);
    stage_flush(NULL, ENTITLE_SERVICE_ERROR);
    stage_assert_account("sending=15 accepted=35 | 50");
    stage_set_faults("");
    customers_add_hour(0, 10, STAGE_NOON_S - STAGE_HOUR_S, 2);
    stage_flush(NULL, ENTITLE_OK);
    stage_assert_account("open=20 accepted=50 | 50");
}

/*
 * libcurl itself sends again what a kept connection takes and does not answer. Whatever
 * `fault` says of the second sending, AWS holds what it took with the first.
 */
static void
swallow_on_a_kept_connection(
    const char *fault, entitle_status want, const char *want_account)
{
    char faults[256];

    (void)snprintf(
        faults,
        sizeof(faults),
        "{\"operation\":\"BatchMeterUsage\",\"drop_reply\":true,\"times\":1},"
        "{\"operation\":\"BatchMeterUsage\",%s}",
        fault);
    customers_add_hour(10, 1, STAGE_NOON_S - STAGE_HOUR_S, 5);
    stage_flush(NULL, ENTITLE_OK);
    stage_set_faults(faults);
    customers_add_hour(0, 10, STAGE_NOON_S - STAGE_HOUR_S, 5);
    stage_flush(NULL, want);
    stage_assert_account(want_account);
    stage_set_faults("");
    customers_add_hour(0, 10, STAGE_NOON_S - STAGE_HOUR_S, 2);
    stage_flush(NULL, ENTITLE_OK);
    stage_assert_account("open=20 accepted=55 | 55");
}

static void
what_a_second_sending_leaves_unprocessed_does_not_grow(void **state)
{
    (void)state;
    swallow_on_a_kept_connection(
        "\"unprocessed\":3", ENTITLE_SERVICE_ERROR, "sending=15 accepted=40 | 55");
}

static void
what_a_second_sending_is_refused_does_not_grow(void **state)
{
    (void)state;
    swallow_on_a_kept_connection(
        "\"error\":\"AccessDeniedException\"",
        ENTITLE_ACCESS_DENIED,
        "sending=50 accepted=5 | 55");
}

static void
another_quantity_of_somebody_else_is_rejected(void **state)
{
    (void)state;
    customers_add_hour(0, 3, STAGE_NOON_S - STAGE_HOUR_S, 5);
    stage_flush(NULL, ENTITLE_OK);
    assert_int_equal(entitle_meter_free(stage.meter), ENTITLE_OK);
    stage_remove_ledger();
    stage_open_meter("task-1");
    customers_add_hour(0, 1, STAGE_NOON_S - STAGE_HOUR_S, 5);
    customers_add_hour(1, 2, STAGE_NOON_S - STAGE_HOUR_S, 7);
    stage_flush(NULL, ENTITLE_OK);
    customers_assert_reasons(ENTITLE_USAGE_REJECTED, "DuplicateRecord: ", 2);
    stage_assert_account("accepted=5 rejected=14 | 15");
}

static void
change_ledger(const char *sql)
{
    sqlite3 *database = NULL;
    assert_int_equal(sqlite3_open(stage.ledger, &database), SQLITE_OK);
    assert_int_equal(sqlite3_busy_timeout(database, 5000), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_changes(database), 1);
    assert_int_equal(sqlite3_close(database), SQLITE_OK);
}

/*
 * A ledger makes no second record of an hour; should there be one all the same, AWS has
 * the first, and what it refuses is still to be billed.
 */
static void
another_quantity_of_this_ledger_joins_the_open_hour(void **state)
{
    char move[96];
    (void)state;
    customers_add_hour(0, 2, STAGE_NOON_S - STAGE_HOUR_S, 5);
    stage_flush(NULL, ENTITLE_OK);
    customers_add_hour(0, 1, STAGE_NOON_S - STAGE_HOUR_S, 7);
    (void)snprintf(
        move,
        sizeof(move),
        "UPDATE record SET hour = %d WHERE state = 0",
        STAGE_NOON_S - STAGE_HOUR_S);
    change_ledger(move);
    stage_flush(NULL, ENTITLE_OK);
    assert_int_equal(stage.report.carried, 1);
    assert_int_equal(stage.report.rejected, 0);
    stage_assert_account("open=7 accepted=10 | 10");
    stage_set_clock(STAGE_NOON_S + STAGE_HOUR_S);
    stage_flush(NULL, ENTITLE_OK);
    stage_assert_account("accepted=17 | 17");
}

/* --- Trouble ---------------------------------------------------------------------- */

static void
a_lost_reply_is_told_again_to_the_same_bytes(void **state)
{
    (void)state;
    stage_set_faults("{\"operation\":\"BatchMeterUsage\",\"drop_reply\":true}");
    customers_add_hour(0, 30, STAGE_NOON_S - STAGE_HOUR_S, 5);
    stage_flush(NULL, ENTITLE_UNREACHABLE);
    assert_int_equal(stage.report.unsent, 30);
    stage_set_faults("");
    customers_add_hour(0, 30, STAGE_NOON_S - STAGE_HOUR_S, 2); /* changes nothing */
    stage_flush(NULL, ENTITLE_OK);
    stage_assert_account("open=60 accepted=150 | 150");
}

static void
what_aws_surely_lacks_may_still_grow(void **state)
{
    (void)state;
    stage_set_faults(
        "{\"operation\":\"BatchMeterUsage\",\"error\":\"AccessDeniedException\"}");
    customers_add_hour(0, 30, STAGE_NOON_S - STAGE_HOUR_S, 5);
    stage_flush(NULL, ENTITLE_ACCESS_DENIED);
    stage_assert_account("closed=150 | 0");
    stage_set_faults("");
    customers_add_hour(0, 30, STAGE_NOON_S - STAGE_HOUR_S, 2);
    stage_flush(NULL, ENTITLE_OK);
    stage_assert_account("accepted=210 | 210");
}

static void
throttling_loses_nothing(void **state)
{
    (void)state;
    stage_set_faults("{\"operation\":\"BatchMeterUsage\",\"error\":"
                     "\"ThrottlingException\",\"times\":2}");
    customers_add_hour(0, 60, STAGE_NOON_S - STAGE_HOUR_S, 5);
    stage_flush(NULL, ENTITLE_OK);
    assert_int_equal(stage.report.requests, 5);
    stage_assert_account("accepted=300 | 300");
}

static void
an_answer_without_results_ends_the_flush(void **state)
{
    (void)state;
    stage_set_faults(
        "{\"operation\":\"BatchMeterUsage\",\"status\":200,\"body\":\"{}\"}");
    customers_add_hour(0, 3, STAGE_NOON_S - STAGE_HOUR_S, 5);
    stage_flush(NULL, ENTITLE_BAD_RESPONSE);
    stage_assert_account("sending=15 | 0");
    stage_set_faults("");
    stage_flush(NULL, ENTITLE_OK);
    stage_assert_account("accepted=15 | 15");
}

/* No permission for the one operation does not keep the other. */
static void
trouble_of_the_instance_does_not_keep_customers(void **state)
{
    (void)state;
    stage_set_faults(
        "{\"operation\":\"MeterUsage\",\"error\":\"AccessDeniedException\"}");
    stage_use_at(STAGE_NOON_S - STAGE_HOUR_S, 7);
    customers_add_hour(0, 3, STAGE_NOON_S - STAGE_HOUR_S, 5);
    stage_flush(NULL, ENTITLE_ACCESS_DENIED);
    stage_assert_account("closed=7 accepted=15 | 15");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        STAGE_TEST(each_record_has_its_own_status),
        STAGE_TEST(what_is_left_unprocessed_is_sent_again),
        STAGE_TEST(what_a_second_attempt_leaves_unprocessed_does_not_grow),
        STAGE_TEST(what_a_second_sending_leaves_unprocessed_does_not_grow),
        STAGE_TEST(what_a_second_sending_is_refused_does_not_grow),
        STAGE_TEST(what_is_never_processed_waits_for_the_next_flush),
        STAGE_TEST(another_quantity_of_somebody_else_is_rejected),
        STAGE_TEST(another_quantity_of_this_ledger_joins_the_open_hour),
        STAGE_TEST(a_lost_reply_is_told_again_to_the_same_bytes),
        STAGE_TEST(what_aws_surely_lacks_may_still_grow),
        STAGE_TEST(throttling_loses_nothing),
        STAGE_TEST(an_answer_without_results_ends_the_flush),
        STAGE_TEST(trouble_of_the_instance_does_not_keep_customers),
    };
    return cmocka_run_group_tests(tests, customers_start, stage_stop);
}
