/* SPDX-License-Identifier: Apache-2.0 */
#include "service/billing_window.h"

#include "base/timestamp.h"

#include <string.h>

enum { FUTURE_S = 300, GRACE_S = 6 * 3600 };

/* "2026-11-22T…" becomes "2026-11-01T00:00:00Z". */
static int64_t
month_start(int64_t now_s)
{
    char text[ENT_TIMESTAMP_SIZE];
    static const char rest[] = "-01T00:00:00Z";
    int64_t start_s = now_s;
    ent_timestamp_iso(now_s, text);
    memcpy(text + strlen("YYYY-MM"), rest, sizeof(rest));
    (void)ent_timestamp_parse_iso(text, &start_s);
    return start_s;
}

billing_window
billing_window_at(int64_t now_s, int64_t length_s)
{
    int64_t month_s = month_start(now_s);
    return (billing_window){
        .too_old_ms = (now_s - length_s) * 1000,
        .month_ms = month_s * 1000,
        .is_past_grace = now_s >= month_s + GRACE_S,
        .newest_ms = (now_s + FUTURE_S) * 1000,
    };
}

billing_verdict
billing_judge(const billing_window *window, int64_t timestamp_ms)
{
    if (timestamp_ms > window->newest_ms) {
        return BILLING_IN_FUTURE;
    }
    if (timestamp_ms <= window->too_old_ms) {
        return BILLING_TOO_OLD;
    }
    bool is_last_month = timestamp_ms < window->month_ms;
    return is_last_month && window->is_past_grace ? BILLING_CLOSED : BILLING_OPEN;
}
