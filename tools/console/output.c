/* SPDX-License-Identifier: Apache-2.0 */
#include "console/output.h"

#include "console/printable.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum { LINE_SIZE = 8192 };

static struct {
    output_mode mode;
    bool result_is_lost;
    bool has_status_line;
} output;

void
output_set_mode(const output_mode *mode)
{
    output.mode = *mode;
}

const output_mode *
output_get_mode(void)
{
    return &output.mode;
}

static bool
write_all(int descriptor, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(descriptor, bytes, length);

        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return false;
        }
        bytes += written;
        length -= (size_t)written;
    }
    return true;
}

static void
write_result(const char *bytes, size_t length)
{
    if (!write_all(STDOUT_FILENO, bytes, length)) {
        output.result_is_lost = true;
    }
}

/* The line is written at once, so that lines of other programs do not get into it. */
static size_t __attribute__((format(printf, 3, 0))) make_line(
    char line[LINE_SIZE], const char *prefix, const char *format, va_list arguments)
{
    char text[LINE_SIZE];
    size_t length = 0;

    (void)vsnprintf(text, sizeof(text), format, arguments);
    length = (size_t)snprintf(line, LINE_SIZE - 1, "%s", prefix);
    printable_copy(line + length, LINE_SIZE - 1 - length, text);
    length = strlen(line);
    line[length++] = '\n';
    return length;
}

static void
erase_status_line(void)
{
    if (output.has_status_line) {
        (void)write_all(STDERR_FILENO, "\r\033[K", 4);
        output.has_status_line = false;
    }
}

static void __attribute__((format(printf, 2, 0)))
print_line(const char *prefix, const char *format, va_list arguments)
{
    char line[LINE_SIZE];

    if (output.mode.quiet) {
        return;
    }
    erase_status_line();
    /* There is nowhere left to complain about standard error. */
    (void)write_all(STDERR_FILENO, line, make_line(line, prefix, format, arguments));
}

void
output_result(const char *format, ...)
{
    char line[LINE_SIZE];
    va_list arguments;

    if (output.mode.quiet || output.mode.json) {
        return;
    }
    va_start(arguments, format);
    write_result(line, make_line(line, "", format, arguments));
    va_end(arguments);
}

void
output_error(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    print_line("entitle: error: ", format, arguments);
    va_end(arguments);
}

void
output_warning(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    print_line("entitle: warning: ", format, arguments);
    va_end(arguments);
}

static void __attribute__((format(printf, 2, 3)))
print(const char *prefix, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    print_line(prefix, format, arguments);
    va_end(arguments);
}

void
output_hint(const char *hint)
{
    if (hint != NULL && hint[0] != '\0') {
        print("entitle: hint: ", "%s", hint);
    }
}

void
output_debug(const char *message)
{
    if (output.mode.verbose) {
        print("entitle: debug: ", "%s", message);
    }
}

bool
output_has_status_line(void)
{
    const char *terminal = getenv("TERM");

    return !output.mode.quiet && !output.mode.verbose && isatty(STDERR_FILENO) &&
           terminal != NULL && strcmp(terminal, "dumb") != 0;
}

void
output_status_line(const char *text)
{
    char line[LINE_SIZE];

    erase_status_line();
    if (text[0] == '\0' || !output_has_status_line()) {
        return;
    }
    printable_copy(line, sizeof(line), text);
    output.has_status_line = write_all(STDERR_FILENO, line, strlen(line));
}

void
output_text(const char *format, ...)
{
    char text[LINE_SIZE];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    if (!output.mode.quiet) {
        write_result(text, strlen(text));
    }
}

/* The bytes to print for the next character of a JSON text. */
static size_t
escape_next(const char **json, char out[7])
{
    const char *start = *json;
    uint32_t character = 0;

    if (!utf8_next(json, &character)) {
        character = 0xfffd;
    } else if (character < 0x20) {
        /* Strict JSON has these between tokens only, where a space means the same. */
        out[0] = ' ';
        return 1;
    } else if (is_printable(character)) {
        memcpy(out, start, (size_t)(*json - start));
        return (size_t)(*json - start);
    }
    return (size_t)snprintf(out, 7, "\\u%04x", (unsigned int)character & 0xffffu);
}

static bool
write_json(int descriptor, const char *json)
{
    char chunk[4096];
    size_t used = 0;

    while (*json != '\0') {
        if (used + 8 > sizeof(chunk)) {
            if (!write_all(descriptor, chunk, used)) {
                return false;
            }
            used = 0;
        }
        used += escape_next(&json, chunk + used);
    }
    return write_all(descriptor, chunk, used);
}

void
output_json_part(const char *json)
{
    if (!output.mode.quiet && !write_json(STDOUT_FILENO, json)) {
        output.result_is_lost = true;
    }
}

void
output_json_end(void)
{
    if (!output.mode.quiet) {
        write_result("\n", 1);
    }
}

void
output_json(const char *json)
{
    output_json_part(json);
    output_json_end();
}

void
output_json_to_stderr(const char *json)
{
    if (!output.mode.quiet) {
        (void)(write_json(STDERR_FILENO, json) && write_all(STDERR_FILENO, "\n", 1));
    }
}

int
output_finish(int exit_status)
{
    if (!output.result_is_lost) {
        return exit_status;
    }
    output_error("the result could not be written to standard output");
    return exit_status == EX_OK ? EX_IOERR : exit_status;
}
