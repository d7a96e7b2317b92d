/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AGENT_SETTINGS_H
#define AGENT_SETTINGS_H

#include "console/failure.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* What the command line and the environment say. The texts are theirs. */
typedef struct agent_settings {
    const char *ledger;
    const char *product_code;
    bool is_code_from_variable;
    const char *instance; /* NULL: as the platform says */
    const char *listen;
    mode_t socket_mode;
    int64_t flush_interval_ms;
    bool zero_records;
    const char *region;
    const char *endpoint;
    bool help;
} agent_settings;

bool settings_read(char **argv, agent_settings *out, cli_failure *failure);
void settings_print_help(void);

#endif
