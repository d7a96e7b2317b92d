/* SPDX-License-Identifier: Apache-2.0 */
/* Each function without its meter, and beside it the same call with one. */
#include "meter_fixture.h"
#include "support/cmocka.h"

#include <string.h>

static entitle_error error;

static void
refuse(entitle_status status)
{
    assert_int_equal(status, ENTITLE_INVALID_ARGUMENT);
    assert_int_equal(error.status, ENTITLE_INVALID_ARGUMENT);
    assert_string_not_equal(error.message, "");
    error = (entitle_error){ .status = ENTITLE_OK };
}

static bool
end_of_sums(void *context, const entitle_usage_sums *sums)
{
    (void)context;
    (void)sums;
    return false;
}

static bool
end_of_records(void *context, const entitle_ledger_record *record)
{
    (void)context;
    (void)record;
    return false;
}

static bool
end_of_customers(void *context, const entitle_ledger_customer *customer)
{
    (void)context;
    (void)customer;
    return false;
}

static void
adding_needs_a_meter(void **state)
{
    const entitle_use use = meter_use(0, 5);
    const entitle_use *const uses[] = { &use };
    entitle_meter_import *import = NULL;
    size_t counted = 0;

    (void)state;
    refuse(entitle_meter_add(NULL, &use, NULL, &error));
    refuse(entitle_meter_add_all(NULL, uses, 1, &counted, NULL, &error));
    refuse(entitle_meter_sync(NULL, &error));
    refuse(entitle_meter_import_begin(NULL, &import, &error));
    refuse(entitle_meter_import_add(NULL, &use, 1, NULL, &error));
    refuse(entitle_meter_import_commit(NULL, &error));
    assert_int_equal(entitle_meter_import_culprit(NULL), 0);
    meter_open(0, false);
    refuse(entitle_meter_add(meter, NULL, NULL, &error));
    refuse(entitle_meter_add_all(meter, NULL, 1, &counted, NULL, &error));
    refuse(entitle_meter_add_all(meter, uses, 1, NULL, NULL, &error));
    refuse(entitle_meter_import_begin(meter, NULL, &error));
    assert_int_equal(entitle_meter_add(meter, &use, NULL, &error), ENTITLE_OK);
    assert_int_equal(
        entitle_meter_add_all(meter, uses, 1, &counted, NULL, &error), ENTITLE_OK);
    meter_assert_account("open=10");
}

static void
sending_needs_a_meter_and_a_client(void **state)
{
    (void)state;
    meter_open(0, false);
    refuse(entitle_meter_flush(NULL, NULL, NULL, NULL, &error));
    refuse(entitle_meter_flush(meter, NULL, NULL, NULL, &error));
    refuse(entitle_meter_keep_customer(NULL, NULL, &error));
    refuse(entitle_meter_keep_customer(meter, NULL, &error));
}

static void
looking_needs_a_meter_and_a_visitor(void **state)
{
    uint64_t count = 0;
    int64_t hour_s = 0;
    bool any = false;

    (void)state;
    assert_string_equal(entitle_meter_instance(NULL), "");
    refuse(entitle_meter_sums(NULL, end_of_sums, NULL, &error));
    refuse(entitle_meter_list(NULL, ENTITLE_USAGE_OPEN, end_of_records, NULL, &error));
    refuse(entitle_meter_customers(NULL, end_of_customers, NULL, &error));
    refuse(entitle_meter_oldest_unsent(NULL, &any, &hour_s, &error));
    refuse(entitle_meter_prune(NULL, 0, &count, &error));
    meter_open(0, false);
    refuse(entitle_meter_sums(meter, NULL, NULL, &error));
    refuse(entitle_meter_list(meter, ENTITLE_USAGE_OPEN, NULL, NULL, &error));
    refuse(entitle_meter_customers(meter, NULL, NULL, &error));
    refuse(entitle_meter_oldest_unsent(meter, NULL, &hour_s, &error));
    refuse(entitle_meter_oldest_unsent(meter, &any, NULL, &error));
    refuse(entitle_meter_prune(meter, 0, NULL, &error));
    assert_int_equal(entitle_meter_sums(meter, end_of_sums, NULL, &error), ENTITLE_OK);
    assert_int_equal(
        entitle_meter_oldest_unsent(meter, &any, &hour_s, &error), ENTITLE_OK);
    assert_int_equal(entitle_meter_prune(meter, 0, &count, &error), ENTITLE_OK);
}

#define NULL_TEST(name)                                                                \
    cmocka_unit_test_setup_teardown(name, meter_set_up, meter_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        NULL_TEST(adding_needs_a_meter),
        NULL_TEST(sending_needs_a_meter_and_a_client),
        NULL_TEST(looking_needs_a_meter_and_a_visitor),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
