/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONSOLE_TIME_VALUE_H
#define CONSOLE_TIME_VALUE_H

#include <stdbool.h>
#include <stdint.h>

enum { TIME_TEXT_SIZE = 21 };

/*
 * Reads ISO 8601 in UTC, "2026-11-21T20:00:00Z" with an optional fraction (cut off), or
 * epoch seconds from 1 to the end of the year 9999.
 */
bool time_value_parse(const char *text, int64_t *out_s);

/* "2026-11-21T20:00:00Z"; the years 1970 to 9999, outside them the nearest end. */
void time_value_format(int64_t epoch_s, char out[TIME_TEXT_SIZE]);

#endif
