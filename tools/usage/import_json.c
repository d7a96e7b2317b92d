/* SPDX-License-Identifier: Apache-2.0 */
#include "usage/import_json.h"

#include "base/json.h"
#include "console/printable.h"

#include <stdio.h>

static bool
read_member(import_use *out, const cJSON *json, char reason[IMPORT_REASON_SIZE])
{
    import_member member = import_member_find(json->string);

    if (member == IMPORT_MEMBER_COUNT) {
        char name[IMPORT_NAME_SIZE];
        printable_copy(name, sizeof(name), json->string);
        (void)snprintf(
            reason, IMPORT_REASON_SIZE, "'%s' is not a member of a use", name);
        return false;
    }
    return import_member_set_json(out, member, json, reason);
}

bool
import_json_take(const cJSON *object, import_use *out, char reason[IMPORT_REASON_SIZE])
{
    const cJSON *member = NULL;

    cJSON_ArrayForEach(member, object)
    {
        if (!read_member(out, member, reason)) {
            return false;
        }
    }
    return import_use_check(out, reason);
}

bool
import_json_read(
    const char *line, size_t length, import_use *out, char reason[IMPORT_REASON_SIZE])
{
    ent_json_fault fault = { .reason = NULL };

    out->record = ent_json_parse_object(line, length, &fault);
    if (out->record == NULL) {
        (void)snprintf(
            reason, IMPORT_REASON_SIZE, "it is not one JSON object: %s", fault.reason);
        return false;
    }
    return import_json_take(out->record, out, reason);
}
