/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Flushes: after one that failed the account adds up, with the units of before; the
 * next one settles what is left, and the service honours each unit once.
 */
#include "counting_service.h"
#include "failing_calls.h"
#include "meter_scenarios.h"
#include "support/cmocka.h"
#include "support/meter_account.h"
#include "surroundings.h"

#include <stdio.h>
#include <string.h>

enum { HOUR = 3600, LEASE_MS = 6 * 60 * 1000, BEFORE = 23, OF_ANOTHER = 17 };

static uint64_t rejected;

static entitle_status
flush(entitle_error *error)
{
    entitle_flush_report report = { .sent = 0 };
    entitle_status status =
        entitle_meter_flush(scenario_meter, scenario_client, NULL, &report, error);

    rejected += report.rejected;
    assert_int_equal(report.lost + report.carried, 0);
    return status;
}

static void
prepare(void)
{
    meter_scenarios_prepare_client();
    rejected = 0;
}

static int64_t
units_added(void)
{
    entitle_meter *other = meter_scenarios_open(0);
    int64_t added = meter_account_total(other).added;

    assert_int_equal(entitle_meter_free(other), ENTITLE_OK);
    return added;
}

/* Of what one could not put back, nobody knows yet that it has given up. */
static void
flush_again(void)
{
    entitle_error error;

    if (fault_store_in_use.calm != NULL) {
        fault_store_in_use.calm();
    }
    surroundings.wall_ms += LEASE_MS;
    if (flush(&error) != ENTITLE_OK) {
        fail_msg("again: %s", error.message);
    }
}

/*
 * A flush that lost its connection, and made another, leaves to the next one what the
 * server still holds locked for the lost one, and ends well.
 */
static void
flush_the_rest(entitle_status status)
{
    if (status != ENTITLE_OK || fault_store_in_use.calm != NULL) {
        flush_again();
    }
}

static void
expect_flushed(entitle_status status)
{
    assert_int_equal(units_added(), BEFORE);
    flush_the_rest(status);
    meter_scenarios_expect("open=7 accepted=16");
    assert_int_equal(counting_service_total(), 16);
    assert_int_equal(rejected, 0);
}

/* --- A duplicate ------------------------------------------------------------------ */

/* Somebody else has reported that hour with another quantity. */
static void
prepare_duplicate(void)
{
    char json[128];
    char answer[ANSWER_SIZE];

    prepare();
    (void)snprintf(
        json,
        sizeof(json),
        "{\"UsageDimension\":\"requests\",\"Timestamp\":%d,\"UsageQuantity\":1}",
        FAKE_NOW_S - 2 * HOUR);
    assert_int_equal(counting_service_meter(json, answer), 200);
}

static void
expect_rejected(entitle_status status)
{
    assert_int_equal(units_added(), BEFORE);
    flush_the_rest(status);
    meter_scenarios_expect("open=7 accepted=11 rejected=5");
    assert_int_equal(counting_service_total(), 1 + 11);
}

/* --- Several calls under way ------------------------------------------------------ */

/* A batch is of one product. */
static void
prepare_two_batches(void)
{
    const entitle_use use = { .struct_size = sizeof(use),
                              .product_code = "another-product",
                              .dimension = "requests",
                              .quantity = OF_ANOTHER,
                              .at_s = FAKE_NOW_S - HOUR,
                              .customer_identifier = "cust-1" };

    prepare();
    assert_int_equal(entitle_meter_add(scenario_meter, &use, NULL, NULL), ENTITLE_OK);
}

static void
expect_both_flushed(entitle_status status)
{
    assert_int_equal(units_added(), BEFORE + OF_ANOTHER);
    flush_the_rest(status);
    meter_scenarios_expect("open=7 accepted=33");
    assert_int_equal(counting_service_total(), 16 + OF_ANOTHER);
    assert_int_equal(rejected, 0);
}

/* --- A meter that buffers --------------------------------------------------------- */

static void
prepare_unwritten(void)
{
    const entitle_use use = { .struct_size = sizeof(use),
                              .dimension = "requests",
                              .quantity = 3 };

    meter_scenarios_prepare_buffer();
    meter_scenarios_make_client();
    rejected = 0;
    assert_int_equal(entitle_meter_add(scenario_meter, &use, NULL, NULL), ENTITLE_OK);
}

/* What it cannot write yet stays with it. */
static void
expect_written_and_flushed(entitle_status status)
{
    int64_t added = units_added();

    assert_true(added == BEFORE + 3 || (status != ENTITLE_OK && added == BEFORE));
    flush_the_rest(status);
    meter_scenarios_expect("open=10 accepted=16");
    assert_int_equal(counting_service_total(), 16);
}

const fault_scenario flush_scenarios[] = {
    { "flush", prepare, flush, expect_flushed, meter_scenarios_clear, 97 },
    { "flush_of_duplicate",
      prepare_duplicate,
      flush,
      expect_rejected,
      meter_scenarios_clear,
      101 },
    { "flush_of_two_batches",
      prepare_two_batches,
      flush,
      expect_both_flushed,
      meter_scenarios_clear,
      113 },
    { "flush_of_buffer",
      prepare_unwritten,
      flush,
      expect_written_and_flushed,
      meter_scenarios_clear,
      103 },
};
const size_t flush_scenario_count =
    sizeof(flush_scenarios) / sizeof(flush_scenarios[0]);
