/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_PROGRAM_H
#define CLI_PROGRAM_H

#include "console/failure.h"

#include <stdbool.h>

/* The program that `run` becomes, as found before anyone is asked whether it may. */
typedef struct cli_program {
    char path[4096];
} cli_program;

/*
 * Finds what execvp() would execute, and makes sure that it can be: a file that may be
 * executed, whose interpreter (of a script) or dynamic loader (of a binary) is there as
 * well. EX_NOT_FOUND or EX_CANNOT_EXECUTE otherwise.
 */
bool program_find(const char *name, cli_program *out, cli_failure *failure);

/*
 * Becomes the program. Returns only when that fails, with EX_NOT_FOUND or
 * EX_CANNOT_EXECUTE.
 */
void program_execute(
    const cli_program *program,
    char **arguments,
    char **environment,
    cli_failure *failure);

#endif
