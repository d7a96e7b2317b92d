/* SPDX-License-Identifier: Apache-2.0 */
#include "commands.h"
#include "console/exit_status.h"
#include "console/interrupt.h"
#include "console/output.h"
#include "decision_output.h"
#include "gate_options.h"
#include "gate_outcome.h"
#include "licence_route.h"

#include <stdlib.h>

static void
print_json(const decision_view *view)
{
    char *json = decision_json(view);

    if (json == NULL) {
        output_error("out of memory");
        return;
    }
    output_json(json);
    free(json);
}

static int
report(const decision_view *view)
{
    interrupt_set_last_words(NULL, NULL);
    if (output_get_mode()->json) {
        print_json(view);
    } else {
        decision_print_facts(view);
    }
    decision_print_notes(view);
    decision_log_refusal(view);
    return view->exit_status;
}

static int
report_failure(const cli_failure *failure)
{
    const decision_view view = decision_view_of_failure(failure);

    return failure->exit_status == EX_USAGE ? fail_report(failure) : report(&view);
}

static int
run(const cli_command *command, const command_line *line)
{
    entitle_gate_options options;
    gate_outcome outcome;
    cli_failure failure;
    int exit_status = EX_SOFTWARE;

    if (line->argument_count > 0) {
        return command_usage_error(command, "check takes options only");
    }
    if (!gate_options_fill(command->name, line, &options, &failure)) {
        return report_failure(&failure);
    }
    gate_outcome_ask(&options, JSON_TO_STDOUT, &outcome);
    exit_status = report(&outcome.view);
    gate_outcome_clear(&outcome);
    return exit_status;
}

const cli_command command_check = {
    .name = "check",
    .arguments = "[OPTIONS]",
    .summary = "ask AWS whether this customer is entitled, and prove the answer",
    .details =
        "Exit status: 0 entitled, 77 not entitled, 76 the answer is not authentic,\n"
        "69 AWS cannot be asked, 78 the set-up is wrong, 130 or 143 interrupted.\n"
        "Under --json the decision is one object on standard output.\n",
    .examples = {
        "entitle check --product-code 4f3k2example --keys /etc/entitle/keys",
        "entitle check --json --deadline 20",
    },
    .options = gate_option_rules,
    .option_count = GATE_OPTION_COUNT,
    .is_interruptible = true,
    .run = run,
    .become = licence_route_become,
    .becomes = licence_route_is_elsewhere,
    .report = report_failure,
};
