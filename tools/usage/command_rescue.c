/* SPDX-License-Identifier: Apache-2.0 */
#include "console/exit_status.h"
#include "console/json_output.h"
#include "console/output.h"
#include "usage/commands.h"
#include "usage/usage_meter.h"

#include <inttypes.h>

static const option_rule options[USAGE_FIRST_OWN] = {
    OPTION_RULES_COMMON,
    USAGE_RULE_LEDGER,
};

static int
print(const entitle_rescue_report *report)
{
    bool is_whole = report->unreadable == 0 && report->lost_units == 0;
    int exit_status = is_whole ? EX_OK : EX_DATAERR;

    if (!is_whole) {
        output_hint("the damaged file is beside the ledger, as .damaged-1 or a later "
                    "number: keep it until you know what is missing");
    }
    if (output_get_mode()->json) {
        json_output json = json_output_object();

        json_add_number(&json, json.root, "records", (int64_t)report->records);
        json_add_number(&json, json.root, "unreadable", (int64_t)report->unreadable);
        json_add_number(&json, json.root, "lost_units", (int64_t)report->lost_units);
        json_add_number(
            &json, json.root, "restored_units", (int64_t)report->restored_units);
        return json_output_print(&json, exit_status);
    }
    output_result(
        "records: %" PRIu64 " taken over; units: %" PRIu64 " lost, %" PRIu64
        " restored; rows that cannot be read: %" PRIu64 "%s",
        report->records,
        report->lost_units,
        report->restored_units,
        report->unreadable,
        is_whole ? "" : " at least");
    return exit_status;
}

static int
rescue(const char *ledger)
{
    entitle_rescue_report report = { .records = 0 };
    entitle_error error = { .status = ENTITLE_OK };

    if (entitle_meter_rescue(&usage_runtime, ledger, &report, &error) != ENTITLE_OK) {
        return usage_meter_report(&error);
    }
    return print(&report);
}

static int
run(const cli_command *command, const command_line *line)
{
    cli_failure failure;

    if (line->argument_count > 0) {
        return command_usage_error(command, "rescue takes options only");
    }
    if (!usage_meter_check_ledger(&line->values[USAGE_LEDGER], &failure)) {
        return fail_report(&failure);
    }
    return rescue(line->values[USAGE_LEDGER].text);
}

const cli_command command_rescue = {
    .name = "rescue",
    .arguments = "[OPTIONS]",
    .summary = "move what can be read of a damaged ledger to a fresh one",
    .details =
        "Stop whoever uses the ledger first: what they add meanwhile goes to the file\n"
        "that is put aside. That one stays beside the fresh one, as LEDGER.damaged-1.\n"
        "Units that are known to be missing are lost there; restored ones were found\n"
        "without their addition, and count as added again. Ids that cannot be read are\n"
        "forgotten: such a use, added once more, counts again.\n"
        "Exit status: 0 all of it was read; 65 some was not; 74 nothing was done.\n",
    .examples = {
        "entitle usage rescue --ledger usage.db",
        "entitle usage rescue --json",
    },
    .options = options,
    .option_count = USAGE_FIRST_OWN,
    .is_interruptible = true,
    .run = run,
};
