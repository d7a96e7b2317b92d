/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_FUZZ_REQUEST_TEXT_H
#define TEST_FUZZ_REQUEST_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A request as inputs write it: "METHOD TARGET", headers as "Name: value", a line each,
 * an empty line and the body. Each text is cut out in its place.
 */
typedef struct request_text {
    char *method;
    char *target;
    char *headers; /* what is left of them, for request_text_next() */
    char *body;
    size_t body_length;
} request_text;

/* `text` has `length` bytes and a NUL behind them, and may be written to. */
void request_text_begin(request_text *out, char *text, size_t length);

/* The next header; false after the last. Lines without a ":" are left out. */
bool request_text_next(request_text *text, char **name, char **value);

#endif
