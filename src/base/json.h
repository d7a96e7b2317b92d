/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_BASE_JSON_H
#define ENT_BASE_JSON_H

#include "base/buffer.h"
#include "base/json_grammar.h"

#include <entitle/error.h>
#include <entitle/runtime.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Strict JSON in trees of cJSON, whose parser keeps members that occur twice, cuts
 * strings at \u0000, does not check UTF-8, accepts numbers such as "01", and ignores
 * what follows the value. A tree that was parsed here has none of these, and is one
 * block of memory (json_tree.h): it is read, and not changed.
 */
typedef struct cJSON ent_json;

/* Why a text was refused: a static sentence part, such as "a member occurs twice". */
typedef struct ent_json_fault {
    const char *reason; /* NULL after success; "out of memory" when it was that */
    size_t offset;      /* of the offending byte, where there is one */
    bool out_of_memory;
} ent_json_fault;

enum { ENT_JSON_DEPTH = 16 };

/*
 * Parses one JSON object, ENT_JSON_DEPTH levels deep at most. NULL when it is refused;
 * `fault` may be NULL. Free with ent_json_free().
 */
ent_json *ent_json_parse_object(const char *text, size_t length, ent_json_fault *fault);
void ent_json_free(ent_json *json);

/* As above, but any JSON value; for readers of lists. */
ent_json *ent_json_parse(const char *text, size_t length, ent_json_fault *fault);

/*
 * Whether ent_json_parse() would take the text, but for members that occur twice, and
 * how large its tree would be: some thirty times the text, where that is hostile.
 */
bool ent_json_measure(
    const char *text, size_t length, ent_json_size *size, ent_json_fault *fault);

/* The member of that exact name (cJSON's own look-up ignores case), or NULL. */
const ent_json *ent_json_member(const ent_json *object, const char *name);
size_t ent_json_member_count(const ent_json *object);
bool ent_json_is_object(const ent_json *json);
bool ent_json_is_null(const ent_json *json);

/* The element at `index` of an array; NULL past its end, and of anything else. */
const ent_json *ent_json_element(const ent_json *array, size_t index);
bool ent_json_is_array(const ent_json *json);

/*
 * The elements one after the other, for lists that may be long: the first of an array
 * (NULL of anything else), and the one after `element` (NULL after the last).
 */
const ent_json *ent_json_first(const ent_json *array);
const ent_json *ent_json_next(const ent_json *element);

/* Whether it is the literal `true`. */
bool ent_json_is_true(const ent_json *json);

/* The string, or NULL when `json` is NULL or anything else. */
const char *ent_json_string(const ent_json *json);

/* False when `json` is not a finite number. */
bool ent_json_number(const ent_json *json, double *out);

/*
 * Writing: a text in quotes with everything escaped that has to be, appended to
 * `buffer`. The text must be UTF-8.
 */
bool ent_json_append_string(ent_buffer *buffer, const char *text);

#endif
