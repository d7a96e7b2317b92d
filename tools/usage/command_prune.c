/* SPDX-License-Identifier: Apache-2.0 */
#include "console/exit_status.h"
#include "console/json_output.h"
#include "console/output.h"
#include "usage/commands.h"
#include "usage/usage_meter.h"

#include <inttypes.h>

enum { PRUNE_BEFORE = USAGE_FIRST_OWN, PRUNE_OPTION_COUNT };

static const option_rule options[PRUNE_OPTION_COUNT] = {
    OPTION_RULES_COMMON,
    USAGE_RULE_LEDGER,
    [PRUNE_BEFORE] = { "--before",
                       NULL,
                       OPTION_TIME,
                       "TIME",
                       "what was accepted for hours before it goes (required)" },
};

static int
prune(entitle_meter *meter, int64_t before_s)
{
    entitle_error error = { .status = ENTITLE_OK };
    uint64_t count = 0;

    if (entitle_meter_prune(meter, before_s, &count, &error) != ENTITLE_OK) {
        return fail_report_error(&error);
    }
    if (output_get_mode()->json) {
        json_output json = json_output_object();

        json_add_number(&json, json.root, "pruned", (int64_t)count);
        return json_output_print(&json, EX_OK);
    }
    output_result("pruned %" PRIu64 " accepted records", count);
    return EX_OK;
}

static int
run(const cli_command *command, const command_line *line)
{
    entitle_meter *meter = NULL;
    cli_failure failure;

    if (line->argument_count > 0) {
        return command_usage_error(command, "prune takes options only");
    }
    if (line->values[PRUNE_BEFORE].text == NULL) {
        return command_usage_error(command, "prune needs --before");
    }
    if (!usage_meter_look(line, &meter, &failure)) {
        return fail_report(&failure);
    }
    int exit_status = prune(meter, line->values[PRUNE_BEFORE].number);
    (void)entitle_meter_free(meter);
    return exit_status;
}

const cli_command command_prune = {
    .name = "prune",
    .arguments = "--before TIME [OPTIONS]",
    .summary = "forget accepted records by age",
    .details =
        "The sums of `status` stay, and so does all that was not accepted. The ids of\n"
        "uses before that time are forgotten, too: added once more, they count again.\n"
        "What is of the last 25 hours, which AWS may still take, is never forgotten.\n",
    .examples = {
        "entitle usage prune --ledger usage.db --before 2026-10-01T00:00:00Z",
        "entitle usage prune --before $(date -d '-90 days' +%s)",
    },
    .options = options,
    .option_count = PRUNE_OPTION_COUNT,
    .run = run,
};
