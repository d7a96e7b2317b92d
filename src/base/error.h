/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_BASE_ERROR_H
#define ENT_BASE_ERROR_H

#include <entitle/error.h>

/*
 * Fills all of `error` (unless NULL) at the point of failure and returns `status`;
 * callers just pass it on. A message is one line without a final period, begins in
 * lower case and quotes the offending public value. Bytes that are not printable are
 * replaced, so that what a hostile peer sent cannot write to a terminal or forge a log
 * line.
 */
entitle_status
ent_fail(entitle_error *error, entitle_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds the remedy to an error that ent_fail() has just filled. */
void ent_hint(entitle_error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* ent_fail() with the one cause that never needs a sentence of its own. */
entitle_status ent_fail_memory(entitle_error *error);

#endif
