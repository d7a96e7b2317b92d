/* SPDX-License-Identifier: Apache-2.0 */
#include "licence_route.h"
#include "other_program.h"

#include <stdlib.h>
#include <string.h>

static const char flag[] = "--route";
static const char route[] = "licence-file";

const entitle_route licence_route_default = ENTITLE_ROUTE_DEFAULT;

/* "--route licence-file" or "--route=licence-file". */
static bool
names_route(char **argv)
{
    size_t length = sizeof(flag) - 1;

    for (; *argv != NULL && strcmp(*argv, "--") != 0; argv++) {
        if (strncmp(*argv, flag, length) != 0) {
            continue;
        }
        if (((*argv)[length] == '=' && strcmp(*argv + length + 1, route) == 0) ||
            ((*argv)[length] == '\0' && argv[1] != NULL &&
             strcmp(argv[1], route) == 0)) {
            return true;
        }
    }
    return false;
}

/*
 * The flag beats the variable; the other program reads all of it once more, strictly. A
 * build that is sealed for another route refuses by itself: what stands beside it may
 * be of another build.
 */
bool
licence_route_is_elsewhere(char **argv)
{
    const char *variable = getenv("ENTITLE_ROUTE");

    if (entitle_is_sealed() && entitle_sealed_route() != ENTITLE_ROUTE_LICENCE_FILE) {
        return false;
    }
    if (names_route(argv)) {
        return true;
    }
    if (options_mention(argv, flag)) {
        return false;
    }
    if (variable != NULL && variable[0] != '\0') {
        return strcmp(variable, route) == 0;
    }
    return entitle_sealed_route() == ENTITLE_ROUTE_LICENCE_FILE;
}

/* Before `argv` stand this program's name and the command's. */
int
licence_route_become(char **argv)
{
    return other_program_become(&licence_program, argv - 2);
}

bool
licence_route_fill(
    const char *command,
    const command_line *line,
    entitle_gate_options *options,
    cli_failure *failure)
{
    (void)command;
    (void)line;
    (void)options;
    (void)failure;
    return true; /* the gate itself refuses a route that nobody goes */
}
