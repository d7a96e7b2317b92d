/* SPDX-License-Identifier: Apache-2.0 */
#include "meter/batch.h"

#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "metering/batch_reading.h"

#include <stdio.h>
#include <string.h>

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
        if ((asked >> i & 1u) != 0) {
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

static void
list_asked(const ent_batch *batch, ent_usage_batch *out)
{
    out->product_code = NULL;
    out->record_count = 0;
    for (size_t i = 0; i < ENTITLE_USAGE_BATCH_LIMIT; i++) {
        if ((batch->asked >> i & 1u) != 0) {
            out->records[out->record_count++] = batch->records[i]->usage;
        }
    }
}

static entitle_status
fail_to_parse(const ent_json_fault *fault, entitle_error *error)
{
    return fault->out_of_memory ? ent_fail_memory(error)
                                : ent_fail(
                                      error,
                                      ENTITLE_BAD_RESPONSE,
                                      "the answer to BatchMeterUsage is not JSON");
}

entitle_status
ent_batch_read_answer(
    const entitle_runtime *runtime,
    const ent_batch *batch,
    const entitle_answer *answer,
    entitle_usage_batch_result **out,
    entitle_error *error)
{
    const char *text = entitle_answer_json(answer);
    ent_json_fault fault = { .reason = NULL };
    ent_json_answer parsed = { .json =
                                   ent_json_parse_object(text, strlen(text), &fault) };
    ent_usage_batch asked;

    if (parsed.json == NULL) {
        return fail_to_parse(&fault, error);
    }
    (void)snprintf(
        parsed.request_id,
        sizeof(parsed.request_id),
        "%s",
        entitle_answer_request_id(answer));
    list_asked(batch, &asked);
    entitle_status status =
        ent_usage_batch_result_read(runtime, &asked, &parsed, out, error);
    ent_json_free(parsed.json);
    return status;
}
