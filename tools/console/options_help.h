/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONSOLE_OPTIONS_HELP_H
#define CONSOLE_OPTIONS_HELP_H

#include "console/options.h"

#include <stddef.h>

/* Prints one line or more for each rule of a table, in its order. */
void options_print_help(const option_rule *rules, size_t rule_count);

#endif
