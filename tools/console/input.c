/* SPDX-License-Identifier: Apache-2.0 */
#include "console/input.h"

#include "console/exit_status.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NEWLINE_LENGTH = 2 };

/* Fills `bytes` from a descriptor, up to `size`; -1 with errno when that fails. */
static ssize_t
read_up_to(int descriptor, char *bytes, size_t size)
{
    size_t used = 0;

    while (used < size) {
        ssize_t count = read(descriptor, bytes + used, size - used);

        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            return -1;
        }
        if (count == 0) {
            break;
        }
        used += (size_t)count;
    }
    return (ssize_t)used;
}

static bool
read_descriptor(int descriptor, size_t limit, cli_input *out)
{
    size_t size = limit + NEWLINE_LENGTH + 1;
    ssize_t length = -1;

    out->buffer = malloc(size);
    if (out->buffer == NULL) {
        return false;
    }
    length = read_up_to(descriptor, out->buffer, size);
    if (length < 0) {
        return false;
    }
    out->bytes = out->buffer;
    out->length = (size_t)length;
    return true;
}

bool
input_read(const char *argument, size_t limit, cli_input *out, cli_failure *failure)
{
    bool is_stdin = argument == NULL || strcmp(argument, "-") == 0;
    const char *name = is_stdin ? "standard input" : argument + 1;
    int descriptor = STDIN_FILENO;
    bool is_read = false;

    *out = (cli_input){ .bytes = argument };
    if (!is_stdin && argument[0] != '@') {
        out->length = strlen(argument);
        return true;
    }
    if (!is_stdin) {
        descriptor = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    }
    is_read = descriptor >= 0 && read_descriptor(descriptor, limit, out);
    if (!is_read) {
        fail(failure, EX_IOERR, "%.256s cannot be read: %s", name, strerror(errno));
        input_free(out);
    }
    if (!is_stdin && descriptor >= 0) {
        (void)close(descriptor);
    }
    return is_read;
}

void
input_drop_newline(cli_input *input)
{
    if (input->buffer == NULL || input->length == 0 ||
        input->bytes[input->length - 1] != '\n') {
        return;
    }
    input->length--;
    if (input->length > 0 && input->bytes[input->length - 1] == '\r') {
        input->length--;
    }
}

void
input_free(cli_input *input)
{
    free(input->buffer);
    input->buffer = NULL;
}
