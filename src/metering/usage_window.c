/* SPDX-License-Identifier: Apache-2.0 */
#include "base/timestamp.h"

#include <entitle/usage.h>

enum {
    HOUR_S = 3600,
    DAY_S = 86400,
    METER_WINDOW_S = 6 * HOUR_S,
    CUT_OFF_S = 6 * HOUR_S
};

int64_t
entitle_usage_hour(int64_t at_s)
{
    return ent_hour_of(at_s);
}

static int64_t
later(int64_t at_s, int64_t by_s)
{
    return at_s <= INT64_MAX - by_s ? at_s + by_s : INT64_MAX;
}

int64_t
entitle_meter_usage_closes_at(int64_t at_s)
{
    return later(at_s, METER_WINDOW_S);
}

static int64_t
day_of(int64_t at_s)
{
    int64_t day = at_s / DAY_S;

    return at_s % DAY_S < 0 ? day - 1 : day;
}

/*
 * The day of the month, from 1, of a day counted from 1970-01-01 in the Gregorian
 * calendar; years are counted from March, so that the leap day ends them.
 */
static int64_t
day_of_month(int64_t day)
{
    const int64_t era_days = 146097; /* 400 years */
    int64_t since_march_0000 = day + 719468;
    int64_t of_era = since_march_0000 % era_days;
    int64_t year, of_year, month;

    if (of_era < 0) {
        of_era += era_days;
    }
    year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    of_year = of_era - (365 * year + year / 4 - year / 100);
    month = (5 * of_year + 2) / 153;
    return of_year - (153 * month + 2) / 5 + 1;
}

/*
 * Usage of a month's last day: what is later than 06:00 on the first of the next would
 * still be within 24 hours.
 */
int64_t
entitle_batch_meter_usage_closes_at(int64_t at_s)
{
    int64_t closes_at_s = later(at_s, DAY_S);
    int64_t next_day = day_of(closes_at_s);
    int64_t cut_off_s;

    if (closes_at_s == INT64_MAX || day_of_month(next_day) != 1) {
        return closes_at_s;
    }
    cut_off_s = next_day * DAY_S + CUT_OFF_S;
    return closes_at_s < cut_off_s ? closes_at_s : cut_off_s;
}
