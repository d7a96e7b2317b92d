/* SPDX-License-Identifier: Apache-2.0 */
#include "commands.h"
#include "other_program.h"

/*
 * The ledger's commands are a program of their own, so that the gate of a container
 * need not load a database. The word before `argv` is "usage" or "help": there is room
 * for the program's name.
 */
static int
become(char **argv)
{
    return other_program_become(&usage_program, argv - 1);
}

const cli_command command_usage = {
    .name = "usage",
    .arguments = "COMMAND [OPTIONS]",
    .summary = "keep usage in a ledger and report it to AWS",
    .details = "",
    .examples = { "entitle usage add --ledger usage.db --dimension requests --quantity "
                  "1",
                  "entitle usage flush --ledger usage.db" },
    .become = become,
};
