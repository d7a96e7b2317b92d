/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONSOLE_INPUT_H
#define CONSOLE_INPUT_H

#include "console/failure.h"

#include <stdbool.h>
#include <stddef.h>

/* A text from the command line, a file or standard input. */
typedef struct cli_input {
    const char *bytes; /* may hold NUL */
    size_t length;
    char *buffer; /* what input_free() frees */
} cli_input;

/*
 * Reads what `argument` stands for: "-" or NULL standard input, "@FILE" a file,
 * anything else itself. Reads no more than `limit` bytes and the few that show that
 * there are more: whoever judges the text then finds it too long. EX_IOERR when it
 * cannot be read.
 */
bool
input_read(const char *argument, size_t limit, cli_input *out, cli_failure *failure);

/* Takes one newline, LF or CRLF, off the end of what came from a file or a pipe. */
void input_drop_newline(cli_input *input);

void input_free(cli_input *input);

#endif
