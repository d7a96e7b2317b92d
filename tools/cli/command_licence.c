/* SPDX-License-Identifier: Apache-2.0 */
#include "commands.h"
#include "other_program.h"

/*
 * What reads licences is a program of its own, so that the gate of a container need not
 * load libjwt. The word before `argv` is "licence" or "help": there is room for the
 * program's name.
 */
static int
become(char **argv)
{
    return other_program_become(&licence_program, argv - 1);
}

const cli_command command_licence = {
    .name = "licence",
    .arguments = "COMMAND [OPTIONS]",
    .summary = "verify or inspect a licence that AWS does not meter",
    .details = "",
    .examples = { "entitle licence verify --licence-keys licence-keys "
                  "@customer.licence",
                  "entitle licence inspect @customer.licence" },
    .become = become,
};
