/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_CLOCK_OFFSET_H
#define ENT_AWS_CLOCK_OFFSET_H

#include "http/response.h"

#include <entitle/runtime.h>

#include <stdbool.h>
#include <stdint.h>

/* From here on AWS's SDKs take an offset for a wrong clock and not for a slow line. */
enum { ENT_CLOCK_SKEW_MS = 240 * 1000 };

/* No service takes a signature whose time is further off than this. */
enum { ENT_CLOCK_TOLERANCE_MS = 15 * 60 * 1000 };

/*
 * The service's clock minus this machine's, in whole seconds, from the `Date` of an
 * answer that arrived at `received_ms` (wall clock); 0 where the `Date` may have been
 * written by the same clock while the call was under way. False where it tells nothing:
 * no readable `Date`, an `Age` (the date is that of a cache), or a round trip of more
 * than 15 minutes.
 */
bool ent_clock_offset_measure(
    const entitle_response *response,
    int64_t received_ms,
    int64_t round_trip_ms,
    int64_t *out_ms);

/*
 * Whether the wall clock has been set since it was `set_ms` ahead of the monotonic one:
 * what was measured against it holds no longer.
 */
bool ent_clock_has_been_set(const entitle_runtime *runtime, int64_t set_ms);

#endif
