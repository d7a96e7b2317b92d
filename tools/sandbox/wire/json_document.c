/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/json_document.h"

#include "wire/json_duplicate.h"
#include "wire/json_place.h"

#include <cjson/cJSON.h>

#include <string.h>

static size_t
line_of(const char *text, size_t offset)
{
    size_t line = 1;
    for (size_t i = 0; i < offset; i++) {
        line += text[i] == '\n';
    }
    return line;
}

bool
json_document_find(
    const json_document *document, const ent_json *value, json_place *out)
{
    size_t ordinal = 0;
    if (document->root == NULL || value == NULL ||
        !json_place_in_tree(document->root, value, &ordinal, out->path)) {
        return false;
    }
    size_t offset = json_place_in_text(document->text, document->length, ordinal);
    out->line = line_of(document->text, offset);
    return true;
}

/*
 * The parser keeps no tree of a text with a member that occurs twice, nor says where,
 * so that is looked for here. The grammar has accepted the text.
 */
static void
find_duplicate(const char *text, size_t length, json_document_fault *fault)
{
    json_document document = {
        .text = text,
        .length = length,
        .root = cJSON_ParseWithLength(text, length),
    };
    const ent_json *duplicate = json_duplicate_member(document.root);
    if (duplicate != NULL) {
        (void)json_document_find(&document, duplicate, &fault->place);
    }
    json_document_clear(&document);
}

bool
json_document_parse(
    json_document *document,
    const char *text,
    size_t length,
    json_document_fault *fault)
{
    ent_json_fault why = { 0 };
    ent_json *root = ent_json_parse_object(text, length, &why);
    if (root != NULL) {
        *document = (json_document){ .text = text, .length = length, .root = root };
        return true;
    }
    *fault = (json_document_fault){
        .reason = why.reason,
        .place = { .line = line_of(text, why.offset) },
        .out_of_memory = why.out_of_memory,
    };
    if (!why.out_of_memory && strcmp(why.reason, "a member occurs twice") == 0) {
        find_duplicate(text, length, fault);
    }
    return false;
}

void
json_document_clear(json_document *document)
{
    ent_json_free(document->root);
    document->root = NULL;
}

const ent_json *
json_first(const ent_json *container)
{
    return container != NULL ? container->child : NULL;
}

const ent_json *
json_next(const ent_json *value)
{
    return value->next;
}

const char *
json_name(const ent_json *member)
{
    return member->string;
}

bool
json_is_array(const ent_json *json)
{
    return cJSON_IsArray(json) != 0;
}

bool
json_is_bool(const ent_json *json)
{
    return cJSON_IsBool(json) != 0;
}

bool
json_is_true(const ent_json *json)
{
    return cJSON_IsTrue(json) != 0;
}
