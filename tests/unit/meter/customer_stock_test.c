/* SPDX-License-Identifier: Apache-2.0 */
#include "meter/customer_stock.h"
#include "support/cmocka.h"
#include "support/fake_runtime.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static fake_runtime fake;
static ent_stock stock;
static ent_customer_record *picked[ENTITLE_USAGE_BATCH_LIMIT];

static int
set_up(void **state)
{
    (void)state;
    fake_runtime_init(&fake);
    stock = (ent_stock){ .runtime = &fake.runtime };
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    ent_stock_clear(&stock);
    assert_int_equal(stock.count, 0);
    assert_int_equal(fake.blocks_in_use, 0);
    return 0;
}

static ent_ledger_record
record_of(const char *product, ent_customer_form form, int64_t id)
{
    static const char element[] =
        "{\"Timestamp\":1795294799,\"Dimension\":\"requests\"}";
    return (ent_ledger_record){
        .id = id,
        .key = { .product_code = product,
                 .dimension = "requests",
                 .form = form,
                 .customer = form == ENT_CUSTOMER_LICENSE ? "123456789012" : "cust-1",
                 .license_arn = form == ENT_CUSTOMER_LICENSE ? "arn:aws:l-1" : "",
                 .instance = "" },
        .hour_s = FAKE_NOW_S,
        .quantity = 7,
        .request = element,
        .request_length = sizeof(element) - 1,
    };
}

static ent_customer_record *
add_to(const char *product, ent_customer_form form, int64_t id, bool is_late)
{
    const ent_ledger_record record = record_of(product, form, id);
    ent_customer_record *added = ent_stock_add(&stock, &record, is_late);
    assert_non_null(added);
    added->leased_until_s = FAKE_NOW_S;
    return added;
}

static void
add(int64_t first, int64_t count)
{
    for (int64_t i = first; i < first + count; i++) {
        (void)add_to("prod-1", ENT_CUSTOMER_IDENTIFIER, i, false);
    }
}

static size_t
pick(bool with_remainders)
{
    return ent_stock_pick(&stock, with_remainders, INT64_MIN, picked);
}

static void
free_picked(size_t count)
{
    for (size_t i = 0; i < count; i++) {
        ent_stock_free_record(&stock, picked[i]);
    }
}

static void
what_fills_no_batch_waits_for_more(void **state)
{
    (void)state;
    add(1, 24);
    assert_false(ent_stock_has_batch(&stock));
    assert_int_equal(pick(false), 0);
    add(25, 2);
    assert_true(ent_stock_has_batch(&stock));
    assert_int_equal(pick(false), 25);
    assert_int_equal(picked[0]->id, 1);
    assert_int_equal(picked[24]->id, 25);
    free_picked(25);
    assert_int_equal(pick(false), 0);
    assert_int_equal(pick(true), 1);
    assert_int_equal(picked[0]->id, 26);
    free_picked(1);
    assert_int_equal(pick(true), 0);
}

static void
a_lease_that_ends_soon_sends_a_remainder(void **state)
{
    (void)state;
    add(1, 2);
    assert_int_equal(ent_stock_pick(&stock, false, FAKE_NOW_S - 1, picked), 0);
    assert_int_equal(ent_stock_pick(&stock, false, FAKE_NOW_S, picked), 2);
    free_picked(2);
}

static void
a_batch_has_one_product_and_one_way_of_naming(void **state)
{
    (void)state;
    (void)add_to("prod-1", ENT_CUSTOMER_IDENTIFIER, 1, false);
    (void)add_to("prod-2", ENT_CUSTOMER_IDENTIFIER, 2, false);
    (void)add_to("prod-1", ENT_CUSTOMER_LICENSE, 3, false);
    (void)add_to("prod-1", ENT_CUSTOMER_LICENSE, 4, false);
    for (size_t left = 3; left > 0; left--) {
        size_t count = pick(true);
        assert_int_equal(count, picked[0]->id == 3 ? 2 : 1);
        free_picked(count);
    }
    assert_int_equal(pick(true), 0);
}

static void
a_record_keeps_what_an_answer_is_told_by(void **state)
{
    (void)state;
    const ent_customer_record *licensed =
        add_to("prod-1", ENT_CUSTOMER_LICENSE, 1, false);
    const ent_customer_record *named =
        add_to("prod-1", ENT_CUSTOMER_IDENTIFIER, 2, false);
    assert_string_equal(licensed->usage.customer_account, "123456789012");
    assert_string_equal(licensed->usage.license_arn, "arn:aws:l-1");
    assert_null(licensed->usage.customer_identifier);
    assert_string_equal(named->usage.customer_identifier, "cust-1");
    assert_null(named->usage.customer_account);
    assert_null(named->usage.license_arn);
    assert_int_equal(named->usage.at_s, 1795294799);
    assert_int_equal(named->usage.quantity, 7);
    assert_string_equal(named->usage.dimension, "requests");
    assert_int_equal(strlen(named->request), named->request_length);
}

static void
more_bytes_than_a_request_holds_make_two(void **state)
{
    enum { LARGE = 400 * 1000 };
    char *element = malloc(LARGE);
    (void)state;
    assert_non_null(element);
    memset(element, 'x', LARGE);
    for (int64_t i = 1; i <= 4; i++) {
        ent_ledger_record record = record_of("prod-1", ENT_CUSTOMER_IDENTIFIER, i);
        record.request = element;
        record.request_length = LARGE;
        assert_non_null(ent_stock_add(&stock, &record, false));
    }
    free(element);
    assert_int_equal(pick(true), 2);
    free_picked(2);
    assert_int_equal(pick(true), 2);
    free_picked(2);
}

static void
what_comes_back_goes_out_first(void **state)
{
    (void)state;
    add(1, 2);
    assert_int_equal(pick(true), 2);
    add(3, 1);
    ent_stock_return(&stock, picked[1]);
    ent_stock_free_record(&stock, picked[0]);
    add(4, 1);
    assert_int_equal(pick(true), 3);
    assert_int_equal(picked[0]->id, 2);
    assert_int_equal(picked[1]->id, 3);
    assert_int_equal(picked[2]->id, 4);
    ent_stock_return(&stock, picked[0]);
    ent_stock_free_record(&stock, picked[1]);
    ent_stock_free_record(&stock, picked[2]);
    add(5, 1);
    assert_int_equal(pick(true), 2);
    assert_int_equal(picked[1]->id, 5);
    free_picked(2);
}

static void
late_hours_go_one_by_one_until_one_is_answered(void **state)
{
    (void)state;
    for (int64_t i = 1; i <= 3; i++) {
        (void)add_to("prod-1", ENT_CUSTOMER_IDENTIFIER, i, true);
    }
    add(4, 1);
    assert_true(ent_stock_has_batch(&stock));
    assert_int_equal(pick(false), 1);
    assert_int_equal(picked[0]->id, 1);
    assert_int_equal(picked[0]->line->state, ENT_LINE_LATE);
    free_picked(1);
    assert_int_equal(pick(true), 1);
    assert_int_equal(picked[0]->id, 4);
    free_picked(1);
    assert_int_equal(pick(true), 0);

    ent_stock_release_late(&stock);
    add(5, 1);
    assert_int_equal(pick(true), 3);
    free_picked(3);
}

static void
late_hours_are_taken_out_alone(void **state)
{
    (void)state;
    add(1, 1);
    (void)add_to("prod-1", ENT_CUSTOMER_IDENTIFIER, 2, true);
    ent_customer_record *late = ent_stock_pop_of(&stock, ENT_LINE_LATE);
    assert_int_equal(late->id, 2);
    ent_stock_free_record(&stock, late);
    assert_null(ent_stock_pop_of(&stock, ENT_LINE_LATE));
    assert_int_equal(stock.count, 1);
}

static void
a_closed_line_sends_nothing(void **state)
{
    (void)state;
    add_to("prod-1", ENT_CUSTOMER_IDENTIFIER, 1, false)->line->state = ENT_LINE_CLOSED;
    (void)add_to("prod-2", ENT_CUSTOMER_IDENTIFIER, 2, false);
    assert_int_equal(pick(true), 1);
    assert_int_equal(picked[0]->id, 2);
    free_picked(1);
    assert_int_equal(pick(true), 0);
    ent_customer_record *closed = ent_stock_pop_of(&stock, ENT_LINE_CLOSED);
    assert_int_equal(closed->id, 1);
    ent_stock_free_record(&stock, closed);
}

static void
no_memory_leaves_the_stock_as_it_was(void **state)
{
    const ent_ledger_record record = record_of("prod-1", ENT_CUSTOMER_LICENSE, 9);
    (void)state;
    add(1, 1);
    for (int64_t i = 0; i < 3; i++) {
        fake.fail_allocation = fake.allocations + i;
        if (ent_stock_add(&stock, &record, false) != NULL) {
            assert_true(i > 0);
        }
        assert_int_equal(pick(false), 0);
    }
    fake.fail_allocation = -1;
}

#define STOCK_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        STOCK_TEST(what_fills_no_batch_waits_for_more),
        STOCK_TEST(a_lease_that_ends_soon_sends_a_remainder),
        STOCK_TEST(a_batch_has_one_product_and_one_way_of_naming),
        STOCK_TEST(a_record_keeps_what_an_answer_is_told_by),
        STOCK_TEST(more_bytes_than_a_request_holds_make_two),
        STOCK_TEST(what_comes_back_goes_out_first),
        STOCK_TEST(late_hours_go_one_by_one_until_one_is_answered),
        STOCK_TEST(late_hours_are_taken_out_alone),
        STOCK_TEST(a_closed_line_sends_nothing),
        STOCK_TEST(no_memory_leaves_the_stock_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
