/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_FIELDS_H
#define SANDBOX_FIELDS_H

#include "base/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Reading a control request strictly. The first fault found is put into words that name
 * the member; after it every other reader does nothing, so that a row of them needs one
 * check at the end.
 */
typedef struct sandbox_fields {
    const ent_json *object;
    char fault[160]; /* "": none yet */
} sandbox_fields;

void fields_begin(sandbox_fields *fields, const ent_json *object);

/* Members other than those of `known` (ends with NULL) are a fault. */
void fields_refuse_others(sandbox_fields *fields, const char *const *known);

bool fields_has(const sandbox_fields *fields, const char *name);

/* Each leaves `*out` alone where the member is absent or faulty. */
void fields_read_bool(sandbox_fields *fields, const char *name, bool *out);
void fields_read_integer(
    sandbox_fields *fields,
    const char *name,
    int64_t minimum,
    int64_t maximum,
    int64_t *out);
void fields_read_fraction(sandbox_fields *fields, const char *name, double *out);
void fields_read_text(
    sandbox_fields *fields, const char *name, size_t maximum_length, const char **out);

void fields_fault(sandbox_fields *fields, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The elements of a JSON array, one after the other. */
bool fields_is_array(const ent_json *json);
size_t fields_count(const ent_json *array);
const ent_json *fields_element(const ent_json *array, size_t index);

/* False when `json` is neither true nor false. */
bool fields_to_bool(const ent_json *json, bool *out);

#endif
