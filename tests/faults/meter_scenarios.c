/* SPDX-License-Identifier: Apache-2.0 */
#include "meter_scenarios.h"

#include "answers.h"
#include "counting_service.h"
#include "failing_calls.h"
#include "support/cmocka.h"
#include "support/meter_account.h"
#include "surroundings.h"

#include <stdio.h>
#include <string.h>

/*
 * After a call that failed the ledger's account is the one of before, and that of after
 * when the same call has been repeated, on the same meter: nothing is lost, nothing is
 * counted twice. The service honours each unit once.
 */
#define PRODUCT "cqcvf9f0ugw8rkbgmf1c9dxyz"
#define AFTER   "open=10 closed=16"

#define COMMIT_WAS_LOST "the last commit was lost"

enum { HOUR = 3600, BUFFER_MS = 60000 };

fault_store fault_store_in_use;

static const fault_answer service[] = {
    COMPOSED(".MeterUsage", counting_service_meter),
    COMPOSED(".BatchMeterUsage", counting_service_batch),
    ANSWER(
        ".ResolveCustomer",
        200,
        "{\"CustomerIdentifier\":\"cust-2\",\"CustomerAWSAccountId\":\"222222222222\","
        "\"ProductCode\":\"" PRODUCT "\"}"),
};

static const fake_variable variables[] = {
    { "AWS_ACCESS_KEY_ID", "ASIAEXAMPLE" },
    { "AWS_SECRET_ACCESS_KEY", "secret" },
    { "AWS_REGION", "eu-west-1" },
    { "AWS_MAX_ATTEMPTS", "1" },
    { NULL, NULL },
};

entitle_meter *scenario_meter;
entitle_metering *scenario_client;
static entitle_customer *customer;
static entitle_meter_import *import;

/* In spite of what was said of it: then only an id lets it be added again. */
static bool was_counted;

static entitle_status
open_meter(int64_t buffer_ms, entitle_meter **out, entitle_error *error)
{
    const entitle_meter_options options = {
        .struct_size = sizeof(options),
        .runtime = &surroundings.runtime,
        .ledger = fault_store_in_use.ledger,
        .product_code = PRODUCT,
        .instance = "pod-1",
        .buffer_ms = buffer_ms,
    };

    return entitle_meter_new(&options, out, error);
}

entitle_meter *
meter_scenarios_open(int64_t buffer_ms)
{
    entitle_meter *opened = NULL;
    entitle_error error;

    if (open_meter(buffer_ms, &opened, &error) != ENTITLE_OK) {
        fail_msg("%s", error.message);
    }
    return opened;
}

void
meter_scenarios_expect(const char *account)
{
    entitle_meter *other = meter_scenarios_open(0);

    assert_string_equal(meter_account_text(other), account);
    assert_int_equal(entitle_meter_free(other), ENTITLE_OK);
}

void
meter_scenarios_expect_if_open(const char *account)
{
    entitle_meter *other = NULL;

    if (open_meter(0, &other, NULL) == ENTITLE_OK) {
        assert_string_equal(meter_account_text(other), account);
        assert_int_equal(entitle_meter_free(other), ENTITLE_OK);
    }
}

static void
begin(void)
{
    surroundings_begin();
    surroundings.variables = variables;
    ANSWERS_SET(service);
    counting_service_begin();
    was_counted = false;
}

static void
prepare_nothing(void)
{
    begin();
    fault_store_in_use.empty();
}

static void
prepare_ledger(void)
{
    begin();
    fault_store_in_use.fill();
}

static void
prepare(void)
{
    prepare_ledger();
    scenario_meter = meter_scenarios_open(0);
}

void
meter_scenarios_prepare_buffer(void)
{
    prepare_ledger();
    scenario_meter = meter_scenarios_open(BUFFER_MS);
}

void
meter_scenarios_make_client(void)
{
    const entitle_metering_options options = {
        .struct_size = sizeof(options),
        .runtime = &surroundings.runtime,
        .transport = &answers_transport,
    };

    assert_int_equal(
        entitle_metering_new(&options, &scenario_client, NULL), ENTITLE_OK);
}

void
meter_scenarios_prepare_client(void)
{
    prepare();
    meter_scenarios_make_client();
}

static void
prepare_customer(void)
{
    meter_scenarios_prepare_client();
    assert_int_equal(
        entitle_metering_resolve_customer(scenario_client, "token", &customer, NULL),
        ENTITLE_OK);
}

static void
prepare_flushed(void)
{
    meter_scenarios_prepare_client();
    assert_int_equal(
        entitle_meter_flush(scenario_meter, scenario_client, NULL, NULL, NULL),
        ENTITLE_OK);
}

void
meter_scenarios_clear(void)
{
    entitle_meter_import_free(import);
    entitle_customer_free(customer);
    entitle_metering_free(scenario_client);
    assert_int_equal(entitle_meter_free(scenario_meter), ENTITLE_OK);
    fault_store_in_use.remove();
    import = NULL;
    customer = NULL;
    scenario_client = NULL;
    scenario_meter = NULL;
}

/* --- Opening and closing ---------------------------------------------------------- */

static entitle_status
open_it(entitle_error *error)
{
    entitle_status status = open_meter(0, &scenario_meter, error);

    assert_int_equal(scenario_meter != NULL, status == ENTITLE_OK);
    return status;
}

static void
expect_empty(entitle_status status)
{
    if (status != ENTITLE_OK) {
        assert_int_equal(open_it(NULL), ENTITLE_OK);
    }
    assert_string_equal(entitle_meter_instance(scenario_meter), "pod-1");
    meter_scenarios_expect("");
}

static void
expect_filled(entitle_status status)
{
    if (status != ENTITLE_OK) {
        assert_int_equal(open_it(NULL), ENTITLE_OK);
    }
    meter_scenarios_expect(METER_BEFORE);
}

/* --- What was added --------------------------------------------------------------- */

/* The answer of a database to a commit was lost, and could not be looked up. */
static bool
is_in_doubt(entitle_status status)
{
    return status != ENTITLE_OK &&
           strstr(fault_sweep_error()->hint, COMMIT_WAS_LOST) != NULL;
}

/* All of it or nothing is there; which of the two, only a doubt leaves open. */
static void
expect_all_or_none(entitle_status status)
{
    entitle_meter *other = meter_scenarios_open(0);
    const char *account = meter_account_text(other);

    was_counted = is_in_doubt(status) && strcmp(account, AFTER) == 0;
    assert_string_equal(
        account, status == ENTITLE_OK || was_counted ? AFTER : METER_BEFORE);
    assert_int_equal(entitle_meter_free(other), ENTITLE_OK);
}

static entitle_use
use_of(const char *id)
{
    static const entitle_tag tag = { "team", "a" };

    return (entitle_use){
        .struct_size = sizeof(entitle_use),
        .dimension = "requests",
        .quantity = 3,
        .at_s = FAKE_NOW_S,
        .tags = &tag,
        .tag_count = 1,
        .id = id,
    };
}

/* A use with an id would be written at once. */
static void
prepare_unwritten(void)
{
    entitle_use use = use_of(NULL);

    meter_scenarios_prepare_buffer();
    assert_int_equal(entitle_meter_add(scenario_meter, &use, NULL, NULL), ENTITLE_OK);
}

/* What it could not write is gone, and it says so. */
static entitle_status
free_it(entitle_error *error)
{
    entitle_status status = entitle_meter_free(scenario_meter);

    scenario_meter = NULL;
    if (status != ENTITLE_OK) {
        *error = (entitle_error){ .status = status, .message = "m", .hint = "h" };
        if (fault_store_in_use.may_doubt) {
            (void)snprintf(error->hint, sizeof(error->hint), COMMIT_WAS_LOST);
        }
    }
    return status;
}

static void
expect_written(entitle_status status)
{
    expect_all_or_none(status);
}

/* --- Adding ----------------------------------------------------------------------- */

static entitle_status
add_with(const char *id, entitle_error *error)
{
    entitle_use use = use_of(id);
    bool counted = false;
    entitle_status status = entitle_meter_add(scenario_meter, &use, &counted, error);

    assert_int_equal(counted, status == ENTITLE_OK && !was_counted);
    return status;
}

static entitle_status
add(entitle_error *error)
{
    return add_with("use-new", error);
}

static entitle_status
add_nameless(entitle_error *error)
{
    return add_with(NULL, error);
}

static void
expect_added(entitle_status status)
{
    expect_all_or_none(status);
    if (status != ENTITLE_OK) {
        assert_int_equal(add(NULL), ENTITLE_OK);
    }
    meter_scenarios_expect(AFTER);
}

static void
expect_added_nameless(entitle_status status)
{
    expect_all_or_none(status);
    if (status != ENTITLE_OK && !was_counted) {
        assert_int_equal(add_nameless(NULL), ENTITLE_OK);
    }
    meter_scenarios_expect(AFTER);
}

static entitle_status
add_all(entitle_error *error)
{
    entitle_use one = use_of("use-new");
    entitle_use two = use_of("use-two");
    const entitle_use *uses[] = { &one, &two };
    size_t counted = 0;
    size_t culprit = 0;

    one.quantity = 1;
    two.quantity = 2;
    entitle_status status =
        entitle_meter_add_all(scenario_meter, uses, 2, &counted, &culprit, error);
    assert_true(status != ENTITLE_OK || counted == (was_counted ? 0 : 2));
    return status;
}

static void
expect_added_all(entitle_status status)
{
    expect_all_or_none(status);
    if (status != ENTITLE_OK) {
        assert_int_equal(add_all(NULL), ENTITLE_OK);
    }
    meter_scenarios_expect(AFTER);
}

/* A use that has been taken stays in the buffer until it is written. */
static entitle_status
add_and_sync(entitle_error *error)
{
    entitle_use use = use_of(NULL);
    entitle_status status = entitle_meter_add(scenario_meter, &use, NULL, error);

    return status == ENTITLE_OK ? entitle_meter_sync(scenario_meter, error) : status;
}

/* Where the use was not taken, there is nothing to write. */
static void
expect_synced(entitle_status status)
{
    expect_all_or_none(status);
    if (status == ENTITLE_OK) {
        return;
    }
    assert_int_equal(entitle_meter_sync(scenario_meter, NULL), ENTITLE_OK);
    entitle_meter *other = meter_scenarios_open(0);
    const char *account = meter_account_text(other);
    assert_true(strcmp(account, AFTER) == 0 || strcmp(account, METER_BEFORE) == 0);
    assert_int_equal(entitle_meter_free(other), ENTITLE_OK);
}

static entitle_status
import_one(const char *id, uint64_t place, entitle_error *error)
{
    entitle_use use = use_of(id);
    bool counted = false;

    use.quantity = (int64_t)place;
    entitle_status status =
        entitle_meter_import_add(import, &use, place, &counted, error);
    assert_true(status != ENTITLE_OK || counted != was_counted);
    return status;
}

static entitle_status
import_all(entitle_error *error)
{
    entitle_status status = entitle_meter_import_begin(scenario_meter, &import, error);

    assert_int_equal(import != NULL, status == ENTITLE_OK);
    if (status == ENTITLE_OK) {
        status = import_one("use-new", 1, error);
    }
    if (status == ENTITLE_OK) {
        status = import_one("use-two", 2, error);
    }
    if (status == ENTITLE_OK) {
        status = entitle_meter_import_commit(import, error);
    }
    if (status == ENTITLE_OK) {
        assert_int_equal(entitle_meter_import_culprit(import), 2);
    }
    entitle_meter_import_free(import);
    import = NULL;
    return status;
}

static void
expect_imported(entitle_status status)
{
    expect_all_or_none(status);
    entitle_error error;
    if (status != ENTITLE_OK && import_all(&error) != ENTITLE_OK) {
        fail_msg("again: %s", error.message);
    }
    meter_scenarios_expect(AFTER);
}

/* --- Looking and keeping ---------------------------------------------------------- */

static bool
count_record(void *context, const entitle_ledger_record *record)
{
    size_t *count = context;

    (void)record;
    ++*count;
    return true;
}

static bool
count_sums(void *context, const entitle_usage_sums *sums)
{
    size_t *count = context;

    (void)sums;
    ++*count;
    return true;
}

static bool
count_customer(void *context, const entitle_ledger_customer *one)
{
    size_t *count = context;

    (void)one;
    ++*count;
    return true;
}

static entitle_status
list(entitle_error *error)
{
    size_t count = 0;
    entitle_status status = entitle_meter_list(
        scenario_meter, ENTITLE_USAGE_STATES, count_record, &count, error);

    assert_true(status != ENTITLE_OK || count == 3);
    return status;
}

static entitle_status
sum(entitle_error *error)
{
    size_t count = 0;
    entitle_status status =
        entitle_meter_sums(scenario_meter, count_sums, &count, error);

    assert_true(status != ENTITLE_OK || count == 2);
    return status;
}

static entitle_status
find_oldest(entitle_error *error)
{
    bool any = false;
    int64_t hour_s = 0;
    entitle_status status =
        entitle_meter_oldest_unsent(scenario_meter, &any, &hour_s, error);

    if (status == ENTITLE_OK) {
        assert_true(any);
        assert_int_equal(hour_s, FAKE_NOW_S - 2 * HOUR);
    }
    return status;
}

static entitle_status
list_customers(entitle_error *error)
{
    size_t count = 0;
    entitle_status status =
        entitle_meter_customers(scenario_meter, count_customer, &count, error);

    assert_true(status != ENTITLE_OK || count == 1);
    return status;
}

/* Whoever only looks changes nothing. */
static void
expect_unchanged(entitle_status status)
{
    (void)status;
    meter_scenarios_expect(METER_BEFORE);
    assert_int_equal(list(NULL), ENTITLE_OK);
}

static entitle_status
keep_customer(entitle_error *error)
{
    return entitle_meter_keep_customer(scenario_meter, customer, error);
}

static void
expect_kept(entitle_status status)
{
    size_t count = 0;

    if (status != ENTITLE_OK) {
        assert_int_equal(keep_customer(NULL), ENTITLE_OK);
    }
    assert_int_equal(
        entitle_meter_customers(scenario_meter, count_customer, &count, NULL),
        ENTITLE_OK);
    assert_int_equal(count, 2);
    meter_scenarios_expect(METER_BEFORE);
}

static entitle_status
prune(entitle_error *error)
{
    uint64_t count = 0;

    return entitle_meter_prune(scenario_meter, FAKE_NOW_S, &count, error);
}

static void
expect_pruned(entitle_status status)
{
    if (status != ENTITLE_OK) {
        assert_int_equal(prune(NULL), ENTITLE_OK);
    }
    meter_scenarios_expect("open=7 accepted=16");
}

const fault_scenario meter_scenarios[] = {
    { "new", prepare_nothing, open_it, expect_empty, meter_scenarios_clear, 61 },
    { "new_existing",
      prepare_ledger,
      open_it,
      expect_filled,
      meter_scenarios_clear,
      37 },
    { "add", prepare, add, expect_added, meter_scenarios_clear, 17 },
    { "add_without_id",
      prepare,
      add_nameless,
      expect_added_nameless,
      meter_scenarios_clear,
      19 },
    { "add_all", prepare, add_all, expect_added_all, meter_scenarios_clear, 23 },
    { "sync",
      meter_scenarios_prepare_buffer,
      add_and_sync,
      expect_synced,
      meter_scenarios_clear,
      19 },
    { "free", prepare_unwritten, free_it, expect_written, meter_scenarios_clear, 7 },
    { "import", prepare, import_all, expect_imported, meter_scenarios_clear, 29 },
    { "list", prepare, list, expect_unchanged, meter_scenarios_clear, 11 },
    { "sums", prepare, sum, expect_unchanged, meter_scenarios_clear, 11 },
    { "oldest_unsent",
      prepare,
      find_oldest,
      expect_unchanged,
      meter_scenarios_clear,
      5 },
    { "customers",
      prepare,
      list_customers,
      expect_unchanged,
      meter_scenarios_clear,
      5 },
    { "keep_customer",
      prepare_customer,
      keep_customer,
      expect_kept,
      meter_scenarios_clear,
      5 },
    { "prune", prepare_flushed, prune, expect_pruned, meter_scenarios_clear, 7 },
};
const size_t meter_scenario_count =
    sizeof(meter_scenarios) / sizeof(meter_scenarios[0]);

/* Two hours that are over, of this instance and of a customer, and one that is not. */
static void
fill(entitle_meter *filled)
{
    entitle_use uses[3];

    for (int i = 0; i < 3; i++) {
        uses[i] = use_of(i == 0 ? "use-0" : NULL);
    }
    uses[0].at_s -= 2 * HOUR;
    uses[0].quantity = 5;
    uses[1].at_s -= 2 * HOUR;
    uses[1].quantity = 11;
    uses[1].customer_identifier = "cust-1";
    uses[2].quantity = 7;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(entitle_meter_add(filled, &uses[i], NULL, NULL), ENTITLE_OK);
    }
}

void
meter_scenarios_begin(void)
{
    prepare_nothing();
    scenario_meter = meter_scenarios_open(0);
    fill(scenario_meter);
    static const fault_answer first[] = {
        ANSWER(
            ".ResolveCustomer",
            200,
            "{\"CustomerIdentifier\":\"cust-1\",\"CustomerAWSAccountId\":"
            "\"111111111111\",\"ProductCode\":\"" PRODUCT "\"}"),
    };
    ANSWERS_SET(first);
    meter_scenarios_make_client();
    assert_int_equal(
        entitle_metering_resolve_customer(scenario_client, "token", &customer, NULL),
        ENTITLE_OK);
    assert_int_equal(keep_customer(NULL), ENTITLE_OK);
    assert_string_equal(meter_account_text(scenario_meter), METER_BEFORE);
    fault_store_in_use.keep();
    meter_scenarios_clear();
}
