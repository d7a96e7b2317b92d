/* SPDX-License-Identifier: Apache-2.0 */
#include "meter/request.h"

#include "base/json.h"

#include <inttypes.h>

static int64_t
time_of(const ent_ledger_record *record, int64_t now_s)
{
    if (record->client_token[0] != '\0') {
        return record->hour_s;
    }
    int64_t last_s = record->hour_s + ENT_LEDGER_HOUR_S - 1;
    return last_s < now_s ? last_s : now_s;
}

static void
write_allocations(const ent_tag_sum *tags, size_t tag_count, ent_buffer *out)
{
    for (size_t i = 0; i < tag_count; i++) {
        ent_buffer_append_format(
            out,
            "%s{\"AllocatedUsageQuantity\":%" PRId64,
            i == 0 ? ",\"UsageAllocations\":[" : ",",
            tags[i].quantity);
        if (tags[i].tags[0] != '\0') {
            ent_buffer_append_format(out, ",\"Tags\":%s", tags[i].tags);
        }
        ent_buffer_append_text(out, "}");
    }
    ent_buffer_append_text(out, tag_count > 0 ? "]" : "");
}

void
ent_meter_write_request(
    const ent_ledger_record *record,
    const ent_tag_sum *tags,
    size_t tag_count,
    int64_t now_s,
    ent_buffer *out)
{
    ent_buffer_append_text(out, "{\"ProductCode\":");
    ent_json_append_string(out, record->key.product_code);
    ent_buffer_append_format(
        out, ",\"Timestamp\":%" PRId64 ",\"UsageDimension\":", time_of(record, now_s));
    ent_json_append_string(out, record->key.dimension);
    ent_buffer_append_format(out, ",\"UsageQuantity\":%" PRId64, record->quantity);
    write_allocations(tags, tag_count, out);
    if (record->client_token[0] != '\0') {
        ent_buffer_append_text(out, ",\"ClientToken\":");
        ent_json_append_string(out, record->client_token);
    }
    ent_buffer_append_text(out, "}");
}
