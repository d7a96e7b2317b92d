/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/fields.h"

#include <cjson/cJSON.h>

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/*
 * Names of members are cut to this in a message; cut inside a character, a name would
 * not be UTF-8 any more, so only the ASCII before is quoted.
 */
enum { NAME_LIMIT = 48 };

void
fields_begin(sandbox_fields *fields, const ent_json *object)
{
    fields->object = object;
    fields->fault[0] = '\0';
}

void
fields_fault(sandbox_fields *fields, const char *format, ...)
{
    if (fields->fault[0] != '\0') {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(fields->fault, sizeof(fields->fault), format, arguments);
    va_end(arguments);
}

static size_t
quotable_length(const char *name)
{
    size_t length = 0;
    while (length < NAME_LIMIT && name[length] >= ' ' && name[length] <= '~') {
        length++;
    }
    return length;
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

void
fields_refuse_others(sandbox_fields *fields, const char *const *known)
{
    const cJSON *member = NULL;
    cJSON_ArrayForEach(member, fields->object)
    {
        if (!is_listed(member->string, known)) {
            fields_fault(
                fields,
                "unknown member \"%.*s\"",
                (int)quotable_length(member->string),
                member->string);
        }
    }
}

bool
fields_has(const sandbox_fields *fields, const char *name)
{
    return ent_json_member(fields->object, name) != NULL;
}

void
fields_read_bool(sandbox_fields *fields, const char *name, bool *out)
{
    const ent_json *member = ent_json_member(fields->object, name);
    if (member == NULL) {
        return;
    }
    if (!fields_to_bool(member, out)) {
        fields_fault(fields, "\"%s\" must be true or false", name);
    }
}

void
fields_read_integer(
    sandbox_fields *fields,
    const char *name,
    int64_t minimum,
    int64_t maximum,
    int64_t *out)
{
    const ent_json *member = ent_json_member(fields->object, name);
    if (member == NULL) {
        return;
    }
    double value = 0;
    bool fits = ent_json_number(member, &value) && value >= (double)minimum &&
                value <= (double)maximum && floor(value) >= value;
    if (!fits) {
        fields_fault(
            fields,
            "\"%s\" must be a whole number from %" PRId64 " to %" PRId64,
            name,
            minimum,
            maximum);
        return;
    }
    *out = (int64_t)value;
}

void
fields_read_fraction(sandbox_fields *fields, const char *name, double *out)
{
    const ent_json *member = ent_json_member(fields->object, name);
    if (member == NULL) {
        return;
    }
    double value = 0;
    if (!ent_json_number(member, &value) || value < 0 || value > 1) {
        fields_fault(fields, "\"%s\" must be a number from 0 to 1", name);
        return;
    }
    *out = value;
}

void
fields_read_text(
    sandbox_fields *fields, const char *name, size_t maximum_length, const char **out)
{
    const ent_json *member = ent_json_member(fields->object, name);
    if (member == NULL) {
        return;
    }
    const char *text = ent_json_string(member);
    if (text == NULL || strlen(text) > maximum_length) {
        fields_fault(
            fields,
            "\"%s\" must be a string of at most %zu bytes",
            name,
            maximum_length);
        return;
    }
    *out = text;
}

bool
fields_is_array(const ent_json *json)
{
    return cJSON_IsArray(json) != 0;
}

size_t
fields_count(const ent_json *array)
{
    int count = cJSON_GetArraySize(array);
    return count > 0 ? (size_t)count : 0;
}

const ent_json *
fields_element(const ent_json *array, size_t index)
{
    return cJSON_GetArrayItem(array, (int)index);
}

bool
fields_to_bool(const ent_json *json, bool *out)
{
    if (!cJSON_IsBool(json)) {
        return false;
    }
    *out = cJSON_IsTrue(json) != 0;
    return true;
}
