/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Usage of customers from the ledger to the sandbox: which requests are made of it, and
 * that a record which AWS refuses spoils no other.
 */
#include "customers_stage.h"
#include "support/cmocka.h"

#include <stdio.h>
#include <string.h>

/* --- Full batches ----------------------------------------------------------------- */

static void
sixty_records_are_two_full_batches_and_a_rest(void **state)
{
    (void)state;
    customers_add_hour(0, 60, STAGE_NOON_S - STAGE_HOUR_S, 5);
    customers_add_hour(0, 60, STAGE_NOON_S, 1); /* not over */
    stage_flush(NULL, ENTITLE_OK);
    customers_assert_batches("10 25 25");
    assert_int_equal(stage.report.sent, 60);
    assert_int_equal(stage.report.accepted, 60);
    assert_int_equal(stage.report.requests, 3);
    assert_int_equal(stage.report.unsent, 0);
    stage_assert_account("open=60 accepted=300 | 300");
    stage_flush(NULL, ENTITLE_OK);
    assert_int_equal(stage.report.requests, 0);
}

static void
products_and_ways_of_naming_never_share_a_request(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        entitle_use other = customers_use(i, STAGE_NOON_S - STAGE_HOUR_S, 1);
        other.product_code = "saas-two";
        customers_add(other);
    }
    customers_add_hour(0, 4, STAGE_NOON_S - STAGE_HOUR_S, 1);
    for (int i = 10; i < 15; i++) {
        customers_add(
            customers_licensed_use(i, "saas-one", STAGE_NOON_S - STAGE_HOUR_S, 1));
    }
    for (int i = 10; i < 16; i++) {
        customers_add(
            customers_licensed_use(i, "saas-two", STAGE_NOON_S - STAGE_HOUR_S, 1));
    }
    stage_use_at(STAGE_NOON_S - STAGE_HOUR_S, 7); /* the instance's own */
    stage_flush(NULL, ENTITLE_OK);
    customers_assert_batches("1 3 4 5 6");
    stage_assert_account("accepted=25 | 25");
}

/* 20 hours of 59 customers, of two dimensions of one product and one of another. */
static entitle_use
use_of_either_product(size_t index)
{
    int64_t hours = 1 + (int64_t)index / (3 * 59);
    entitle_use use =
        customers_use((int)(index / 3 % 59), STAGE_NOON_S - hours * STAGE_HOUR_S, 1);
    use.product_code = index % 3 == 0 ? "saas-two" : "saas-one";
    use.dimension = index % 3 == 1 ? "gigabytes" : "requests";
    return use;
}

/* Until there is no more of it: 1,180 records go in 48 requests, and 2,360 in 95. */
static void
left_overs_wait_for_their_like(void **state)
{
    (void)state;
    customers_import(3540, use_of_either_product);
    stage_flush(NULL, ENTITLE_OK);
    assert_int_equal(stage.report.requests, 143);
    assert_int_equal(stage.report.accepted, 3540);
    assert_int_equal(stage.report.unsent, 0);
}

static void
one_request_at_a_time_does_the_same(void **state)
{
    const entitle_flush_options alone = { .struct_size = sizeof(alone),
                                          .in_flight = 1 };
    const entitle_flush_options too_many = { .struct_size = sizeof(too_many),
                                             .in_flight = ENTITLE_CALLS_LIMIT + 1 };
    (void)state;
    customers_add_hour(0, 60, STAGE_NOON_S - STAGE_HOUR_S, 5);
    stage_flush(&too_many, ENTITLE_INVALID_ARGUMENT);
    stage_flush(&alone, ENTITLE_OK);
    customers_assert_batches("10 25 25");
    stage_assert_account("accepted=300 | 300");
}

/* --- One that spoils the others --------------------------------------------------- */

static void
an_hour_that_is_too_old_is_asked_for_alone(void **state)
{
    (void)state;
    customers_add_hour(0, 24, STAGE_NOON_S - STAGE_HOUR_S, 1);
    customers_add_hour(24, 1, STAGE_NOON_S - 26 * STAGE_HOUR_S, 1);
    stage_flush(NULL, ENTITLE_OK);
    customers_assert_batches("1 24");
    assert_int_equal(stage.report.accepted, 24);
    assert_int_equal(stage.report.carried, 1);
    stage_assert_account("open=1 accepted=24 | 24");
}

static void
of_many_that_are_too_old_one_is_asked_for(void **state)
{
    const entitle_flush_options drop = { .struct_size = sizeof(drop),
                                         .past_window = ENTITLE_PAST_WINDOW_DROP };
    (void)state;
    customers_add_hour(0, 40, STAGE_NOON_S - 26 * STAGE_HOUR_S, 1);
    customers_add_hour(0, 10, STAGE_NOON_S - STAGE_HOUR_S, 1);
    stage_flush(&drop, ENTITLE_OK);
    customers_assert_batches("1 10");
    assert_int_equal(stage.report.lost, 40);
    stage_assert_account("accepted=10 lost=40 | 10");
}

/* This machine takes all hours for young. */
static void
aws_alone_knows_the_culprit_and_six_calls_find_it(void **state)
{
    (void)state;
    for (int position = 0; position < 25; position += 6) {
        stage_control("POST", "reset", NULL);
        stage_set_service_clock(STAGE_NOON_S + 13 * STAGE_HOUR_S);
        stage_set_machine_clock(STAGE_NOON_S);
        (void)position;
        for (int i = 0; i < 25; i++) {
            int64_t back_h = i == position ? 14 : 2;
            entitle_use use = customers_use(i, STAGE_NOON_S - back_h * STAGE_HOUR_S, 1);
            customers_add(use);
        }
        entitle_flush_options drop = { .struct_size = sizeof(drop),
                                       .past_window = ENTITLE_PAST_WINDOW_DROP };
        stage_flush(&drop, ENTITLE_OK);
        assert_int_equal(stage.report.accepted, 24);
        assert_int_equal(stage.report.lost, 1);
        assert_in_range(customers_count_calls(), 2, 7);
        stage_set_clock(STAGE_NOON_S);
        assert_int_equal(entitle_meter_free(stage.meter), ENTITLE_OK);
        stage_remove_ledger();
        stage_open_meter("task-1");
    }
}

static void
a_dimension_that_the_product_lacks_is_rejected_alone(void **state)
{
    entitle_use odd = customers_use(30, STAGE_NOON_S - STAGE_HOUR_S, 1);
    (void)state;
    odd.dimension = "miles";
    customers_add_hour(0, 24, STAGE_NOON_S - STAGE_HOUR_S, 1);
    customers_add(odd);
    stage_flush(NULL, ENTITLE_OK);
    assert_int_equal(stage.report.rejected, 1);
    assert_in_range(customers_count_calls(), 2, 7);
    customers_assert_reasons(
        ENTITLE_USAGE_REJECTED, "InvalidUsageDimensionException: ", 1);
    stage_assert_account("accepted=24 rejected=1 | 24");
}

/* What AWS did not know a moment ago it may know now: nobody is condemned for others.
 */
static void
a_refusal_that_passes_rejects_nobody(void **state)
{
    (void)state;
    stage_set_faults("{\"operation\":\"BatchMeterUsage\",\"error\":"
                     "\"InvalidCustomerIdentifierException\",\"times\":1}");
    customers_add_hour(0, 25, STAGE_NOON_S - STAGE_HOUR_S, 1);
    stage_flush(NULL, ENTITLE_OK);
    assert_in_range(customers_count_calls(), 2, 7);
    stage_assert_account("accepted=25 | 25");
}

static void
customers_that_aws_does_not_know_are_rejected_alone(void **state)
{
    entitle_use unknown = customers_use(0, STAGE_NOON_S - STAGE_HOUR_S, 1);
    entitle_use foreign = customers_licensed_use(40, "saas-one", unknown.at_s, 1);
    (void)state;
    unknown.customer_identifier = "nobody";
    foreign.license_arn = "arn:aws:license-manager::294406891311:license:l-nobody";
    customers_add_hour(0, 30, STAGE_NOON_S - STAGE_HOUR_S, 1);
    customers_add(unknown);
    unknown.customer_identifier = "nobody-else";
    customers_add(unknown);
    customers_add(foreign);
    customers_add(customers_licensed_use(41, "saas-one", unknown.at_s, 1));
    stage_flush(NULL, ENTITLE_OK);
    customers_assert_reasons(
        ENTITLE_USAGE_REJECTED, "InvalidCustomerIdentifierException: ", 2);
    customers_assert_reasons(ENTITLE_USAGE_REJECTED, "InvalidLicenseException: ", 1);
    stage_assert_account("accepted=31 rejected=3 | 31");
}

static void
each_culprit_is_rejected_for_its_own_reason(void **state)
{
    entitle_use unknown = customers_use(0, STAGE_NOON_S - STAGE_HOUR_S, 1);
    entitle_use odd = customers_use(1, unknown.at_s, 1);
    (void)state;
    unknown.customer_identifier = "nobody";
    odd.dimension = "miles";
    customers_add(odd);
    customers_add_hour(2, 20, unknown.at_s, 1);
    customers_add(unknown);
    stage_flush(NULL, ENTITLE_OK);
    customers_assert_reasons(
        ENTITLE_USAGE_REJECTED, "InvalidUsageDimensionException: ", 1);
    customers_assert_reasons(
        ENTITLE_USAGE_REJECTED, "InvalidCustomerIdentifierException: ", 1);
    stage_assert_account("accepted=20 rejected=2 | 20");
}

/* The credentials may be those of another seller: nothing is rejected for good. */
static void
a_product_that_aws_does_not_know_keeps_its_usage(void **state)
{
    (void)state;
    for (int i = 0; i < 30; i++) {
        entitle_use use = customers_use(i, STAGE_NOON_S - 2 * STAGE_HOUR_S, 1);
        use.product_code = "saas-three";
        customers_add(use);
    }
    customers_add_hour(0, 30, STAGE_NOON_S - STAGE_HOUR_S, 1);
    stage_flush(NULL, ENTITLE_INVALID_PRODUCT_CODE);
    assert_int_equal(stage.report.unsent, 30);
    stage_assert_account("closed=30 accepted=30 | 30");
}

static entitle_use
use_of_one_of_200_products(size_t index)
{
    static char product[32];
    entitle_use use = customers_use((int)(index % 60), STAGE_NOON_S - STAGE_HOUR_S, 1);
    (void)snprintf(product, sizeof(product), "p-%zu", index / 22);
    use.product_code = product;
    return use;
}

/* None of them fills a batch, and all of them wait at once. */
static void
many_products_that_fill_no_batch_go_all_the_same(void **state)
{
    (void)state;
    customers_import(4400, use_of_one_of_200_products);
    stage_flush(NULL, ENTITLE_INVALID_PRODUCT_CODE);
    assert_int_equal(stage.report.requests, 200);
    assert_int_equal(stage.report.unsent, 4400);
    stage_assert_account("closed=4400 | 0");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        STAGE_TEST(sixty_records_are_two_full_batches_and_a_rest),
        STAGE_TEST(products_and_ways_of_naming_never_share_a_request),
        STAGE_TEST(left_overs_wait_for_their_like),
        STAGE_TEST(one_request_at_a_time_does_the_same),
        STAGE_TEST(an_hour_that_is_too_old_is_asked_for_alone),
        STAGE_TEST(of_many_that_are_too_old_one_is_asked_for),
        STAGE_TEST(aws_alone_knows_the_culprit_and_six_calls_find_it),
        STAGE_TEST(a_dimension_that_the_product_lacks_is_rejected_alone),
        STAGE_TEST(a_refusal_that_passes_rejects_nobody),
        STAGE_TEST(customers_that_aws_does_not_know_are_rejected_alone),
        STAGE_TEST(each_culprit_is_rejected_for_its_own_reason),
        STAGE_TEST(a_product_that_aws_does_not_know_keeps_its_usage),
        STAGE_TEST(many_products_that_fill_no_batch_go_all_the_same),
    };
    return cmocka_run_group_tests(tests, customers_start, stage_stop);
}
