/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/clock_offset.h"

#include "base/timestamp.h"

#include <stddef.h>

enum {
    ROUND_TRIP_LIMIT_MS = 15 * 60 * 1000,
    STEP_LIMIT_MS = 2000, /* a `Date` has whole seconds */
    TICK_MS = 10          /* what time() of a server may be late */
};

/*
 * Whether a right clock may have got this answer: its `Date` names a second in which
 * the call was under way. A slow line must not close an hour early or late.
 */
static bool
may_be_right(int64_t date_s, int64_t received_ms, int64_t round_trip_ms)
{
    int64_t sent_ms = received_ms - round_trip_ms - TICK_MS;

    return date_s >= sent_ms / 1000 && date_s <= received_ms / 1000;
}

bool
ent_clock_offset_measure(
    const entitle_response *response,
    int64_t received_ms,
    int64_t round_trip_ms,
    int64_t *out_ms)
{
    const char *date = ent_response_header(response, "date");
    int64_t date_s = 0;

    if (date == NULL || ent_response_header(response, "age") != NULL ||
        round_trip_ms > ROUND_TRIP_LIMIT_MS) {
        return false;
    }
    if (!ent_timestamp_parse_http(date, &date_s)) {
        return false;
    }
    if (may_be_right(date_s, received_ms, round_trip_ms)) {
        *out_ms = 0;
        return true;
    }
    /* A `Date` has no fraction, so the machine's own is left out, too. */
    *out_ms = (date_s - received_ms / 1000) * 1000;
    return true;
}

bool
ent_clock_has_been_set(const entitle_runtime *runtime, int64_t set_ms)
{
    int64_t now_ms = runtime->wall_ms(runtime->context);
    int64_t step_ms = now_ms - runtime->monotonic_ms(runtime->context) - set_ms;

    return step_ms > STEP_LIMIT_MS || step_ms < -STEP_LIMIT_MS;
}
