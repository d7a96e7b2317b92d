/* SPDX-License-Identifier: Apache-2.0 */
#include "base/timestamp.h"
#include "market/market_reader.h"

/* The end of 9999, the last year that ISO 8601 writes with four digits. */
static const int64_t latest_s = 253402300799;

static const ent_json *
find(const reader_member *from, const char *name)
{
    const ent_json *member = ent_json_member(from->object, name);
    return member != NULL || from->fallback == NULL
               ? member
               : ent_json_member(from->fallback, name);
}

static const char *
take_text(market_reader *reader, const ent_json *value, const market_rule *rule)
{
    if (value == NULL || reader_failed(reader)) {
        return NULL;
    }
    const char *text = ent_json_string(value);
    if (text == NULL) {
        reader_fault(reader, value, rule->hint, "is not a string");
        return NULL;
    }
    if (!rule->fits(text)) {
        reader_fault(reader, value, rule->hint, "%s", rule->fault);
        return NULL;
    }
    const char *copy = arena_copy(reader->arena, text);
    if (copy == NULL) {
        reader_fail_memory(reader);
    }
    return copy;
}

const char *
reader_text(
    market_reader *reader,
    const reader_member *from,
    const char *name,
    const market_rule *rule)
{
    return take_text(reader, find(from, name), rule);
}

const char *
reader_required_text(
    market_reader *reader,
    const reader_member *from,
    const char *name,
    const market_rule *rule)
{
    if (find(from, name) == NULL) {
        reader_fault(reader, from->object, rule->hint, "\"%s\" is missing", name);
    }
    return reader_text(reader, from, name, rule);
}

/* A whole number from `minimum` to `maximum`, which a double holds exactly. */
static bool
to_integer(const ent_json *value, int64_t minimum, int64_t maximum, int64_t *out)
{
    double number = 0;
    if (!ent_json_number(value, &number) || number < (double)minimum ||
        number > (double)maximum) {
        return false;
    }
    *out = (int64_t)number;
    double whole = (double)*out;
    return whole >= number && whole <= number;
}

int64_t
reader_integer(
    market_reader *reader,
    const reader_member *from,
    const char *name,
    int64_t minimum,
    int64_t maximum)
{
    const ent_json *value = find(from, name);
    int64_t integer = minimum;
    if (value != NULL && !to_integer(value, minimum, maximum, &integer)) {
        reader_fault(
            reader,
            value,
            NULL,
            "is not a whole number from %lld to %lld",
            (long long)minimum,
            (long long)maximum);
        return minimum;
    }
    return integer;
}

bool
reader_bool(market_reader *reader, const reader_member *from, const char *name)
{
    const ent_json *value = find(from, name);
    if (value != NULL && !json_is_bool(value)) {
        reader_fault(reader, value, NULL, "is neither true nor false");
    }
    return value != NULL && json_is_true(value);
}

int64_t
reader_time(
    market_reader *reader, const ent_json *object, const char *name, int64_t absent)
{
    const ent_json *value = ent_json_member(object, name);
    if (value == NULL || ent_json_is_null(value)) {
        return absent;
    }
    int64_t time_s = 0;
    const char *text = ent_json_string(value);
    bool is_read = text != NULL ? ent_timestamp_parse_iso(text, &time_s)
                                : to_integer(value, 0, latest_s, &time_s);
    if (!is_read || time_s < 0) {
        reader_fault(
            reader,
            value,
            "write a time as \"2026-11-21T20:00:00Z\" or as whole epoch seconds",
            "is not a time");
        return absent;
    }
    return time_s;
}

reader_texts
reader_list(
    market_reader *reader,
    const reader_member *from,
    const char *name,
    size_t maximum,
    const market_rule *rule)
{
    const reader_texts none = { .count = 0 };
    const ent_json *array = find(from, name);
    if (array == NULL) {
        return none;
    }
    size_t count = reader_count(reader, array, 1, maximum);
    const char **texts = arena_allocate(reader->arena, count, sizeof(*texts));
    name_list names;
    if (texts == NULL || !name_list_init(&names, &reader->scratch, count)) {
        reader_fail_memory(reader);
        return none;
    }
    const ent_json *value = json_first(array);
    for (size_t i = 0; i < count && !reader_failed(reader); i++) {
        texts[i] = take_text(reader, value, rule);
        name_list_add(&names, texts[i] != NULL ? texts[i] : "", value, NULL);
        value = json_next(value);
    }
    reader_require_distinct(reader, &names, true);
    return reader_failed(reader) ? none
                                 : (reader_texts){ .texts = texts, .count = count };
}
