/* SPDX-License-Identifier: Apache-2.0 */
#include "usage/trail_time.h"

#include "console/time_value.h"

#include <stdio.h>
#include <string.h>

/* Newer releases of Java put a narrow space before AM and PM, and no ordinary one. */
static const char narrow_space[] = "\xe2\x80\xaf";

static bool
skip(const char **text, const char *what)
{
    size_t length = strlen(what);

    if (strncmp(*text, what, length) != 0) {
        return false;
    }
    *text += length;
    return true;
}

/* Of `least` to `most` digits. */
static bool
read_number(const char **text, size_t least, size_t most, unsigned *out)
{
    size_t length = strspn(*text, "0123456789");

    if (length < least || length > most) {
        return false;
    }
    *out = 0;
    for (size_t i = 0; i < length; i++) {
        *out = *out * 10 + (unsigned)((*text)[i] - '0');
    }
    *text += length;
    return true;
}

static bool
read_month(const char **text, unsigned *out)
{
    static const char names[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

    for (*out = 1; *out <= 12; (*out)++) {
        if (skip(text, names[*out - 1])) {
            return true;
        }
    }
    return false;
}

/* 12 AM is the first hour of the day, and 12 PM that after noon. */
static bool
read_half(const char **text, unsigned *hour)
{
    bool is_after_noon = false;

    if (!skip(text, narrow_space) && !skip(text, " ")) {
        return false;
    }
    if (skip(text, "PM")) {
        is_after_noon = true;
    } else if (!skip(text, "AM")) {
        return false;
    }
    if (*hour < 1 || *hour > 12) {
        return false;
    }
    *hour = *hour % 12 + (is_after_noon ? 12 : 0);
    return true;
}

bool
trail_time_parse(const char *text, int64_t *out_s)
{
    unsigned month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0;
    char iso[64];

    if (text[0] >= '0' && text[0] <= '9') {
        return time_value_parse(text, out_s);
    }
    if (!read_month(&text, &month) || !skip(&text, " ") ||
        !read_number(&text, 1, 2, &day) || !skip(&text, ", ") ||
        !read_number(&text, 4, 4, &year) || !(skip(&text, ", ") || skip(&text, " ")) ||
        !read_number(&text, 1, 2, &hour) || !skip(&text, ":") ||
        !read_number(&text, 2, 2, &minute) || !skip(&text, ":") ||
        !read_number(&text, 2, 2, &second) || !read_half(&text, &hour) ||
        *text != '\0') {
        return false;
    }
    (void)snprintf(
        iso,
        sizeof(iso),
        "%04u-%02u-%02uT%02u:%02u:%02uZ",
        year,
        month,
        day,
        hour,
        minute,
        second);
    return time_value_parse(iso, out_s);
}
