/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/record_id.h"

#include "base/text.h"

#include <stddef.h>
#include <string.h>

bool
ent_record_id_read(const ent_json *object, char out[ENT_RECORD_ID_SIZE])
{
    const char *id = ent_json_string(ent_json_member(object, "MeteringRecordId"));

    out[0] = '\0';
    if (id == NULL || strlen(id) >= ENT_RECORD_ID_SIZE ||
        !ent_text_is_visible_ascii(id)) {
        return false;
    }
    memcpy(out, id, strlen(id) + 1);
    return true;
}
