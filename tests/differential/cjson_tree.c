/* SPDX-License-Identifier: Apache-2.0 */
#include "cjson_tree.h"

#include <string.h>

static void
put_children(json_tree *tree, const cJSON *json, const char *open, const char *close)
{
    const char *separator = "";

    json_tree_put(tree, open);
    for (const cJSON *child = json->child; child != NULL; child = child->next) {
        json_tree_put(tree, separator);
        if (cJSON_IsObject(json)) {
            json_tree_put_hex(tree, "", child->string, strlen(child->string));
            json_tree_put(tree, ":");
        }
        cjson_tree_put(tree, child);
        separator = ",";
    }
    json_tree_put(tree, close);
}

void
cjson_tree_put(json_tree *tree, const cJSON *json)
{
    if (cJSON_IsObject(json)) {
        put_children(tree, json, "{", "}");
    } else if (cJSON_IsArray(json)) {
        put_children(tree, json, "[", "]");
    } else if (cJSON_IsString(json)) {
        json_tree_put_hex(tree, "s", json->valuestring, strlen(json->valuestring));
    } else if (cJSON_IsNumber(json)) {
        json_tree_put_number(tree, json->valuedouble);
    } else {
        json_tree_put(
            tree,
            cJSON_IsTrue(json)    ? "true"
            : cJSON_IsFalse(json) ? "false"
                                  : "null");
    }
}
