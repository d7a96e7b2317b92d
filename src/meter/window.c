/* SPDX-License-Identifier: Apache-2.0 */
#include "meter/window.h"

#include <entitle/usage.h>

enum { HOUR_S = 3600, DAY_S = 24 * HOUR_S, WARNING_S = 30 * 60 };

static bool
is_open(int64_t hour_s, int64_t now_s)
{
    return entitle_batch_meter_usage_closes_at(hour_s + HOUR_S - 1) > now_s;
}

int64_t
ent_window_first_hour_s(int64_t now_s)
{
    int64_t hour_s = entitle_usage_hour(now_s) - DAY_S - HOUR_S;

    while (!is_open(hour_s, now_s)) {
        hour_s += HOUR_S;
    }
    return hour_s;
}

/* Yesterday's last second closes early only where a month ended with it. */
bool
ent_window_is_month_closing(int64_t now_s, int64_t *month_s, int64_t *closes_at_s)
{
    int64_t of_day_s = now_s % DAY_S;
    int64_t today_s = now_s - of_day_s - (of_day_s < 0 ? DAY_S : 0);

    *month_s = today_s;
    *closes_at_s = entitle_batch_meter_usage_closes_at(today_s - 1);
    return *closes_at_s < today_s - 1 + DAY_S && now_s < *closes_at_s &&
           now_s >= *closes_at_s - WARNING_S;
}
