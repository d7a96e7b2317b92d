/* SPDX-License-Identifier: Apache-2.0 */
#include "base/timestamp.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

/*
 * The calendar by hand: timegm() is not POSIX, and strptime() depends on the locale.
 * The arithmetic counts days from 0000-03-01, so that a leap day is the last one of its
 * year.
 */
typedef struct civil_time {
    int64_t year;
    int month; /* 1 to 12 */
    int day;   /* 1 to 31 */
    int hour;
    int minute;
    int second;
} civil_time;

enum { DAYS_PER_ERA = 146097, YEARS_PER_ERA = 400, DAYS_TO_1970 = 719468 };

static const int64_t first_second = -62167219200; /* 0000-01-01T00:00:00Z */
static const int64_t last_second = 253402300799;  /* 9999-12-31T23:59:59Z */

static bool
is_leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int
days_in_month(int64_t year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

static bool
civil_exists(const civil_time *civil)
{
    return civil->month >= 1 && civil->month <= 12 && civil->day >= 1 &&
           civil->day <= days_in_month(civil->year, civil->month) &&
           civil->hour <= 23 && civil->minute <= 59 && civil->second <= 59;
}

static int64_t
civil_to_epoch(const civil_time *civil)
{
    int64_t year = civil->month > 2 ? civil->year : civil->year - 1;
    int64_t era = (year >= 0 ? year : year - (YEARS_PER_ERA - 1)) / YEARS_PER_ERA;
    int64_t year_of_era = year - era * YEARS_PER_ERA;
    int64_t month_from_march = (civil->month + 9) % 12;
    int64_t day_of_year = (153 * month_from_march + 2) / 5 + civil->day - 1;
    int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    int64_t days = era * DAYS_PER_ERA + day_of_era - DAYS_TO_1970;
    int64_t minutes = (int64_t)civil->hour * 60 + civil->minute;

    return days * 86400 + minutes * 60 + civil->second;
}

static civil_time
civil_from_epoch(int64_t epoch_s)
{
    int64_t clamped = epoch_s < first_second  ? first_second
                      : epoch_s > last_second ? last_second
                                              : epoch_s;
    int64_t second_of_day = ((clamped % 86400) + 86400) % 86400;
    /* Never negative: the years before 0000-03-01 are moved by one era and back. */
    int64_t days = (clamped - second_of_day) / 86400 + DAYS_TO_1970 + DAYS_PER_ERA;
    int64_t era = days / DAYS_PER_ERA;
    int64_t day_of_era = days % DAYS_PER_ERA;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
                           day_of_era / (DAYS_PER_ERA - 1)) /
                          365;
    int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    civil_time civil = {
        .day = (int)(day_of_year - (153 * month_from_march + 2) / 5 + 1),
        .month =
            (int)(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9),
        .hour = (int)(second_of_day / 3600),
        .minute = (int)(second_of_day / 60 % 60),
        .second = (int)(second_of_day % 60),
    };

    civil.year = year_of_era + (era - 1) * YEARS_PER_ERA + (civil.month <= 2);
    return civil;
}

void
ent_timestamp_iso(int64_t epoch_s, char out[ENT_TIMESTAMP_SIZE])
{
    civil_time c = civil_from_epoch(epoch_s);

    /* The remainders change nothing; they show the compiler that the text fits. */
    snprintf(
        out,
        ENT_TIMESTAMP_SIZE,
        "%04u-%02u-%02uT%02u:%02u:%02uZ",
        (unsigned)c.year % 10000,
        (unsigned)c.month % 100,
        (unsigned)c.day % 100,
        (unsigned)c.hour % 100,
        (unsigned)c.minute % 100,
        (unsigned)c.second % 100);
}

void
ent_timestamp_amz(int64_t epoch_s, char out[ENT_TIMESTAMP_SIZE])
{
    char *to = out;

    ent_timestamp_iso(epoch_s, out);
    for (const char *from = out; *from != '\0'; from++) {
        if (*from != '-' && *from != ':') {
            *to++ = *from;
        }
    }
    *to = '\0';
}

/* Exactly `count` digits; moves `*text` past them. */
static bool
read_digits(const char **text, int count, int *out)
{
    *out = 0;
    for (int i = 0; i < count; i++) {
        char digit = (*text)[i];
        if (digit < '0' || digit > '9') {
            return false;
        }
        *out = *out * 10 + (digit - '0');
    }
    *text += count;
    return true;
}

static bool
read_character(const char **text, char wanted)
{
    if (**text != wanted) {
        return false;
    }
    (*text)++;
    return true;
}

static bool
read_clock(const char **text, civil_time *out)
{
    return read_digits(text, 2, &out->hour) && read_character(text, ':') &&
           read_digits(text, 2, &out->minute) && read_character(text, ':') &&
           read_digits(text, 2, &out->second);
}

/* ".123", if there; its value is of no interest. */
static bool
skip_fraction(const char **text)
{
    if (!read_character(text, '.')) {
        return true;
    }
    if (**text < '0' || **text > '9') {
        return false;
    }
    while (**text >= '0' && **text <= '9') {
        (*text)++;
    }
    return true;
}

/* "Z", or "+01:00" and "-0130" in seconds east of UTC. */
static bool
read_offset(const char **text, int *offset_s)
{
    bool is_west = **text == '-';
    int hours;
    int minutes;

    *offset_s = 0;
    if (read_character(text, 'Z')) {
        return true;
    }
    if (!is_west && **text != '+') {
        return false;
    }
    (*text)++;
    if (!read_digits(text, 2, &hours)) {
        return false;
    }
    (void)read_character(text, ':');
    if (!read_digits(text, 2, &minutes) || hours > 23 || minutes > 59) {
        return false;
    }
    *offset_s = (hours * 3600 + minutes * 60) * (is_west ? -1 : 1);
    return true;
}

bool
ent_timestamp_parse_iso(const char *text, int64_t *out_s)
{
    civil_time civil = { 0 };
    int year;
    int offset_s;

    if (!read_digits(&text, 4, &year) || !read_character(&text, '-') ||
        !read_digits(&text, 2, &civil.month) || !read_character(&text, '-') ||
        !read_digits(&text, 2, &civil.day) || !read_character(&text, 'T') ||
        !read_clock(&text, &civil) || !skip_fraction(&text) ||
        !read_offset(&text, &offset_s) || *text != '\0') {
        return false;
    }
    civil.year = year;
    if (!civil_exists(&civil)) {
        return false;
    }
    *out_s = civil_to_epoch(&civil) - offset_s;
    return true;
}

static bool
read_month_name(const char **text, int *out)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

    for (int month = 0; month < 12; month++) {
        if (strncmp(*text, names + (ptrdiff_t)3 * month, 3) == 0) {
            *out = month + 1;
            *text += 3;
            return true;
        }
    }
    return false;
}

bool
ent_timestamp_parse_http(const char *text, int64_t *out_s)
{
    const char *comma = strchr(text, ',');
    civil_time civil = { 0 };
    int year;

    /* The name of the day says nothing that the date does not. */
    if (comma == NULL || comma - text != 3) {
        return false;
    }
    text = comma + 1;
    if (!read_character(&text, ' ') || !read_digits(&text, 2, &civil.day) ||
        !read_character(&text, ' ') || !read_month_name(&text, &civil.month) ||
        !read_character(&text, ' ') || !read_digits(&text, 4, &year) ||
        !read_character(&text, ' ') || !read_clock(&text, &civil) ||
        strcmp(text, " GMT") != 0) {
        return false;
    }
    civil.year = year;
    if (!civil_exists(&civil)) {
        return false;
    }
    *out_s = civil_to_epoch(&civil);
    return true;
}

int64_t
ent_hour_of(int64_t at_s)
{
    enum { HOUR_S = 3600 };
    int64_t past = at_s % HOUR_S;

    if (past < 0) {
        past += HOUR_S;
    }
    /* The first hour of all does not lie in the range of the type. */
    return at_s >= INT64_MIN + past ? at_s - past : INT64_MIN;
}
