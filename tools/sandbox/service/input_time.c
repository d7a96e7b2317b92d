/* SPDX-License-Identifier: Apache-2.0 */
#include "base/timestamp.h"
#include "service/input.h"

#include <math.h>
#include <string.h>

/* 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z. */
static const double first_s = -62135596800.0;
static const double last_s = 253402300799.0;

static const char iso_note[] =
    "a time came as ISO 8601; SDKs send seconds since 1970, as a number";

/*
 * Down to the millisecond; the thousandth part of one is forgiven, because
 * 1767323045.678 is not quite that in binary.
 */
static int64_t
to_milliseconds(double seconds)
{
    double bounded = fmin(fmax(seconds, first_s), last_s);
    return (int64_t)floor(bounded * 1000 + 0.001);
}

/* "2026-11-21T20:00:00.678Z": what is behind the point, cut to three digits. */
static int64_t
fraction_ms(const char *iso)
{
    int64_t fraction = 0;
    const char *point = strchr(iso, '.');
    int64_t unit = 100;
    for (; point != NULL && unit > 0 && point[1] >= '0' && point[1] <= '9'; point++) {
        fraction += (point[1] - '0') * unit;
        unit /= 10;
    }
    return fraction;
}

/* The text is a number as JSON writes it, without white space around. */
static bool
read_quoted_number(const char *text, double *out)
{
    if (text[strcspn(text, " \t\r\n")] != '\0') {
        return false;
    }
    ent_json *json = ent_json_parse(text, strlen(text), NULL);
    bool is_number = ent_json_number(json, out);
    ent_json_free(json);
    return is_number;
}

static bool
read_text(service_input *input, const char *text, int64_t *out_ms)
{
    double seconds = 0;
    if (read_quoted_number(text, &seconds)) {
        *out_ms = to_milliseconds(seconds);
        return true;
    }
    int64_t iso_s = 0;
    if (!ent_timestamp_parse_iso(text, &iso_s)) {
        return false;
    }
    *out_ms = iso_s * 1000 + fraction_ms(text);
    input->call->entry.note = iso_note;
    return true;
}

bool
input_read_time(const input_object *object, const char *name, int64_t *out_ms)
{
    const ent_json *value = input_member(object, name);
    if (value == NULL) {
        input_violate_null(object, name);
        return false;
    }
    double seconds = 0;
    if (ent_json_number(value, &seconds)) {
        *out_ms = to_milliseconds(seconds);
        return true;
    }
    const char *text = ent_json_string(value);
    if (text != NULL && read_text(object->input, text, out_ms)) {
        return true;
    }
    input_fault_type(object, name, INPUT_TIME);
    return false;
}
