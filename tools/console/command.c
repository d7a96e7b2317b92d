/* SPDX-License-Identifier: Apache-2.0 */
#include "console/command.h"

#include "console/exit_status.h"

int
command_usage_error(const cli_command *command, const char *sentence)
{
    cli_failure failure;

    fail(&failure, EX_USAGE, "%s", sentence);
    options_hint(command->name, &failure);
    return fail_report(&failure);
}
