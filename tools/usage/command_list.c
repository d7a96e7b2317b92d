/* SPDX-License-Identifier: Apache-2.0 */
#include "console/exit_status.h"
#include "console/json_output.h"
#include "console/output.h"
#include "console/table_row.h"
#include "console/time_value.h"
#include "usage/commands.h"
#include "usage/usage_meter.h"

#include <stdlib.h>

enum { LIST_STATE = USAGE_FIRST_OWN, LIST_OPTION_COUNT };

enum { STATE_WIDTH = 8, HOUR_WIDTH = 20, QUANTITY_WIDTH = 10, NAME_WIDTH = 20 };

/* The states in the order of entitle_usage_state. */
static const option_rule options[LIST_OPTION_COUNT] = {
    OPTION_RULES_COMMON,
    USAGE_RULE_LEDGER,
    [LIST_STATE] = { "--state",
                     NULL,
                     OPTION_CHOICE,
                     "open|closed|sending|accepted|rejected|lost",
                     "only records in this state" },
};

/* A list may be long: each record is printed as it comes. */
typedef struct record_list {
    bool has_any;
    bool has_failed;
} record_list;

/* Which hours its units came from; the library tells them in epoch seconds. */
static void
add_carried(json_output *json, const char *carried_from)
{
    if (carried_from[0] == '\0') {
        json_add_null(json, json->root, "carried_from");
        return;
    }
    cJSON *parts = cJSON_Parse(carried_from);
    cJSON *list = json_add_array(json, json->root, "carried_from");
    const cJSON *part = NULL;
    cJSON_ArrayForEach(part, parts)
    {
        const cJSON *hour = cJSON_GetObjectItemCaseSensitive(part, "hour");
        const cJSON *quantity = cJSON_GetObjectItemCaseSensitive(part, "quantity");
        cJSON *shown = json_add_object(json, list, NULL);
        json_add_time(json, shown, "hour", true, (int64_t)cJSON_GetNumberValue(hour));
        json_add_number(
            json, shown, "quantity", (int64_t)cJSON_GetNumberValue(quantity));
    }
    json->failed = json->failed || parts == NULL;
    cJSON_Delete(parts);
}

static char *
record_json(const entitle_ledger_record *record)
{
    json_output json = json_output_object();

    json_add_number(&json, json.root, "id", record->id);
    json_add_text(&json, json.root, "state", entitle_usage_state_name(record->state));
    json_add_text(&json, json.root, "product_code", record->product_code);
    json_add_text(&json, json.root, "dimension", record->dimension);
    json_add_text(&json, json.root, "customer", record->customer);
    json_add_text(&json, json.root, "license_arn", record->license_arn);
    json_add_text(&json, json.root, "instance", record->instance);
    json_add_time(&json, json.root, "hour", true, record->hour_s);
    json_add_number(&json, json.root, "quantity", record->quantity);
    json_add_text(&json, json.root, "metering_record_id", record->metering_record_id);
    json_add_text(&json, json.root, "reason", record->reason);
    add_carried(&json, record->carried_from);
    return json_output_text(&json);
}

static bool
print_record_json(void *context, const entitle_ledger_record *record)
{
    record_list *list = context;
    char *text = record_json(record);

    if (text == NULL) {
        list->has_failed = true;
        return false;
    }
    output_json_part(list->has_any ? "," : "");
    output_json_part(text);
    free(text);
    list->has_any = true;
    return true;
}

static bool
print_record(void *context, const entitle_ledger_record *record)
{
    char hour[TIME_TEXT_SIZE];
    table_row row = { .length = 0 };

    (void)context;
    time_value_format(record->hour_s, hour);
    table_row_text(&row, STATE_WIDTH, entitle_usage_state_name(record->state));
    table_row_text(&row, HOUR_WIDTH, hour);
    table_row_number(&row, QUANTITY_WIDTH, record->quantity);
    table_row_text(&row, NAME_WIDTH, record->dimension);
    table_row_text(
        &row,
        NAME_WIDTH,
        record->customer[0] != '\0' ? record->customer : record->instance);
    table_row_text(
        &row,
        0,
        record->reason[0] != '\0' ? record->reason : record->metering_record_id);
    table_row_print(&row);
    return true;
}

static void
print_heading(void)
{
    table_row row = { .length = 0 };

    table_row_text(&row, STATE_WIDTH, "STATE");
    table_row_text(&row, HOUR_WIDTH, "HOUR");
    table_row_right(&row, QUANTITY_WIDTH, "QUANTITY");
    table_row_text(&row, NAME_WIDTH, "DIMENSION");
    table_row_text(&row, NAME_WIDTH, "WHOSE");
    table_row_text(&row, 0, "MeteringRecordId, or why not");
    table_row_print(&row);
}

static int
show(entitle_meter *meter, entitle_usage_state state)
{
    bool is_json = output_get_mode()->json;
    record_list list = { .has_any = false };
    entitle_error error = { .status = ENTITLE_OK };

    if (is_json) {
        output_json_part("{\"records\":[");
    } else {
        print_heading();
    }
    entitle_status status = entitle_meter_list(
        meter, state, is_json ? print_record_json : print_record, &list, &error);
    /* One value is printed whatever happens; the exit status tells. */
    if (is_json) {
        output_json_part("]}");
        output_json_end();
    }
    if (list.has_failed) {
        output_error("out of memory");
        return EX_SOFTWARE;
    }
    return status == ENTITLE_OK ? EX_OK : fail_report_error(&error);
}

static int
run(const cli_command *command, const command_line *line)
{
    const option_value *state = &line->values[LIST_STATE];
    entitle_meter *meter = NULL;
    cli_failure failure;

    if (line->argument_count > 0) {
        return command_usage_error(command, "list takes options only");
    }
    if (!usage_meter_look(line, &meter, &failure)) {
        return fail_report(&failure);
    }
    int exit_status = show(
        meter,
        state->text != NULL ? (entitle_usage_state)state->number
                            : ENTITLE_USAGE_STATES);
    (void)entitle_meter_free(meter);
    return exit_status;
}

const cli_command command_list = {
    .name = "list",
    .arguments = "[OPTIONS]",
    .summary = "list the records of the ledger, oldest hour first",
    .details = "A record is the usage of a dimension in an hour. Its reason says why it "
               "was\nrejected or lost; carried_from, under --json, which hours its units "
               "came from.\n",
    .examples = {
        "entitle usage list --ledger usage.db",
        "entitle usage list --state rejected --json",
    },
    .options = options,
    .option_count = LIST_OPTION_COUNT,
    .run = run,
};
