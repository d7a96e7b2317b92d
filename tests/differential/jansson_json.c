/* SPDX-License-Identifier: Apache-2.0 */
#include "json_tree.h"
#include "lines.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What Jansson says of each text, told to refuse members that occur twice. */

static void put(json_tree *tree, json_t *json);

static void
put_object(json_tree *tree, json_t *json)
{
    const char *separator = "";
    const char *name = NULL;
    json_t *value = NULL;

    json_tree_put(tree, "{");
    json_object_foreach(json, name, value)
    {
        json_tree_put(tree, separator);
        json_tree_put_hex(tree, "", name, strlen(name));
        json_tree_put(tree, ":");
        put(tree, value);
        separator = ",";
    }
    json_tree_put(tree, "}");
}

static void
put_array(json_tree *tree, json_t *json)
{
    json_tree_put(tree, "[");
    for (size_t i = 0; i < json_array_size(json); i++) {
        json_tree_put(tree, i > 0 ? "," : "");
        put(tree, json_array_get(json, i));
    }
    json_tree_put(tree, "]");
}

static void
put(json_tree *tree, json_t *json)
{
    switch (json_typeof(json)) {
    case JSON_OBJECT:
        put_object(tree, json);
        break;
    case JSON_ARRAY:
        put_array(tree, json);
        break;
    case JSON_STRING:
        json_tree_put_hex(tree, "s", json_string_value(json), json_string_length(json));
        break;
    case JSON_INTEGER:
    case JSON_REAL:
        json_tree_put_number(tree, json_number_value(json));
        break;
    default:
        json_tree_put(
            tree,
            json_is_true(json)    ? "true"
            : json_is_false(json) ? "false"
                                  : "null");
        break;
    }
}

int
main(int argc, char **argv)
{
    line_question question = { 0 };

    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        puts("Jansson " JANSSON_VERSION);
        return EXIT_SUCCESS;
    }
    while (line_read(&question)) {
        json_tree tree = { 0 };
        json_error_t error;
        json_t *json = json_loadb(
            question.fields[0].bytes,
            question.fields[0].length,
            JSON_DECODE_ANY | JSON_REJECT_DUPLICATES,
            &error);
        if (json == NULL) {
            line_refuse(error.text);
            continue;
        }
        put(&tree, json);
        json_tree_accept(&tree);
        json_decref(json);
    }
    line_release(&question);
    return EXIT_SUCCESS;
}
