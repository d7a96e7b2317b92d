/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONSOLE_OUTPUT_H
#define CONSOLE_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Every byte that the program prints goes through here. The rules:
 *   - The result goes to standard output, everything else to standard error, each line
 *     there with its prefix: "entitle: error: ", "entitle: warning: " and so on.
 *   - One call prints one line of printable text, whatever the arguments hold.
 *   - --json changes the result only. Where standard output belongs to someone else
 *     (`run`), the JSON takes the place of the lines on standard error.
 *   - --quiet leaves the exit status only, also with --json and --verbose.
 *   - A result that cannot be written turns success into EX_IOERR.
 */
typedef struct output_mode {
    bool json;
    bool quiet;
    bool verbose;
} output_mode;

void output_set_mode(const output_mode *mode);
const output_mode *output_get_mode(void);

/* A line of the result. Prints nothing under --json. */
void output_result(const char *format, ...) __attribute__((format(printf, 1, 2)));

void output_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void output_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Nothing for NULL or "". */
void output_hint(const char *hint);

/*
 * The only line that changes: shown on standard error where that is a terminal, in
 * place of the one before, and gone before any other line comes. "" removes it.
 */
void output_status_line(const char *text);

/* Whether it would be shown. */
bool output_has_status_line(void);

/* Under --verbose only. */
void output_debug(const char *message);

/* A text of our own, as it stands: for help, which has lines of its own making. */
void output_text(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * One JSON value on one line. What a terminal would not just show, and what is not
 * UTF-8, is escaped; the value stays the same.
 */
void output_json(const char *json);

void output_json_to_stderr(const char *json);

/* The value in parts, for one that is long; none of them splits a character. */
void output_json_part(const char *json);
void output_json_end(void);

/* `exit_status`, or EX_IOERR in place of success when a result could not be written. */
int output_finish(int exit_status);

#endif
