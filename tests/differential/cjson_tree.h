/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_DIFFERENTIAL_CJSON_TREE_H
#define TEST_DIFFERENTIAL_CJSON_TREE_H

#include "json_tree.h"

#include <cjson/cJSON.h>

/* Writes what cJSON has read, by itself or for this project's reader. */
void cjson_tree_put(json_tree *tree, const cJSON *json);

#endif
