/* SPDX-License-Identifier: Apache-2.0 */
#include "termination_log.h"

#include "console/output.h"
#include "console/printable.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOG_PATH "/dev/termination-log"

enum { LOG_LIMIT = 4096 };

static bool
is_regular_file(int descriptor)
{
    struct stat status;

    return fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

static size_t
append_line(char *text, size_t used, const char *line)
{
    if (line == NULL || line[0] == '\0' || used + 2 >= LOG_LIMIT) {
        return used;
    }
    printable_copy(text + used, LOG_LIMIT - 1 - used, line);
    used += strlen(text + used);
    text[used++] = '\n';
    return used;
}

void
termination_log_write(const char *message, const char *hint)
{
    char text[LOG_LIMIT];
    size_t length = 0;
    int descriptor = -1;

    if (output_get_mode()->quiet) {
        return;
    }
    /* O_NONBLOCK: whatever else stands there, opening it does not wait. */
    descriptor = open(LOG_PATH, O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (descriptor < 0) {
        return;
    }
    length = append_line(text, 0, message);
    length = append_line(text, length, hint);
    if (is_regular_file(descriptor) && ftruncate(descriptor, 0) == 0 &&
        write(descriptor, text, length) < 0) {
        output_debug("the termination log could not be written");
    }
    (void)close(descriptor);
}
