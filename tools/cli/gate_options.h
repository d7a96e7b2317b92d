/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_GATE_OPTIONS_H
#define CLI_GATE_OPTIONS_H

#include "console/options.h"

#include <entitle/gate.h>

/* The options that `run`, `check` and `doctor` share, in the order of their table. */
enum {
    GATE_PRODUCT_CODE = OPTION_FIRST_OWN,
    GATE_KEYS,
    GATE_KEY_VERSION,
    GATE_ROUTE,
    GATE_DIMENSION,
    GATE_REGION,
    GATE_ENDPOINT,
    GATE_STRICT_CREDENTIALS,
    GATE_DEADLINE,
    GATE_ON_UNAVAILABLE,
    GATE_ON_ROTATION,
    GATE_LICENCE,
    GATE_LICENCE_KEYS,
    GATE_LICENCE_STATE,
    GATE_OPTION_COUNT,

    /* At the table's end, for `doctor` alone. */
    GATE_REGISTER = GATE_OPTION_COUNT,
    GATE_DOCTOR_OPTION_COUNT
};

extern const option_rule gate_option_rules[GATE_DOCTOR_OPTION_COUNT];

/*
 * Fills the library's options, but for the runtime. Fails for options that do not go
 * together.
 */
bool gate_options_fill(
    const char *command,
    const command_line *line,
    entitle_gate_options *out,
    cli_failure *failure);

/*
 * A copy of the environment without the variables of the table that begin with
 * ENTITLE_: they were for us. The array is to be freed by free(), its texts are not.
 * NULL for want of memory.
 */
char **gate_options_clean_environment(char *const *environment);

#endif
