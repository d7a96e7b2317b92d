/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_DIFFERENTIAL_LINES_H
#define TEST_DIFFERENTIAL_LINES_H

#include <stdbool.h>
#include <stddef.h>

/*
 * How the readers that are compared are asked and answer: a line on standard input is a
 * question, in fields of hex digits with a space between them, so that any bytes may be
 * asked about; a line on standard output is the answer to it.
 */
enum { LINE_FIELDS_MAX = 64 };

/* Each field is followed by a NUL, which is not part of it. */
typedef struct line_field {
    char *bytes;
    size_t length;
} line_field;

typedef struct line_question {
    line_field fields[LINE_FIELDS_MAX];
    size_t count;
    char *text; /* where the fields stand; the reader keeps it */
    size_t size;
} line_question;

/* False at the end of the input. What is no question ends the program. */
bool line_read(line_question *question);
void line_release(line_question *question);

/* `accept HEX`: what was read. Bytes in hex go on to the end of the line. */
void line_accept(const void *bytes, size_t length);

/* `refuse REASON`, made one line of printable ASCII. */
void line_refuse(const char *reason);

#endif
