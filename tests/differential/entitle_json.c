/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"
#include "cjson_tree.h"
#include "lines.h"

#include <stdlib.h>

/* What the library's own reader says of each text. */
int
main(void)
{
    line_question question = { 0 };

    while (line_read(&question)) {
        ent_json_fault fault;
        json_tree tree = { 0 };
        ent_json *json =
            ent_json_parse(question.fields[0].bytes, question.fields[0].length, &fault);
        if (json == NULL) {
            line_refuse(fault.reason);
            continue;
        }
        cjson_tree_put(&tree, json);
        json_tree_accept(&tree);
        ent_json_free(json);
    }
    line_release(&question);
    return EXIT_SUCCESS;
}
