/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "console/command.h"

/* The commands of `entitle`, one file each. */
extern const cli_command command_run;
extern const cli_command command_check;
extern const cli_command command_verify;
extern const cli_command command_keys_check;
extern const cli_command command_keys_list;
extern const cli_command command_call;
extern const cli_command command_resolve;
extern const cli_command command_doctor;
extern const cli_command command_print;
extern const cli_command command_usage;
extern const cli_command command_licence;

#endif
