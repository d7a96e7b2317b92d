/* SPDX-License-Identifier: Apache-2.0 */
#include "command.h"

#include "exit_status.h"

const cli_command *const command_table[] = {
    &command_run,
    &command_check,
    &command_verify,
    &command_keys_check,
    &command_keys_list,
    &command_call,
    &command_doctor,
    &command_print,
    &command_help,
    &command_version,
    NULL,
};

int
command_usage_error(const cli_command *command, const char *sentence)
{
    cli_failure failure;

    fail(&failure, EX_USAGE, "%s", sentence);
    options_hint(command->name, &failure);
    return fail_report(&failure);
}
