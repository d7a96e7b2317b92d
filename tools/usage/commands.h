/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USAGE_COMMANDS_H
#define USAGE_COMMANDS_H

#include "console/command.h"

/* The rows of the command table; each stands in command_NAME.c. */
extern const cli_command command_add;
extern const cli_command command_import;
extern const cli_command command_flush;
extern const cli_command command_status;
extern const cli_command command_list;
extern const cli_command command_prune;
extern const cli_command command_rescue;
extern const cli_command command_resolve;
extern const cli_command command_customers;
extern const cli_command command_reconcile;

#endif
