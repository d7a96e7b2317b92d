/* SPDX-License-Identifier: Apache-2.0 */
#include "market/market_reader.h"

#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    NAME_LIMIT = 160, /* of a file's name in a message */
    DETAIL_SIZE = 200,
    QUOTE_LIMIT = 48,
};

bool
reader_failed(const market_reader *reader)
{
    return reader->status != ENTITLE_OK;
}

void
reader_fail_memory(market_reader *reader)
{
    if (!reader_failed(reader)) {
        reader->status = ent_fail_memory(reader->error);
    }
}

static const char see_schema[] = "docs/market.schema.json says what may stand there";

/* The end of a long path says more than its beginning. */
static const char *
short_name(const market_reader *reader)
{
    size_t length = strlen(reader->name);
    return length > NAME_LIMIT ? reader->name + length - NAME_LIMIT : reader->name;
}

static void
say(market_reader *reader,
    const json_place *place,
    const char *detail,
    const char *hint)
{
    const char *path = place->path;
    reader->status = ent_fail(
        reader->error,
        ENTITLE_CONFIGURATION,
        "%s:%zu: %s%s%s",
        short_name(reader),
        place->line,
        path,
        path[0] != '\0' ? ": " : "",
        detail);
    ent_hint(reader->error, "%s", hint != NULL ? hint : see_schema);
}

void
reader_fault(
    market_reader *reader,
    const ent_json *value,
    const char *hint,
    const char *format,
    ...)
{
    if (reader_failed(reader)) {
        return;
    }
    char detail[DETAIL_SIZE];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(detail, sizeof(detail), format, arguments);
    va_end(arguments);
    json_place place = { .line = 1 };
    if (!json_document_find(&reader->file, value, &place)) {
        (void)json_document_find(&reader->defaults, value, &place);
    }
    say(reader, &place, detail, hint);
}

void
reader_fault_text(market_reader *reader, const json_document_fault *fault)
{
    if (fault->out_of_memory) {
        reader_fail_memory(reader);
        return;
    }
    say(reader,
        &fault->place,
        fault->reason,
        "the file is one JSON object, without comments, and with no member twice");
}

const ent_json *
reader_top(const market_reader *reader, const char *name)
{
    const ent_json *member = ent_json_member(reader->file.root, name);
    return member != NULL ? member : ent_json_member(reader->defaults.root, name);
}

bool
reader_has_top(const market_reader *reader, const char *name)
{
    return ent_json_member(reader->file.root, name) != NULL;
}

static bool
is_listed(const char *name, const char *const *list)
{
    for (; *list != NULL; list++) {
        if (strcmp(name, *list) == 0) {
            return true;
        }
    }
    return false;
}

bool
reader_open(market_reader *reader, const ent_json *object, const char *const *known)
{
    if (reader_failed(reader)) {
        return false;
    }
    if (!ent_json_is_object(object)) {
        reader_fault(reader, object, NULL, "is not an object");
        return false;
    }
    const ent_json *member = NULL;
    for (member = json_first(object); member != NULL; member = json_next(member)) {
        if (!is_listed(json_name(member), known)) {
            reader_fault(reader, member, NULL, "there is no such member");
            return false;
        }
    }
    return true;
}

size_t
reader_count(
    market_reader *reader, const ent_json *array, size_t minimum, size_t maximum)
{
    if (reader_failed(reader)) {
        return 0;
    }
    if (!json_is_array(array)) {
        reader_fault(reader, array, NULL, "is not an array");
        return 0;
    }
    size_t count = 0;
    for (const ent_json *each = json_first(array); each != NULL;
         each = json_next(each)) {
        count++;
    }
    if (count < minimum || count > maximum) {
        reader_fault(
            reader,
            array,
            "leave the member out to have the default market's",
            "has %zu elements, not %zu to %zu",
            count,
            minimum,
            maximum);
        return 0;
    }
    return count;
}

void
reader_require_distinct(market_reader *reader, name_list *names, bool quotes)
{
    if (reader_failed(reader)) {
        return;
    }
    name_list_sort(names);
    const market_name *earlier = NULL;
    const market_name *twice = name_list_duplicate(names, &earlier);
    if (twice == NULL) {
        return;
    }
    json_place first = { .line = 1 };
    (void)json_document_find(&reader->file, earlier->node, &first);
    char quoted[QUOTE_LIMIT + 8] = "";
    if (quotes) {
        (void)snprintf(quoted, sizeof(quoted), "'%.*s' ", QUOTE_LIMIT, twice->text);
    }
    reader_fault(
        reader,
        twice->node,
        "each may occur once only",
        "%sis also %s in line %zu",
        quoted,
        first.path,
        first.line);
}
