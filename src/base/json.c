/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

#include "base/buffer.h"
#include "base/json_tree.h"

#include <cjson/cJSON.h>

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void
note(ent_json_fault *fault, const char *reason, size_t offset, bool out_of_memory)
{
    if (fault != NULL) {
        *fault = (ent_json_fault){
            .reason = reason,
            .offset = offset,
            .out_of_memory = out_of_memory,
        };
    }
}

static int
compare_names(const void *left, const void *right)
{
    const char *const *left_name = left;
    const char *const *right_name = right;

    return strcmp(*left_name, *right_name);
}

/* Few members, as ever in a token: comparing each with each beats sorting. */
static bool
few_are_distinct(const cJSON *object)
{
    for (const cJSON *member = object->child; member != NULL; member = member->next) {
        for (const cJSON *other = member->next; other != NULL; other = other->next) {
            if (member->string[0] == other->string[0] &&
                strcmp(member->string, other->string) == 0) {
                return false;
            }
        }
    }
    return true;
}

/* Many members, as only an attacker sends them: sorted, so that time stays bounded. */
static bool
many_are_distinct(const cJSON *object, size_t count, bool *out_of_memory)
{
    const char **names = malloc(count * sizeof(*names));
    size_t i = 0;
    bool distinct = true;

    if (names == NULL) {
        *out_of_memory = true;
        return false;
    }
    for (const cJSON *member = object->child; member != NULL; member = member->next) {
        names[i++] = member->string;
    }
    qsort(names, count, sizeof(*names), compare_names);
    for (i = 1; i < count && distinct; i++) {
        distinct = strcmp(names[i - 1], names[i]) != 0;
    }
    free(names);
    return distinct;
}

/*
 * Whether no object in the tree has a member twice. cJSON has unescaped the names. The
 * recursion is as deep as the tree, which the grammar has bounded.
 */
static bool
members_are_distinct(const cJSON *json, bool *out_of_memory)
{
    enum { FEW = 16 };
    size_t count = 0;

    for (const cJSON *child = json->child; child != NULL; child = child->next) {
        count++;
        if (child->child != NULL && !members_are_distinct(child, out_of_memory)) {
            return false;
        }
    }
    if (!cJSON_IsObject(json)) {
        return true;
    }
    return count <= FEW ? few_are_distinct(json)
                        : many_are_distinct(json, count, out_of_memory);
}

bool
ent_json_measure(
    const char *text, size_t length, ent_json_size *size, ent_json_fault *fault)
{
    size_t offset = 0;
    const char *reason =
        ent_json_grammar_measure(text, length, ENT_JSON_DEPTH, &offset, size);

    note(fault, reason, offset, false);
    return reason == NULL;
}

ent_json *
ent_json_parse(const char *text, size_t length, ent_json_fault *fault)
{
    bool out_of_memory = false;
    ent_json_size size;
    cJSON *json;

    if (!ent_json_measure(text, length, &size, fault)) {
        return NULL;
    }
    json = ent_json_tree_build(text, length, size.values);
    if (json == NULL) {
        note(fault, "out of memory", 0, true);
        return NULL;
    }
    if (!members_are_distinct(json, &out_of_memory)) {
        note(
            fault,
            out_of_memory ? "out of memory" : "a member occurs twice",
            0,
            out_of_memory);
        cJSON_Delete(json);
        return NULL;
    }
    return json;
}

ent_json *
ent_json_parse_object(const char *text, size_t length, ent_json_fault *fault)
{
    ent_json *json = ent_json_parse(text, length, fault);

    if (json != NULL && !cJSON_IsObject(json)) {
        note(fault, "it is not an object", 0, false);
        cJSON_Delete(json);
        return NULL;
    }
    return json;
}

void
ent_json_free(ent_json *json)
{
    cJSON_Delete(json);
}

const ent_json *
ent_json_member(const ent_json *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

size_t
ent_json_member_count(const ent_json *object)
{
    size_t count = 0;

    for (const cJSON *member = object->child; member != NULL; member = member->next) {
        count++;
    }
    return count;
}

bool
ent_json_is_object(const ent_json *json)
{
    return cJSON_IsObject(json);
}

bool
ent_json_is_null(const ent_json *json)
{
    return cJSON_IsNull(json);
}

const ent_json *
ent_json_element(const ent_json *array, size_t index)
{
    if (!cJSON_IsArray(array) || index > INT_MAX) {
        return NULL;
    }
    return cJSON_GetArrayItem(array, (int)index);
}

bool
ent_json_is_array(const ent_json *json)
{
    return cJSON_IsArray(json);
}

const ent_json *
ent_json_first(const ent_json *array)
{
    return cJSON_IsArray(array) ? array->child : NULL;
}

const ent_json *
ent_json_next(const ent_json *element)
{
    return element->next;
}

bool
ent_json_is_true(const ent_json *json)
{
    return cJSON_IsTrue(json);
}

const char *
ent_json_string(const ent_json *json)
{
    return cJSON_IsString(json) ? json->valuestring : NULL;
}

bool
ent_json_number(const ent_json *json, double *out)
{
    if (!cJSON_IsNumber(json) || !isfinite(json->valuedouble)) {
        return false;
    }
    *out = json->valuedouble;
    return true;
}

static bool
append_escaped(ent_buffer *buffer, char character)
{
    switch (character) {
    case '"':
        return ent_buffer_append_text(buffer, "\\\"");
    case '\\':
        return ent_buffer_append_text(buffer, "\\\\");
    case '\n':
        return ent_buffer_append_text(buffer, "\\n");
    case '\r':
        return ent_buffer_append_text(buffer, "\\r");
    case '\t':
        return ent_buffer_append_text(buffer, "\\t");
    default:
        return ent_buffer_append_format(buffer, "\\u%04x", (unsigned)character);
    }
}

bool
ent_json_append_string(ent_buffer *buffer, const char *text)
{
    ent_buffer_append(buffer, "\"", 1);
    while (*text != '\0') {
        size_t plain = 0;
        while ((unsigned char)text[plain] >= 0x20 && text[plain] != '"' &&
               text[plain] != '\\') {
            plain++;
        }
        ent_buffer_append(buffer, text, plain);
        text += plain;
        if (*text != '\0') {
            append_escaped(buffer, *text++);
        }
    }
    return ent_buffer_append(buffer, "\"", 1);
}
