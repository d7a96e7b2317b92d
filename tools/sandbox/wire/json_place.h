/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_JSON_PLACE_H
#define SANDBOX_JSON_PLACE_H

#include "wire/json_document.h"

/*
 * A text and its tree hold the same values in the same order, so that a value is known
 * by how many begin before it.
 */

/*
 * How many, and its path, which is cut where it is too long. False: not in this tree.
 */
bool json_place_in_tree(
    const ent_json *root,
    const ent_json *value,
    size_t *ordinal,
    char path[JSON_PATH_SIZE]);

/*
 * The offset of the value with so many before it, or, where it has one, of its name.
 * The text is strict JSON that holds so many values.
 */
size_t json_place_in_text(const char *text, size_t length, size_t ordinal);

#endif
