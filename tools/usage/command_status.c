/* SPDX-License-Identifier: Apache-2.0 */
#include "console/exit_status.h"
#include "console/json_output.h"
#include "console/output.h"
#include "console/table_row.h"
#include "console/time_value.h"
#include "usage/commands.h"
#include "usage/status_json.h"
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
} usage_status;

static int
print_json(entitle_meter *meter)
{
    entitle_error error = { .status = ENTITLE_OK };
    json_output json;

    return status_json_write(meter, &json, &error) == ENTITLE_OK
               ? json_output_print(&json, EX_OK)
               : fail_report_error(&error);
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
    table_row_text(&row, 0, "PRODUCT");
    table_row_print(&row);
}

static void
print_row(
    const char *name,
    const char *customer,
    const char *product_code,
    const entitle_usage_sums *sums)
{
    table_row row = { .length = 0 };

    table_row_text(&row, NAME_WIDTH, name);
    table_row_text(&row, NAME_WIDTH, customer);
    table_row_number(&row, NUMBER_WIDTH, sums->added);
    for (size_t i = 0; i < ENTITLE_USAGE_STATES; i++) {
        table_row_number(&row, NUMBER_WIDTH, sums->by_state[i]);
    }
    table_row_text(&row, 0, product_code);
    table_row_print(&row);
}

static bool
print_key(void *context, const entitle_usage_sums *sums)
{
    usage_status *status = context;

    print_row(
        sums->dimension,
        sums->customer[0] != '\0' ? sums->customer : "-",
        sums->product_code,
        sums);
    status_add_sums(sums, &status->total);
    return true;
}

/* "2 h 14 min" */
static void
write_age(int64_t age_s, char out[AGE_SIZE])
{
    int64_t minutes = age_s / 60;
    int64_t hours = minutes / 60;

    if (hours >= 48) {
        (void)snprintf(out, AGE_SIZE, "%" PRId64 " days", hours / 24);
    } else if (hours >= 1) {
        (void)snprintf(
            out, AGE_SIZE, "%" PRId64 " h %" PRId64 " min", hours, minutes % 60);
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
    print_row("in all", "", "", &status->total);
    print_oldest(status);
    return EX_OK;
}

/* --- The command ------------------------------------------------------------------ */

static int
show(entitle_meter *meter)
{
    usage_status status = { .any_unsent = false };
    entitle_error error = { .status = ENTITLE_OK };

    if (output_get_mode()->json) {
        return print_json(meter);
    }
    if (entitle_meter_oldest_unsent(
            meter, &status.any_unsent, &status.oldest_s, &error) != ENTITLE_OK) {
        return fail_report_error(&error);
    }
    return print(&status, meter);
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
