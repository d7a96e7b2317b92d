/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONSOLE_REGISTRATION_TOKEN_H
#define CONSOLE_REGISTRATION_TOKEN_H

#include "console/failure.h"

#include <stdbool.h>

/*
 * Reads a registration token from standard input ("-" or NULL) or a file ("@FILE"),
 * without the newline at its end. From here on this process leaves no core behind. A
 * word is refused with EX_USAGE, and not shown: whoever lists the processes of this
 * machine has read it already. Free with registration_token_free().
 */
bool registration_token_read(const char *argument, char **out, cli_failure *failure);

/* Wipes it. Accepts NULL. */
void registration_token_free(char *token);

#endif
