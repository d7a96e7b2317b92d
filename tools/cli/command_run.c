/* SPDX-License-Identifier: Apache-2.0 */
#include "commands.h"
#include "console/exit_status.h"
#include "console/interrupt.h"
#include "console/output.h"
#include "console/start_state.h"
#include "decision_output.h"
#include "gate_options.h"
#include "gate_outcome.h"
#include "licence_route.h"
#include "program.h"
#include "termination_log.h"

#include <stdlib.h>

extern char **environ;

/* Standard output belongs to the program, so the JSON stands where lines would. */
static void
report(const decision_view *view)
{
    char *json = output_get_mode()->json ? decision_json(view) : NULL;

    interrupt_set_last_words(NULL, NULL);
    if (json != NULL) {
        output_json_to_stderr(json);
    } else {
        decision_print_notes(view);
    }
    decision_log_refusal(view);
    free(json);
}

static int
report_failure(const cli_failure *failure)
{
    const decision_view view = decision_view_of_failure(failure);

    if (failure->exit_status == EX_USAGE) {
        return fail_report(failure);
    }
    report(&view);
    return failure->exit_status;
}

/* Asks and tells; the exit status of a refusal, or EX_OK. */
static int
pass_gate(entitle_gate_options *options)
{
    gate_outcome outcome;
    int exit_status = EX_SOFTWARE;

    gate_outcome_ask(options, JSON_TO_STDERR, &outcome);
    exit_status = outcome.view.exit_status;
    report(&outcome.view);
    gate_outcome_clear(&outcome);
    return exit_status;
}

/* What goes wrong after the decision was told. Its JSON stays the only one. */
static int
tell_late(int exit_status, const char *message)
{
    if (!output_get_mode()->json) {
        output_error("%s", message);
    }
    termination_log_write(message, NULL);
    return exit_status;
}

/* Returns only when there is nothing to become. */
static int
become(const cli_program *program, char **arguments)
{
    char **environment = gate_options_clean_environment(environ);
    cli_failure failure;

    if (environment == NULL) {
        return tell_late(EX_SOFTWARE, "out of memory");
    }
    interrupt_end_at_once();
    if (interrupt_signal() != 0) {
        free(environment);
        return tell_late(
            EX_SIGNAL + interrupt_signal(), "interrupted before the start");
    }
    start_state_restore();
    program_execute(program, arguments, environment, &failure);
    free(environment);
    return tell_late(failure.exit_status, failure.message);
}

static int
run(const cli_command *command, const command_line *line)
{
    entitle_gate_options options;
    cli_program program;
    cli_failure failure;
    int exit_status = EX_SOFTWARE;

    if (!line->has_separator || line->count_before_separator > 0) {
        return command_usage_error(command, "run needs -- before the program");
    }
    if (line->argument_count == 0) {
        return command_usage_error(command, "run needs a program after --");
    }
    if (!gate_options_fill(command->name, line, &options, &failure) ||
        !program_find(line->arguments[0], &program, &failure)) {
        return report_failure(&failure);
    }
    exit_status = pass_gate(&options);
    if (exit_status != EX_OK) {
        return exit_status;
    }
    return become(&program, line->arguments);
}

const cli_command command_run = {
    .name = "run",
    .arguments = "[OPTIONS] -- PROGRAM [ARG...]",
    .summary = "check, and then become PROGRAM if the customer is entitled",
    .details =
        "PROGRAM takes the place of this process: same process id, descriptors, signals\n"
        "and environment, less the ENTITLE_ variables above. It is looked for before AWS\n"
        "is asked: 127 when it is not found, 126 when it cannot be executed. The other\n"
        "exit statuses are those of 'entitle check'. Standard output belongs to PROGRAM:\n"
        "under --json the decision stands on standard error, as its last line.\n",
    .examples = {
        "entitle run --product-code 4f3k2example --keys /etc/entitle/keys -- /app/server",
        "ENTITLE_DEADLINE=30 entitle run -- sh -c 'exec /app/server --port 80'",
    },
    .options = gate_option_rules,
    .option_count = GATE_OPTION_COUNT,
    .is_interruptible = true,
    .run = run,
    .become = licence_route_become,
    .becomes = licence_route_is_elsewhere,
    .report = report_failure,
};
