/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_JSON_DUPLICATE_H
#define SANDBOX_JSON_DUPLICATE_H

#include "base/json.h"

/*
 * A member of the tree whose name occurs before it in the same object, or NULL: there
 * is none, or no memory. `root` may be NULL.
 */
const ent_json *json_duplicate_member(const ent_json *root);

#endif
