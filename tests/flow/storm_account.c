/* SPDX-License-Identifier: Apache-2.0 */
#include "storm.h"
#include "support/cmocka.h"
#include "support/sandbox_process.h"

#include <stdlib.h>
#include <string.h>

enum { ID_SIZE = 40, LINE_SIZE = 512, FIELDS = 12, LATE_RECORDS = 2 };

/* One side's account: units by key, and the ids of all records. */
typedef struct account {
    int64_t *units;
    char (*ids)[ID_SIZE];
    size_t count;
    size_t limit;
} account;

static size_t
count_keys(void)
{
    return (size_t)storm->customers * STORM_DIMENSIONS;
}

static account
new_account(void)
{
    account made = { .limit = (size_t)storm->uses * LATE_RECORDS };
    made.units = calloc(count_keys(), sizeof(*made.units));
    made.ids = calloc(made.limit, ID_SIZE);
    assert_non_null(made.units);
    assert_non_null(made.ids);
    return made;
}

static void
free_account(account *done)
{
    free(done->units);
    free(done->ids);
}

static size_t
find_key(const char *customer, const char *dimension)
{
    int who = storm_customer_of(customer);
    int what = storm_dimension_of(dimension);
    assert_true(who >= 0 && what >= 0);
    return (size_t)who * STORM_DIMENSIONS + (size_t)what;
}

static void
note_record(account *into, const char *id)
{
    assert_true(into->count < into->limit);
    assert_in_range(strlen(id), 1, ID_SIZE - 1);
    (void)snprintf(into->ids[into->count++], ID_SIZE, "%s", id);
}

static int
compare_ids(const void *left, const void *right)
{
    return strcmp(left, right);
}

/* Each id once. */
static void
sort_ids(account *of)
{
    qsort(of->ids, of->count, ID_SIZE, compare_ids);
    for (size_t i = 1; i < of->count; i++) {
        assert_string_not_equal(of->ids[i - 1], of->ids[i]);
    }
}

/* --- The ledger ------------------------------------------------------------------- */

static bool
check_sums(void *context, const entitle_usage_sums *sums)
{
    int64_t *unsettled = context;
    int64_t all = 0;
    for (size_t i = 0; i < ENTITLE_USAGE_STATES; i++) {
        all += sums->by_state[i];
    }
    assert_int_equal(all, sums->added);
    *unsettled += sums->added - sums->by_state[ENTITLE_USAGE_ACCEPTED];
    return true;
}

int64_t
storm_check_identity(entitle_meter *meter)
{
    entitle_error error;
    int64_t unsettled = 0;
    if (entitle_meter_sums(meter, check_sums, &unsettled, &error) != ENTITLE_OK) {
        fail_msg("%s", error.message);
    }
    return unsettled;
}

static bool
note_sums(void *context, const entitle_usage_sums *sums)
{
    account *ledger = context;
    assert_int_equal(sums->by_state[ENTITLE_USAGE_ACCEPTED], sums->added);
    ledger->units[find_key(sums->customer, sums->dimension)] += sums->added;
    return true;
}

static bool
note_accepted(void *context, const entitle_ledger_record *record)
{
    note_record(context, record->metering_record_id);
    return true;
}

static account
read_ledger(entitle_meter *meter)
{
    account ledger = new_account();
    entitle_error error;
    assert_int_equal(entitle_meter_sums(meter, note_sums, &ledger, &error), ENTITLE_OK);
    assert_int_equal(
        entitle_meter_list(
            meter, ENTITLE_USAGE_ACCEPTED, note_accepted, &ledger, &error),
        ENTITLE_OK);
    sort_ids(&ledger);
    return ledger;
}

/* --- The sandbox ------------------------------------------------------------------ */

/* sequence,metering_record_id,operation,product_code,identity,customer,
 * customer_identifier,license_arn,dimension,timestamp,quantity,allocations */
static void
note_line(account *sandbox, char *line)
{
    char *fields[FIELDS] = { line };
    for (int i = 1; i < FIELDS; i++) {
        char *comma = strchr(fields[i - 1], ',');
        assert_non_null(comma);
        *comma = '\0';
        fields[i] = comma + 1;
    }
    note_record(sandbox, fields[1]);
    sandbox->units[find_key(fields[5], fields[8])] += strtoll(fields[10], NULL, 10);
}

static account
read_sandbox(const char *state)
{
    account sandbox = new_account();
    const char *const arguments[] = { "export",   "--state", state,
                                      "--format", "csv",     NULL };
    size_t size = sandbox.limit * LINE_SIZE;
    char *output = malloc(size);
    assert_non_null(output);
    assert_int_equal(sandbox_program_run(arguments, output, size), 0);
    char *line = strstr(output, "\r\n");
    while (line != NULL && line[2] != '\0') {
        char *next = strstr(line + 2, "\r\n");
        assert_non_null(next);
        *next = '\0';
        note_line(&sandbox, line + 2);
        line = next;
    }
    free(output);
    sort_ids(&sandbox);
    return sandbox;
}

/* --- Both ------------------------------------------------------------------------- */

static void
assert_units(const account *of)
{
    int64_t *used = calloc(count_keys(), sizeof(*used));
    assert_non_null(used);
    storm_fill_units(used);
    for (size_t key = 0; key < count_keys(); key++) {
        assert_int_equal(of->units[key], used[key]);
    }
    free(used);
}

size_t
storm_check_account(entitle_meter *meter, const char *sandbox_state)
{
    account ledger = read_ledger(meter);
    account sandbox = read_sandbox(sandbox_state);
    size_t records = ledger.count;
    assert_units(&ledger);
    assert_units(&sandbox);
    assert_int_equal(ledger.count, sandbox.count);
    assert_memory_equal(ledger.ids, sandbox.ids, ledger.count * ID_SIZE);
    free_account(&ledger);
    free_account(&sandbox);
    return records;
}
