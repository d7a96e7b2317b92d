/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_BASE_JSON_TREE_H
#define ENT_BASE_JSON_TREE_H

#include <stddef.h>

struct cJSON;

/*
 * The tree of a text that ent_json_grammar_measure() has accepted, no deeper than
 * ENT_JSON_DEPTH and with so many values: as cJSON makes it, but in one block of
 * memory, which cJSON_Delete() frees. Only its root may be deleted, and nothing taken
 * out of it or put in. NULL: no memory.
 */
struct cJSON *ent_json_tree_build(const char *text, size_t length, size_t values);

#endif
