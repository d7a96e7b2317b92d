/* SPDX-License-Identifier: Apache-2.0 */

/* Customers' usage at the edges of its time: months, clocks, subscriptions, hours
 * without. */
#include "customers_stage.h"
#include "support/cmocka.h"

#include <entitle/customer.h>

/* --- A month ends ----------------------------------------------------------------- */

enum { FIRST_OF_MONTH_S = 1796083200 /* 2026-12-01T00:00:00Z */ };

static void
at_05_59_last_month_is_taken(void **state)
{
    (void)state;
    stage_set_clock(FIRST_OF_MONTH_S + 6 * STAGE_HOUR_S - 60);
    customers_add_hour(0, 5, FIRST_OF_MONTH_S - STAGE_HOUR_S, 5);
    customers_add_hour(0, 5, FIRST_OF_MONTH_S, 1);
    stage_flush(NULL, ENTITLE_OK);
    customers_assert_batches("10");
    stage_assert_account("accepted=30 | 30");
}

static void
at_06_01_last_month_is_over(void **state)
{
    (void)state;
    stage_set_clock(FIRST_OF_MONTH_S + 6 * STAGE_HOUR_S + 60);
    customers_add_hour(0, 5, FIRST_OF_MONTH_S - STAGE_HOUR_S, 5);
    customers_add_hour(0, 5, FIRST_OF_MONTH_S, 1);
    stage_flush(NULL, ENTITLE_OK);
    customers_assert_batches("1 5");
    assert_int_equal(stage.report.carried, 5);
    stage_assert_account("open=25 accepted=5 | 5");
}

/* --- Clocks ----------------------------------------------------------------------- */

/* The first refusal tells the time, and by that hours are taken again. */
static void
a_machine_that_is_ahead_sends_what_is_over(void **state)
{
    (void)state;
    customers_add_hour(0, 30, STAGE_NOON_S - STAGE_HOUR_S, 5);
    stage_set_machine_clock(STAGE_NOON_S + 5 * STAGE_HOUR_S);
    customers_add_hour(0, 30, STAGE_NOON_S + STAGE_HOUR_S, 1);
    stage_flush(NULL, ENTITLE_OK);
    assert_int_equal(stage.report.accepted, 30);
    stage_set_clock(STAGE_NOON_S);
    stage_assert_account("open=30 accepted=150 | 150");
}

static void
a_machine_that_is_days_ahead_carries_nothing(void **state)
{
    (void)state;
    customers_add_hour(0, 30, STAGE_NOON_S - STAGE_HOUR_S, 5);
    stage_set_machine_clock(STAGE_NOON_S + 50 * STAGE_HOUR_S);
    stage_flush(NULL, ENTITLE_OK);
    assert_int_equal(stage.report.carried, 0);
    assert_in_range(customers_count_calls(), 3, 4); /* and one that was dated wrongly */
    stage_set_clock(STAGE_NOON_S);
    stage_assert_account("accepted=150 | 150");
}

/* --- A subscription ends ---------------------------------------------------------- */

static void
a_last_flush_sends_all_of_one_customer_and_nothing_else(void **state)
{
    const entitle_flush_options last = { .struct_size = sizeof(last),
                                         .final = true,
                                         .customer = "cust-03" };
    (void)state;
    stage_set_clock(STAGE_NOON_S + 60);
    customers_add_hour(0, 10, STAGE_NOON_S - STAGE_HOUR_S, 5);
    customers_add_hour(0, 10, STAGE_NOON_S, 1);
    stage_use_at(STAGE_NOON_S - STAGE_HOUR_S, 7);
    stage_control(
        "PUT",
        "subscription",
        "{\"subscribed\":false,\"customer\":\"cust-03\",\"ends_in_s\":3600}");
    stage_flush(&last, ENTITLE_OK);
    customers_assert_batches("2");
    assert_int_equal(stage.report.accepted, 2);
    assert_int_equal(stage.report.unsent, 0);
    stage_assert_account("open=9 closed=52 accepted=6 | 6");

    /* What comes after its end is lost, and told of. */
    customers_add(customers_use(3, STAGE_NOON_S + 60, 4));
    stage_set_clock(STAGE_NOON_S + 3 * STAGE_HOUR_S);
    stage_flush(&last, ENTITLE_OK);
    assert_int_equal(stage.report.lost, 1);
    customers_assert_reasons(ENTITLE_USAGE_LOST, "CustomerNotSubscribed: ", 1);
    stage_flush(NULL, ENTITLE_OK);
    stage_assert_account("accepted=67 lost=4 | 67");
}

/* A kept customer's usage is found under both of its names. */
static void
a_last_flush_knows_both_names(void **state)
{
    const entitle_flush_options last = { .struct_size = sizeof(last),
                                         .final = true,
                                         .customer = "cust-00" };
    entitle_customer *customer = NULL;
    (void)state;
    customers_add(customers_use(0, STAGE_NOON_S - 2 * STAGE_HOUR_S, 5));
    customers_add(
        customers_licensed_use(0, "saas-one", STAGE_NOON_S - STAGE_HOUR_S, 2));
    customers_add_hour(1, 1, STAGE_NOON_S - STAGE_HOUR_S, 1);
    assert_int_equal(
        entitle_metering_resolve_customer(
            stage.metering, "sandbox-registration-token", &customer, &stage.error),
        ENTITLE_OK);
    assert_string_equal(entitle_customer_account(customer), "100000000000");
    assert_int_equal(
        entitle_meter_keep_customer(stage.meter, customer, &stage.error), ENTITLE_OK);
    entitle_customer_free(customer);
    stage_flush(&last, ENTITLE_OK);
    assert_int_equal(stage.report.accepted, 2);
    stage_assert_account("closed=1 accepted=7 | 7");
}

/* --- Hours without usage ---------------------------------------------------------- */

static void
customers_get_zero_records_while_they_are_subscribed(void **state)
{
    const entitle_flush_options zero = { .struct_size = sizeof(zero),
                                         .zero_records = true };
    (void)state;
    customers_add_hour(0, 2, STAGE_NOON_S - 3 * STAGE_HOUR_S, 5);
    stage_flush(&zero, ENTITLE_OK);
    assert_int_equal(stage.report.accepted, 6);
    stage_flush(&zero, ENTITLE_OK);
    assert_int_equal(stage.report.accepted, 0);
    stage_control(
        "PUT", "subscription", "{\"subscribed\":false,\"customer\":\"cust-01\"}");
    stage_set_clock(STAGE_NOON_S + STAGE_HOUR_S);
    stage_flush(&zero, ENTITLE_OK);
    assert_int_equal(stage.report.accepted, 1);
    assert_int_equal(stage.report.lost, 1);
    stage_set_clock(STAGE_NOON_S + 2 * STAGE_HOUR_S);
    stage_flush(&zero, ENTITLE_OK);
    assert_int_equal(stage.report.accepted, 1);
    assert_int_equal(stage.report.lost, 0);
    stage_assert_account("accepted=10 | 10");
}

static void
expect_of_next_hour(int hour, size_t accepted, size_t rejected)
{
    const entitle_flush_options zero = { .struct_size = sizeof(zero),
                                         .zero_records = true };

    stage_set_clock(STAGE_NOON_S + hour * STAGE_HOUR_S);
    stage_flush(&zero, ENTITLE_OK);
    assert_int_equal(stage.report.accepted, accepted);
    assert_int_equal(stage.report.rejected, rejected);
}

/* Of a licence that has ended, AWS says something else than of such a customer. */
static void
licences_get_zero_records_while_they_hold(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        customers_add(
            customers_licensed_use(i, "saas-one", STAGE_NOON_S - 3 * STAGE_HOUR_S, 5));
    }
    expect_of_next_hour(0, 6, 0);
    stage_control(
        "PUT", "subscription", "{\"subscribed\":false,\"customer\":\"cust-01\"}");
    expect_of_next_hour(1, 1, 1);
    customers_assert_reasons(ENTITLE_USAGE_REJECTED, "InvalidLicenseException: ", 1);
    expect_of_next_hour(2, 1, 0);

    /* Once AWS takes its usage again, it gets them again: of the hour without, too. */
    stage_control(
        "PUT", "subscription", "{\"subscribed\":true,\"customer\":\"cust-01\"}");
    customers_add(
        customers_licensed_use(1, "saas-one", STAGE_NOON_S + 2 * STAGE_HOUR_S, 5));
    expect_of_next_hour(3, 2, 0);
    expect_of_next_hour(4, 3, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        STAGE_TEST(at_05_59_last_month_is_taken),
        STAGE_TEST(at_06_01_last_month_is_over),
        STAGE_TEST(a_machine_that_is_ahead_sends_what_is_over),
        STAGE_TEST(a_machine_that_is_days_ahead_carries_nothing),
        STAGE_TEST(a_last_flush_sends_all_of_one_customer_and_nothing_else),
        STAGE_TEST(a_last_flush_knows_both_names),
        STAGE_TEST(customers_get_zero_records_while_they_are_subscribed),
        STAGE_TEST(licences_get_zero_records_while_they_hold),
    };
    return cmocka_run_group_tests(tests, customers_start, stage_stop);
}
