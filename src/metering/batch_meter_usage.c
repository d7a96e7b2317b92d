/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "metering/answer.h"
#include "metering/batch_reading.h"
#include "metering/perform.h"
#include "metering/usage_batch.h"

static entitle_status
send_body(
    entitle_metering *metering,
    const ent_usage_batch *batch,
    const ent_buffer *body,
    entitle_usage_batch_result **out,
    entitle_error *error)
{
    const ent_metering_request request = {
        .operation = &ent_operation_batch_meter_usage,
        .body = ent_buffer_text(body),
        .body_length = body->length,
    };
    ent_json_answer answer;
    entitle_status status = ent_metering_perform(metering, &request, &answer, error);

    if (status != ENTITLE_OK) {
        return status;
    }
    status =
        ent_usage_batch_result_read(&metering->runtime, batch, &answer, out, error);
    ent_json_answer_clear(&answer);
    return status;
}

entitle_status
entitle_metering_batch_meter_usage(
    entitle_metering *metering,
    const entitle_usage_batch *batch,
    entitle_usage_batch_result **out,
    entitle_error *error)
{
    ent_usage_batch settled;
    ent_buffer body;
    entitle_status status;

    *out = NULL;
    if (metering == NULL) {
        return ent_fail(error, ENTITLE_INVALID_ARGUMENT, "there is no metering client");
    }
    metering->service.attempts = 0;
    status = ent_usage_batch_settle(&metering->runtime, batch, &settled, error);
    if (status != ENTITLE_OK) {
        return ent_metering_unsent(error, status);
    }
    ent_buffer_init(&body, &metering->runtime, ENT_METERING_REQUEST_LIMIT);
    ent_usage_batch_write(&settled, &body);
    status = ent_metering_check_body(&ent_operation_batch_meter_usage, &body, error);
    if (status == ENTITLE_OK) {
        status = send_body(metering, &settled, &body, out, error);
    }
    ent_buffer_clear(&body);
    return status;
}

/* Without a dimension nothing can be told apart. */
static entitle_status
check_dimensions(const ent_usage_batch *batch, entitle_error *error)
{
    for (size_t i = 0; i < batch->record_count; i++) {
        if (batch->records[i].dimension == NULL) {
            return ent_fail(
                error, ENTITLE_INVALID_INPUT, "records[%zu] has no dimension", i);
        }
    }
    return ENTITLE_OK;
}

entitle_status
entitle_usage_batch_result_read(
    const entitle_usage_batch *batch,
    const entitle_answer *answer,
    entitle_usage_batch_result **out,
    entitle_error *error)
{
    ent_usage_batch asked;

    *out = NULL;
    if (answer == NULL) {
        return ent_fail(error, ENTITLE_INVALID_ARGUMENT, "there is no answer");
    }
    entitle_status status = ent_usage_batch_copy(batch, &asked, error);
    if (status == ENTITLE_OK) {
        status = check_dimensions(&asked, error);
    }
    if (status != ENTITLE_OK) {
        return status;
    }
    return ent_usage_batch_result_read(
        ent_answer_runtime(answer), &asked, ent_answer_said(answer), out, error);
}
