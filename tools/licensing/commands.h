/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LICENSING_COMMANDS_H
#define LICENSING_COMMANDS_H

#include "console/command.h"

/* The commands of `entitle licence` that only it has, one file each. */
extern const cli_command command_licence_verify;
extern const cli_command command_licence_inspect;

#endif
