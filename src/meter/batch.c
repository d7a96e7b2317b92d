/* SPDX-License-Identifier: Apache-2.0 */
#include "meter/batch.h"

#include "base/json.h"

bool
ent_batch_has(uint32_t set, size_t index)
{
    return (set >> index & 1u) != 0;
}

bool
ent_batch_write(ent_batch *batch, uint32_t asked)
{
    ent_buffer *body = &batch->body;
    const char *separator = "";

    ent_buffer_clear(body);
    ent_buffer_append_text(body, "{");
    if (batch->line->form != ENT_CUSTOMER_LICENSE) {
        ent_buffer_append_text(body, "\"ProductCode\":");
        ent_json_append_string(body, batch->line->product_code);
        ent_buffer_append_text(body, ",");
    }
    ent_buffer_append_text(body, "\"UsageRecords\":[");
    for (size_t i = 0; i < ENTITLE_USAGE_BATCH_LIMIT; i++) {
        if (ent_batch_has(asked, i)) {
            const ent_customer_record *record = batch->records[i];
            ent_buffer_append_text(body, separator);
            ent_buffer_append(body, record->request, record->request_length);
            separator = ",";
        }
    }
    ent_buffer_append_text(body, "]}");
    batch->asked = asked;
    return !body->failed;
}

entitle_status
ent_batch_read_answer(
    const ent_batch *batch,
    const entitle_answer *answer,
    entitle_usage_batch_result **out,
    entitle_error *error)
{
    const entitle_customer_usage *records[ENTITLE_USAGE_BATCH_LIMIT];
    entitle_usage_batch asked = { .struct_size = sizeof(asked), .records = records };

    for (size_t i = 0; i < ENTITLE_USAGE_BATCH_LIMIT; i++) {
        if (ent_batch_has(batch->asked, i)) {
            records[asked.record_count++] = &batch->records[i]->usage;
        }
    }
    return entitle_usage_batch_result_read(&asked, answer, out, error);
}
