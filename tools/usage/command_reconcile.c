/* SPDX-License-Identifier: Apache-2.0 */
#include "console/exit_status.h"
#include "console/output.h"
#include "usage/balance.h"
#include "usage/balance_output.h"
#include "usage/commands.h"
#include "usage/trail_file.h"
#include "usage/trail_text.h"
#include "usage/usage_meter.h"

#include <inttypes.h>
#include <stdlib.h>

enum {
    RECONCILE_PRODUCT_CODE = USAGE_FIRST_OWN,
    RECONCILE_FROM,
    RECONCILE_TO,
    RECONCILE_OPTION_COUNT
};

static const option_rule options[RECONCILE_OPTION_COUNT] = {
    OPTION_RULES_COMMON,
    USAGE_RULE_LEDGER,
    /* No variable: what is compared must not depend on where one stands. */
    [RECONCILE_PRODUCT_CODE] = { "--product-code",
                                 NULL,
                                 OPTION_TEXT,
                                 "CODE",
                                 "only usage of this product" },
    [RECONCILE_FROM] = { "--from",
                         NULL,
                         OPTION_TIME,
                         "TIME",
                         "only hours that begin then or later (the first in the "
                         "files)" },
    [RECONCILE_TO] = { "--to",
                       NULL,
                       OPTION_TIME,
                       "TIME",
                       "only hours that begin before (behind the last in the files)" },
};

/* --- The files -------------------------------------------------------------------- */

static ssize_t
read_file(void *context, char *out, size_t size, cli_failure *failure)
{
    return trail_file_read(context, out, size, failure);
}

static bool
refuse_event(
    const trail_file *file, uint64_t number, const char *reason, cli_failure *failure)
{
    fail(
        failure,
        EX_IOERR,
        "%.256s cannot be read: event %" PRIu64 " %s",
        file->name,
        number,
        reason);
    fail_hint(failure, "give files as CloudTrail delivers them, or one event a line");
    return false;
}

/* Every event of an open file. */
static bool
read_events(
    trail_file *file,
    trail_text *text,
    const trail_visitors *visitors,
    cli_failure *failure)
{
    const char *reason = NULL;

    for (uint64_t number = 1;; number++) {
        switch (trail_text_next(text, &reason, failure)) {
        case TRAIL_EVENT:
            if (!trail_event_read(text->event, text->length, visitors, &reason)) {
                return refuse_event(file, number, reason, failure);
            }
            break;
        case TRAIL_END:
            return true;
        case TRAIL_UNREADABLE:
            return false;
        case TRAIL_MALFORMED:
            return refuse_event(file, number, reason, failure);
        }
    }
}

static bool
read_log(const char *name, usage_balance *balance, cli_failure *failure)
{
    static trail_file file;
    static trail_text text;
    trail_visitors visitors = balance_visitors;

    visitors.context = balance;
    bool is_read = trail_file_open(&file, name, failure);
    if (is_read) {
        trail_text_init(&text, read_file, &file);
        is_read = read_events(&file, &text, &visitors, failure);
        trail_text_clear(&text);
    }
    trail_file_close(&file);
    if (balance->has_failed) {
        fail(failure, EX_SOFTWARE, "out of memory");
        return false;
    }
    return is_read;
}

/* Silence is an answer only where somebody says that these files would not be silent.
 */
static bool
check_coverage(const usage_balance *balance, cli_failure *failure)
{
    for (size_t i = 0; i < BALANCE_OPERATIONS; i++) {
        if (balance->covered[i].to_s != 0) {
            return true;
        }
    }
    fail(
        failure,
        EX_IOERR,
        "there is nothing to compare: the files tell of no usage that AWS has taken");
    fail_hint(
        failure,
        "give the logs of the account that meters, or --from and --to if there was "
        "none");
    return false;
}

static bool
read_logs(char **names, usage_balance *balance, cli_failure *failure)
{
    for (; *names != NULL; names++) {
        if (!read_log(*names, balance, failure)) {
            return false;
        }
    }
    balance_close_log(balance);
    return check_coverage(balance, failure);
}

/* --- The ledger ------------------------------------------------------------------- */

static bool
read_ledger(const command_line *line, usage_balance *balance, cli_failure *failure)
{
    entitle_meter *meter = NULL;
    entitle_error error = { .status = ENTITLE_OK };

    if (!usage_meter_look(line, &meter, failure)) {
        return false;
    }
    entitle_status status = entitle_meter_list(
        meter, ENTITLE_USAGE_STATES, balance_add_record, balance, &error);
    (void)entitle_meter_free(meter);
    if (balance->has_failed) {
        fail(failure, EX_SOFTWARE, "out of memory");
        return false;
    }
    if (status != ENTITLE_OK) {
        fail(failure, exit_status_of(status), "%s", error.message);
        fail_hint(failure, "%s", error.hint);
    }
    return status == ENTITLE_OK;
}

/* --- The command ------------------------------------------------------------------ */

static int
reconcile(const command_line *line, usage_balance *balance)
{
    cli_failure failure;

    if (!read_logs(line->arguments, balance, &failure) ||
        !read_ledger(line, balance, &failure)) {
        return fail_report(&failure);
    }
    return balance_print(balance);
}

static int
run(const cli_command *command, const command_line *line)
{
    const option_value *values = line->values;
    usage_balance balance = {
        .product_code = values[RECONCILE_PRODUCT_CODE].text,
        .range = { .from_s = values[RECONCILE_FROM].number,
                   .to_s = values[RECONCILE_TO].number },
    };

    if (line->argument_count == 0) {
        return command_usage_error(
            command, "reconcile needs files of CloudTrail, or - for standard input");
    }
    if (balance.range.to_s != 0 && balance.range.to_s <= balance.range.from_s) {
        return command_usage_error(command, "--to must be later than --from");
    }
    int exit_status = reconcile(line, &balance);
    balance_clear(&balance);
    return exit_status;
}

const cli_command command_reconcile = {
    .name = "reconcile",
    .arguments = "FILE... [OPTIONS]",
    .summary = "compare the ledger with CloudTrail: what AWS has taken",
    .details =
        "FILE is a log as CloudTrail delivers it, packed by gzip or not, or - for\n"
        "standard input. Compared are units of MeterUsage and BatchMeterUsage that AWS\n"
        "has accepted, by hour, in the hours of the usage that the files tell of; with\n"
        "both --from and --to, in those. Give all the files of these hours and of the\n"
        "day after, in which late usage was sent.\n"
        "Exit status: 0 equal, 65 different, 74 a file or the ledger cannot be read.\n",
    .examples = {
        "entitle usage reconcile --ledger usage.db AWSLogs/*/CloudTrail/*/*/*/*/*.gz",
        "zcat trail.json.gz | entitle usage reconcile --json -",
    },
    .options = options,
    .option_count = RECONCILE_OPTION_COUNT,
    .run = run,
};
