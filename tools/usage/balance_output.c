/* SPDX-License-Identifier: Apache-2.0 */
#include "usage/balance_output.h"

#include "console/exit_status.h"
#include "console/json_output.h"
#include "console/output.h"
#include "console/table_row.h"
#include "console/time_value.h"

#include <inttypes.h>
#include <stdlib.h>

enum { HOUR_WIDTH = 20, NUMBER_WIDTH = 10, NAME_WIDTH = 20 };

static const struct {
    const char *name;
    const char *member;
} operations[BALANCE_OPERATIONS] = {
    [BALANCE_METER_USAGE] = { "MeterUsage", "meter_usage" },
    [BALANCE_BATCH_METER_USAGE] = { "BatchMeterUsage", "batch_meter_usage" },
};

/* In units. */
typedef struct balance_totals {
    int64_t aws;
    int64_t ledger;
    int64_t aws_only;
    int64_t ledger_only;
} balance_totals;

static balance_totals
add_up(const usage_balance *balance)
{
    balance_totals totals = { .aws = 0 };

    for (const text_node *node = balance->rows.tree.first; node != NULL;
         node = node->next) {
        const balance_row *row = (const balance_row *)node;
        int64_t more = row->aws - row->ledger;
        totals.aws += row->aws;
        totals.ledger += row->ledger;
        totals.aws_only += more > 0 ? more : 0;
        totals.ledger_only += more < 0 ? -more : 0;
    }
    return totals;
}

/* --- JSON ------------------------------------------------------------------------- */

static char *
row_json(const balance_row *row)
{
    const balance_name *name = &row->name;
    json_output json = json_output_object();

    json_add_time(&json, json.root, "hour", true, name->hour_s);
    json_add_text(&json, json.root, "product_code", name->product_code);
    json_add_text(&json, json.root, "dimension", name->dimension);
    json_add_text(&json, json.root, "customer_id", name->customer_id);
    json_add_text(&json, json.root, "customer_account", name->customer_account);
    json_add_text(&json, json.root, "license_arn", name->license_arn);
    json_add_text(&json, json.root, "instance", name->instance);
    json_add_number(&json, json.root, "aws", row->aws);
    json_add_number(&json, json.root, "ledger", row->ledger);
    json_add_text(
        &json,
        json.root,
        "ledger_state",
        row->has_other ? entitle_usage_state_name(row->other) : NULL);
    return json_output_text(&json);
}

static char *
summary_json(const usage_balance *balance, const balance_totals *totals)
{
    json_output json = json_output_object();

    json_add_number(&json, json.root, "aws", totals->aws);
    json_add_number(&json, json.root, "ledger", totals->ledger);
    json_add_number(&json, json.root, "aws_only", totals->aws_only);
    json_add_number(&json, json.root, "ledger_only", totals->ledger_only);
    for (size_t i = 0; i < BALANCE_OPERATIONS; i++) {
        const balance_range *covered = &balance->covered[i];
        if (covered->to_s == 0) {
            json_add_null(&json, json.root, operations[i].member);
            continue;
        }
        cJSON *range = json_add_object(&json, json.root, operations[i].member);
        json_add_time(&json, range, "from", true, covered->from_s);
        json_add_time(&json, range, "to", true, covered->to_s);
        json_add_number(&json, range, "calls", (int64_t)balance->calls[i]);
    }
    return json_output_text(&json);
}

/* One object, whose list may be long: each row is printed by itself. */
static bool
print_json(
    const usage_balance *balance,
    const balance_totals *totals,
    const balance_row *const *rows,
    size_t count)
{
    char *summary = summary_json(balance, totals);
    bool is_whole = summary != NULL;

    output_json_part("{\"summary\":");
    output_json_part(is_whole ? summary : "null");
    output_json_part(",\"differences\":[");
    for (size_t i = 0; i < count && is_whole; i++) {
        char *text = row_json(rows[i]);
        output_json_part(i == 0 ? "" : ",");
        output_json_part(text != NULL ? text : "null");
        is_whole = text != NULL;
        free(text);
    }
    output_json_part("]}");
    output_json_end();
    free(summary);
    return is_whole;
}

/* --- For people ------------------------------------------------------------------- */

static void
print_heading(void)
{
    table_row row = { .length = 0 };

    table_row_text(&row, HOUR_WIDTH, "HOUR");
    table_row_right(&row, NUMBER_WIDTH, "AWS");
    table_row_right(&row, NUMBER_WIDTH, "LEDGER");
    table_row_text(&row, NAME_WIDTH, "DIMENSION");
    table_row_text(&row, NAME_WIDTH, "WHOSE");
    table_row_text(&row, 0, "IN THE LEDGER");
    table_row_print(&row);
}

static const char *
whose(const balance_name *name)
{
    if (name->customer_id[0] != '\0') {
        return name->customer_id;
    }
    if (name->customer_account[0] != '\0') {
        return name->customer_account;
    }
    if (name->license_arn[0] != '\0') {
        return name->license_arn;
    }
    return name->instance[0] != '\0' ? name->instance : "-";
}

static void
print_row(const balance_row *difference)
{
    char hour[TIME_TEXT_SIZE];
    table_row row = { .length = 0 };

    time_value_format(difference->name.hour_s, hour);
    table_row_text(&row, HOUR_WIDTH, hour);
    table_row_number(&row, NUMBER_WIDTH, difference->aws);
    table_row_number(&row, NUMBER_WIDTH, difference->ledger);
    table_row_text(&row, NAME_WIDTH, difference->name.dimension);
    table_row_text(&row, NAME_WIDTH, whose(&difference->name));
    table_row_text(
        &row,
        0,
        difference->has_other ? entitle_usage_state_name(difference->other) : "");
    table_row_print(&row);
}

static void
print_coverage(const usage_balance *balance, size_t operation)
{
    const balance_range *covered = &balance->covered[operation];
    char from[TIME_TEXT_SIZE];
    char to[TIME_TEXT_SIZE];

    if (covered->to_s == 0) {
        output_result(
            "%s was not compared: the files tell of none", operations[operation].name);
        return;
    }
    time_value_format(covered->from_s, from);
    time_value_format(covered->to_s, to);
    output_result(
        "%s was compared in the hours from %s to %s; calls: %" PRIu64,
        operations[operation].name,
        from,
        to,
        balance->calls[operation]);
}

static void
print_lines(
    const usage_balance *balance,
    const balance_totals *totals,
    const balance_row *const *rows,
    size_t count)
{
    if (count > 0) {
        print_heading();
    }
    for (size_t i = 0; i < count; i++) {
        print_row(rows[i]);
    }
    output_result(
        "units: AWS has %" PRId64 ", the ledger %" PRId64 "; %" PRId64
        " only AWS has, %" PRId64 " only the ledger",
        totals->aws,
        totals->ledger,
        totals->aws_only,
        totals->ledger_only);
    for (size_t i = 0; i < BALANCE_OPERATIONS; i++) {
        print_coverage(balance, i);
    }
}

/* --- Both ------------------------------------------------------------------------- */

int
balance_print(const usage_balance *balance)
{
    const balance_totals totals = add_up(balance);
    size_t count = 0;
    const balance_row **rows = balance_differences(balance, &count);
    bool is_whole = rows != NULL;

    if (is_whole && output_get_mode()->json) {
        is_whole = print_json(balance, &totals, rows, count);
    } else if (is_whole) {
        print_lines(balance, &totals, rows, count);
    }
    free(rows);
    if (!is_whole) {
        output_error("out of memory");
        return EX_SOFTWARE;
    }
    return count > 0 ? EX_DATAERR : EX_OK;
}
