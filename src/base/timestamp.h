/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_BASE_TIMESTAMP_H
#define ENT_BASE_TIMESTAMP_H

#include <stdbool.h>
#include <stdint.h>

enum { ENT_TIMESTAMP_SIZE = 21 };

/* "2026-11-21T20:00:00Z"; years 0000 to 9999, outside them the nearest end. */
void ent_timestamp_iso(int64_t epoch_s, char out[ENT_TIMESTAMP_SIZE]);

/* "20261121T200000Z", as SigV4 wants it; the first 8 characters are the date. */
void ent_timestamp_amz(int64_t epoch_s, char out[ENT_TIMESTAMP_SIZE]);

/*
 * Reads ISO 8601 as AWS writes it: "2026-11-21T20:00:00Z", with an optional fraction
 * (cut off) and "Z" or an offset such as "+01:00". False for anything else, also for a
 * day or an hour that does not exist.
 */
bool ent_timestamp_parse_iso(const char *text, int64_t *out_s);

/*
 * Reads the `Date` of an HTTP answer: "Sat, 21 Nov 2026 20:00:00 GMT"
 * (RFC 9110 §5.6.7).
 */
bool ent_timestamp_parse_http(const char *text, int64_t *out_s);

/* The beginning of the hour around a time, also before 1970. */
int64_t ent_hour_of(int64_t at_s);

#endif
