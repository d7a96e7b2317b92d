/* SPDX-License-Identifier: Apache-2.0 */
#include "usage/balance.h"

#include <entitle/usage.h>

#include <stdlib.h>
#include <string.h>

/* A record that AWS has taken. */
typedef struct balance_usage {
    text_node node; /* by its MeteringRecordId */
    balance_row *row;
    int64_t quantity;
} balance_usage;

static bool
is_in(const balance_range *range, int64_t hour_s)
{
    return hour_s >= range->from_s && (range->to_s == 0 || hour_s < range->to_s);
}

/* --- What AWS says ---------------------------------------------------------------- */

static bool
visit_call(void *context, const char *event_id, bool is_of_batch)
{
    usage_balance *balance = context;
    size_t before = balance->events.count;

    if (event_id[0] != '\0') {
        const text_node *event = text_tree_add(
            &balance->events, event_id, strlen(event_id), sizeof(text_node));
        balance->has_failed = balance->has_failed || event == NULL;
        if (balance->events.count == before) {
            return false;
        }
    }
    balance->calls[is_of_batch ? BALANCE_BATCH_METER_USAGE : BALANCE_METER_USAGE]++;
    return true;
}

static void
widen(balance_range *range, int64_t hour_s)
{
    if (range->to_s == 0 || hour_s < range->from_s) {
        range->from_s = hour_s;
    }
    if (hour_s >= range->to_s) {
        range->to_s = hour_s + 3600;
    }
}

static balance_name
name_of_usage(const trail_usage *usage)
{
    bool is_licensed = usage->license_arn[0] != '\0';
    bool is_identified = !is_licensed && usage->customer_id[0] != '\0';

    return (balance_name){
        .hour_s = entitle_usage_hour(usage->at_s),
        .product_code = usage->product_code,
        .customer_id = is_identified ? usage->customer_id : "",
        .customer_account = is_identified ? "" : usage->customer_account,
        .license_arn = usage->license_arn,
        .instance = "",
        .dimension = usage->dimension,
    };
}

/* False: it is known already, or memory is out. */
static bool
is_new(usage_balance *balance, const trail_usage *usage, balance_usage **out)
{
    const char *id = usage->metering_record_id;
    size_t before = balance->usages.count;

    *out = NULL;
    if (id[0] == '\0') {
        return true;
    }
    *out = text_tree_add(&balance->usages, id, strlen(id), sizeof(balance_usage));
    balance->has_failed = balance->has_failed || *out == NULL;
    return balance->usages.count != before;
}

static bool
visit_usage(void *context, const trail_usage *usage)
{
    usage_balance *balance = context;
    const balance_name name = name_of_usage(usage);
    const char *wanted = balance->product_code;
    balance_usage *known = NULL;

    if (!is_in(&balance->range, name.hour_s) ||
        (wanted != NULL && name.product_code[0] != '\0' &&
         strcmp(name.product_code, wanted) != 0) ||
        !is_new(balance, usage, &known)) {
        return !balance->has_failed;
    }
    balance_row *row = balance_rows_add(&balance->rows, &name);
    if (row == NULL) {
        balance->has_failed = true;
        return false;
    }
    row->aws += usage->quantity;
    if (known != NULL) {
        known->row = row;
        known->quantity = usage->quantity;
    }
    widen(
        &balance->covered
             [usage->is_of_batch ? BALANCE_BATCH_METER_USAGE : BALANCE_METER_USAGE],
        name.hour_s);
    return true;
}

const trail_visitors balance_visitors = {
    .call = visit_call,
    .usage = visit_usage,
};

void
balance_close_log(usage_balance *balance)
{
    const balance_range *asked = &balance->range;

    for (size_t i = 0; i < BALANCE_OPERATIONS; i++) {
        balance_range *covered = &balance->covered[i];
        if (asked->from_s != 0 && asked->to_s != 0) {
            *covered = *asked;
        } else if (covered->to_s != 0) {
            covered->from_s = asked->from_s != 0 ? asked->from_s : covered->from_s;
            covered->to_s = asked->to_s != 0 ? asked->to_s : covered->to_s;
        }
    }
}

/* --- What the ledger says --------------------------------------------------------- */

static balance_name
name_of_record(const entitle_ledger_record *record)
{
    bool is_licensed = record->license_arn[0] != '\0';

    return (balance_name){
        .hour_s = entitle_usage_hour(record->hour_s),
        .product_code = record->product_code,
        .customer_id = is_licensed ? "" : record->customer,
        .customer_account = is_licensed ? record->customer : "",
        .license_arn = record->license_arn,
        .instance = record->instance,
        .dimension = record->dimension,
    };
}

static bool
differs(const char *said, const char *known)
{
    return said[0] != '\0' && known[0] != '\0' && strcmp(said, known) != 0;
}

/* Whether AWS says something else of a record than the ledger, and not only less. */
static bool
is_contradicted(const balance_name *said, const balance_name *name)
{
    return said->hour_s != name->hour_s ||
           strcmp(said->dimension, name->dimension) != 0 ||
           differs(said->product_code, name->product_code) ||
           differs(said->customer_id, name->customer_id) ||
           differs(said->customer_account, name->customer_account) ||
           differs(said->license_arn, name->license_arn);
}

/* What AWS does not tell of its record, the ledger's of the same id does. */
static void
move_usage(balance_usage *usage, balance_row *to)
{
    usage->row->aws -= usage->quantity;
    to->aws += usage->quantity;
    usage->row = to;
}

static bool
add_accepted(
    usage_balance *balance,
    const entitle_ledger_record *record,
    const balance_name *name)
{
    const char *id = record->metering_record_id;
    size_t operation =
        record->customer[0] != '\0' ? BALANCE_BATCH_METER_USAGE : BALANCE_METER_USAGE;
    const balance_range *covered = &balance->covered[operation];
    balance_usage *usage = text_tree_find(&balance->usages, id, strlen(id));
    bool has_row = usage != NULL && usage->row != NULL;

    if (!has_row && (covered->to_s == 0 || !is_in(covered, name->hour_s))) {
        return true;
    }
    balance_row *row = balance_rows_add(&balance->rows, name);
    if (row == NULL) {
        balance->has_failed = true;
        return false;
    }
    row->ledger += record->quantity;
    if (has_row && !is_contradicted(&usage->row->name, name)) {
        move_usage(usage, row);
    }
    return true;
}

/* A record that AWS may have, although the ledger does not say so. */
static void
note_other(
    usage_balance *balance,
    const entitle_ledger_record *record,
    const balance_name *name)
{
    balance_row *row = balance_rows_find(&balance->rows, name);

    if (row != NULL) {
        row->has_other = true;
        row->other = record->state;
    }
}

/* The ledger knows that the record of an event that names no product is another's. */
static void
leave_out(usage_balance *balance, const entitle_ledger_record *record)
{
    const char *id = record->metering_record_id;
    balance_usage *usage = text_tree_find(&balance->usages, id, strlen(id));

    if (usage != NULL && usage->row != NULL &&
        usage->row->name.product_code[0] == '\0') {
        usage->row->aws -= usage->quantity;
        usage->row = NULL;
    }
}

bool
balance_add_record(void *context, const entitle_ledger_record *record)
{
    usage_balance *balance = context;
    const balance_name name = name_of_record(record);

    if (balance->product_code != NULL &&
        strcmp(balance->product_code, record->product_code) != 0) {
        leave_out(balance, record);
        return true;
    }
    if (record->state != ENTITLE_USAGE_ACCEPTED) {
        note_other(balance, record, &name);
        return true;
    }
    return add_accepted(balance, record, &name);
}

/* --- The outcome ------------------------------------------------------------------ */

const balance_row **
balance_differences(const usage_balance *balance, size_t *count)
{
    const balance_row **rows = calloc(balance->rows.tree.count + 1, sizeof(*rows));

    *count = 0;
    if (rows == NULL) {
        return NULL;
    }
    for (const text_node *node = balance->rows.tree.first; node != NULL;
         node = node->next) {
        const balance_row *row = (const balance_row *)node;
        if (row->aws != row->ledger) {
            rows[(*count)++] = row;
        }
    }
    qsort(rows, *count, sizeof(*rows), balance_row_compare);
    return rows;
}

void
balance_clear(usage_balance *balance)
{
    text_tree_clear(&balance->events);
    text_tree_clear(&balance->usages);
    balance_rows_clear(&balance->rows);
}
