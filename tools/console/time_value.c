/* SPDX-License-Identifier: Apache-2.0 */
#include "console/time_value.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define LAST_SECOND INT64_C(253402300799) /* 9999-12-31T23:59:59Z */

static bool
is_digit(char character)
{
    return character >= '0' && character <= '9';
}

static bool
parse_epoch(const char *text, int64_t *out_s)
{
    int64_t value = 0;

    for (; *text != '\0'; text++) {
        if (!is_digit(*text) || value > LAST_SECOND) {
            return false;
        }
        value = value * 10 + (*text - '0');
    }
    *out_s = value;
    return value >= 1 && value <= LAST_SECOND;
}

/* Whether `text` begins as `pattern` says: '0' is any digit, the rest is itself. */
static bool
matches(const char *text, const char *pattern)
{
    for (; *pattern != '\0'; text++, pattern++) {
        if (*pattern == '0' ? !is_digit(*text) : *text != *pattern) {
            return false;
        }
    }
    return true;
}

/* "Z" or ".5Z". */
static bool
is_rest_of_second(const char *text)
{
    if (text[0] == '.' && is_digit(text[1])) {
        text++;
        while (is_digit(*text)) {
            text++;
        }
    }
    return strcmp(text, "Z") == 0;
}

static int
number(const char *digits, size_t count)
{
    int value = 0;

    for (size_t i = 0; i < count; i++) {
        value = value * 10 + (digits[i] - '0');
    }
    return value;
}

static bool
is_leap_year(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int
days_in_month(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

    return days[month - 1] + (month == 2 && is_leap_year(year) ? 1 : 0);
}

/* Days from 1970-01-01 to the first day of a year from 1970 on. */
static int64_t
days_before_year(int year)
{
    int64_t past = year - 1;

    return (year - 1970) * INT64_C(365) + (past / 4 - past / 100 + past / 400) -
           (1969 / 4 - 1969 / 100 + 1969 / 400);
}

static bool
parse_iso(const char *text, int64_t *out_s)
{
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    int64_t days = 0;

    if (!matches(text, "0000-00-00T00:00:00") || !is_rest_of_second(text + 19)) {
        return false;
    }
    year = number(text, 4);
    month = number(text + 5, 2);
    day = number(text + 8, 2);
    hour = number(text + 11, 2);
    minute = number(text + 14, 2);
    second = number(text + 17, 2);
    if (year < 1970 || month < 1 || month > 12 || day < 1 ||
        day > days_in_month(year, month) || hour > 23 || minute > 59 || second > 59) {
        return false;
    }
    days = days_before_year(year) + day - 1;
    for (int earlier = 1; earlier < month; earlier++) {
        days += days_in_month(year, earlier);
    }
    *out_s = ((days * 24 + hour) * 60 + minute) * 60 + second;
    return *out_s >= 1;
}

bool
time_value_parse(const char *text, int64_t *out_s)
{
    return parse_epoch(text, out_s) || parse_iso(text, out_s);
}

void
time_value_format(int64_t epoch_s, char out[TIME_TEXT_SIZE])
{
    struct tm parts;
    time_t time = 0;

    if (epoch_s > 0) {
        time = (time_t)(epoch_s < LAST_SECOND ? epoch_s : LAST_SECOND);
    }
    if (gmtime_r(&time, &parts) == NULL ||
        strftime(out, TIME_TEXT_SIZE, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0) {
        out[0] = '\0';
    }
}
