/* SPDX-License-Identifier: Apache-2.0 */
#include "cjson_tree.h"
#include "lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What cJSON says of each text, where nothing is asked before or afterwards. */
int
main(int argc, char **argv)
{
    line_question question = { 0 };

    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        printf("cJSON %s\n", cJSON_Version());
        return EXIT_SUCCESS;
    }
    while (line_read(&question)) {
        json_tree tree = { 0 };
        cJSON *json =
            cJSON_ParseWithLength(question.fields[0].bytes, question.fields[0].length);
        if (json == NULL) {
            line_refuse("no JSON");
            continue;
        }
        cjson_tree_put(&tree, json);
        json_tree_accept(&tree);
        cJSON_Delete(json);
    }
    line_release(&question);
    return EXIT_SUCCESS;
}
