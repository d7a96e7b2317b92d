/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_LICENCE_ROUTE_H
#define CLI_LICENCE_ROUTE_H

#include "console/options.h"

#include <entitle/gate.h>

/*
 * The gate's route licence-file. `run` and `check` are commands of two programs:
 * `entitle-licence` goes that way and no other, and `entitle`, which does not load
 * libjwt, becomes it. Each of the two has its own file of these.
 */

/* The route where none is named. */
extern const entitle_route licence_route_default;

/* Whether a command line, or a variable, or the seal asks for it and this cannot go it.
 */
bool licence_route_is_elsewhere(char **argv);

/* Becomes the program that can. For cli_command.become. */
int licence_route_become(char **argv);

/* Fills `licence`, where this goes that way; fails where another route is named. */
bool licence_route_fill(
    const char *command,
    const command_line *line,
    entitle_gate_options *options,
    cli_failure *failure);

#endif
