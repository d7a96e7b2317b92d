/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_JSON_DOCUMENT_H
#define SANDBOX_JSON_DOCUMENT_H

#include "base/json.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Strict JSON that a person wrote, so that whatever is wrong with it can be said with
 * its line. Positions are not kept: they are found again when a fault wants one.
 */
typedef struct json_document {
    const char *text; /* the caller's, and as long as the document in use */
    size_t length;
    ent_json *root; /* an object */
} json_document;

enum { JSON_PATH_SIZE = 128 };

/* Where a value stands. The line of a member is that of its name. */
typedef struct json_place {
    size_t line;               /* from 1 */
    char path[JSON_PATH_SIZE]; /* "products[1].code"; "" for the whole */
} json_place;

typedef struct json_document_fault {
    const char *reason;
    json_place place;
    bool out_of_memory;
} json_document_fault;

/* False when the text is refused; then there is nothing to clear. */
bool json_document_parse(
    json_document *document,
    const char *text,
    size_t length,
    json_document_fault *fault);
void json_document_clear(json_document *document);

/* False when `value` is not of this document. */
bool json_document_find(
    const json_document *document, const ent_json *value, json_place *out);

/* The elements of an array or the members of an object in their order, then NULL. */
const ent_json *json_first(const ent_json *container);
const ent_json *json_next(const ent_json *value);

/* Of a member; NULL for anything else. */
const char *json_name(const ent_json *member);

bool json_is_array(const ent_json *json);
bool json_is_bool(const ent_json *json);
bool json_is_true(const ent_json *json);

#endif
