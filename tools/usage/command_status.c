/* SPDX-License-Identifier: Apache-2.0 */
#include "console/exit_status.h"
#include "console/json_output.h"
#include "console/output.h"
#include "console/table_row.h"
#include "console/time_value.h"
#include "usage/commands.h"
#include "usage/usage_meter.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { NAME_WIDTH = 20, NUMBER_WIDTH = 9, AGE_SIZE = 48 };

static const option_rule options[USAGE_FIRST_OWN] = {
    OPTION_RULES_COMMON,
    USAGE_RULE_LEDGER,
};

/* What is told, while the sums come one after the other. */
typedef struct usage_status {
    entitle_usage_sums total;
    bool any_unsent;
    int64_t oldest_s;
    json_output json;
    cJSON *by;
} usage_status;

static void
add_sums(const entitle_usage_sums *sums, entitle_usage_sums *total)
{
    total->added += sums->added;
    for (size_t i = 0; i < ENTITLE_USAGE_STATES; i++) {
        total->by_state[i] += sums->by_state[i];
    }
}

/* --- JSON ------------------------------------------------------------------------- */

static void
write_states(json_output *json, cJSON *object, const entitle_usage_sums *sums)
{
    json_add_number(json, object, "added", sums->added);
    for (int i = 0; i < ENTITLE_USAGE_STATES; i++) {
        json_add_number(
            json,
            object,
            entitle_usage_state_name((entitle_usage_state)i),
            sums->by_state[i]);
    }
}

static bool
write_key(void *context, const entitle_usage_sums *sums)
{
    usage_status *status = context;
    json_output *json = &status->json;
    cJSON *object = json_add_object(json, status->by, NULL);

    json_add_text(json, object, "product_code", sums->product_code);
    json_add_text(json, object, "dimension", sums->dimension);
    json_add_text(json, object, "customer", sums->customer);
    json_add_text(json, object, "license_arn", sums->license_arn);
    write_states(json, object, sums);
    add_sums(sums, &status->total);
    return true;
}

static int
print_json(usage_status *status, entitle_meter *meter)
{
    entitle_error error = { .status = ENTITLE_OK };

    status->json = json_output_object();
    status->by = cJSON_CreateArray();
    if (entitle_meter_sums(meter, write_key, status, &error) != ENTITLE_OK) {
        cJSON_Delete(status->by);
        cJSON_Delete(status->json.root);
        return fail_report_error(&error);
    }
    write_states(&status->json, status->json.root, &status->total);
    json_add_time(
        &status->json,
        status->json.root,
        "oldest_unsent_at",
        status->any_unsent,
        status->oldest_s);
    if (!cJSON_AddItemToObject(status->json.root, "by", status->by)) {
        cJSON_Delete(status->by);
        status->json.failed = true;
    }
    return json_output_print(&status->json, EX_OK);
}

/* --- For people ------------------------------------------------------------------- */

static void
print_heading(void)
{
    table_row row = { .length = 0 };

    table_row_text(&row, NAME_WIDTH, "DIMENSION");
    table_row_text(&row, NAME_WIDTH, "CUSTOMER");
    table_row_right(&row, NUMBER_WIDTH, "ADDED");
    table_row_right(&row, NUMBER_WIDTH, "OPEN");
    table_row_right(&row, NUMBER_WIDTH, "CLOSED");
    table_row_right(&row, NUMBER_WIDTH, "SENDING");
    table_row_right(&row, NUMBER_WIDTH, "ACCEPTED");
    table_row_right(&row, NUMBER_WIDTH, "REJECTED");
    table_row_right(&row, NUMBER_WIDTH, "LOST");
    table_row_print(&row);
}

static void
print_row(const char *name, const char *customer, const entitle_usage_sums *sums)
{
    table_row row = { .length = 0 };

    table_row_text(&row, NAME_WIDTH, name);
    table_row_text(&row, NAME_WIDTH, customer);
    table_row_number(&row, NUMBER_WIDTH, sums->added);
    for (size_t i = 0; i < ENTITLE_USAGE_STATES; i++) {
        table_row_number(&row, NUMBER_WIDTH, sums->by_state[i]);
    }
    table_row_print(&row);
}

static bool
print_key(void *context, const entitle_usage_sums *sums)
{
    usage_status *status = context;

    print_row(sums->dimension, sums->customer[0] != '\0' ? sums->customer : "-", sums);
    add_sums(sums, &status->total);
    return true;
}

/* "2 h 14 min" */
static void
write_age(int64_t age_s, char out[AGE_SIZE])
{
    int64_t minutes = age_s / 60;

    if (minutes >= 48 * 60) {
        (void)snprintf(out, AGE_SIZE, "%" PRId64 " days", minutes / (24 * 60));
    } else if (minutes >= 60) {
        (void)snprintf(
            out, AGE_SIZE, "%" PRId64 " h %" PRId64 " min", minutes / 60, minutes % 60);
    } else {
        (void)snprintf(out, AGE_SIZE, "%" PRId64 " min", minutes);
    }
}

static void
print_oldest(const usage_status *status)
{
    char when[TIME_TEXT_SIZE];
    char age[AGE_SIZE];

    if (!status->any_unsent) {
        output_result("nothing is unsent");
        return;
    }
    time_value_format(status->oldest_s, when);
    int64_t age_s = (int64_t)time(NULL) - status->oldest_s;
    if (age_s < 0) { /* the running one has been sent already */
        output_result("the oldest unsent hour begins %s", when);
        return;
    }
    write_age(age_s, age);
    output_result("the oldest unsent hour began %s, %s ago", when, age);
}

static int
print(usage_status *status, entitle_meter *meter)
{
    entitle_error error = { .status = ENTITLE_OK };

    print_heading();
    if (entitle_meter_sums(meter, print_key, status, &error) != ENTITLE_OK) {
        return fail_report_error(&error);
    }
    print_row("in all", "", &status->total);
    print_oldest(status);
    return EX_OK;
}

/* --- The command ------------------------------------------------------------------ */

static int
show(entitle_meter *meter)
{
    usage_status status = { .any_unsent = false };
    entitle_error error = { .status = ENTITLE_OK };

    if (entitle_meter_oldest_unsent(
            meter, &status.any_unsent, &status.oldest_s, &error) != ENTITLE_OK) {
        return fail_report_error(&error);
    }
    return output_get_mode()->json ? print_json(&status, meter) : print(&status, meter);
}

static int
run(const cli_command *command, const command_line *line)
{
    entitle_meter *meter = NULL;
    cli_failure failure;

    if (line->argument_count > 0) {
        return command_usage_error(command, "status takes options only");
    }
    if (!usage_meter_look(line, &meter, &failure)) {
        return fail_report(&failure);
    }
    int exit_status = show(meter);
    (void)entitle_meter_free(meter);
    return exit_status;
}

const cli_command command_status = {
    .name = "status",
    .arguments = "[OPTIONS]",
    .summary = "show what has become of the units, by dimension and customer",
    .details =
        "In units, and at every moment: added = open + closed + sending + accepted +\n"
        "rejected + lost. Open: the hour is not over; closed: over, and not sent yet;\n"
        "sending: AWS may have it, the same will be sent again; rejected: AWS refused it\n"
        "for good; lost: it cannot be sent any more.\n",
    .examples = {
        "entitle usage status --ledger usage.db",
        "entitle usage status --json",
    },
    .options = options,
    .option_count = USAGE_FIRST_OWN,
    .run = run,
};
