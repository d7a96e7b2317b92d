/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/options.h"
#include "metering/perform.h"
#include "metering/product_code.h"
#include "metering/record_id.h"
#include "metering/text_rule.h"
#include "metering/usage_record.h"

#include <entitle/usage.h>

#include <stdio.h>

struct entitle_usage_receipt {
    entitle_runtime runtime;
    char record_id[ENT_RECORD_ID_SIZE];
    char request_id[64];
};

static const ent_text_rule client_token_rule = {
    .name = "the client token",
    .limit = 64,
    .hint = "give a token of 1 to 64 characters, new for each record",
};

static ent_usage_record
record_of(const entitle_usage *usage)
{
    return (ent_usage_record){
        .where = "",
        .dimension = usage->dimension,
        .at_s = usage->at_s,
        .quantity = usage->quantity,
        .allocations = usage->allocations,
        .allocation_count = usage->allocation_count,
    };
}

static entitle_status
check(const entitle_runtime *runtime, const entitle_usage *usage, entitle_error *error)
{
    const ent_usage_record record = record_of(usage);
    entitle_status status = ent_product_code_check(usage->product_code, error);

    if (status == ENTITLE_OK) {
        status = ent_usage_record_check(runtime, &record, error);
    }
    if (status == ENTITLE_OK && usage->client_token != NULL) {
        status =
            ent_text_rule_check(&client_token_rule, "", usage->client_token, error);
    }
    return status;
}

static void
write_body(const entitle_usage *usage, ent_buffer *out)
{
    static const ent_usage_member_names names = { "UsageDimension", "UsageQuantity" };
    const ent_usage_record record = record_of(usage);

    ent_buffer_append_text(out, "{\"ProductCode\":");
    ent_json_append_string(out, usage->product_code);
    ent_buffer_append_text(out, ",");
    ent_usage_record_write(&record, &names, out);
    if (usage->dry_run) {
        ent_buffer_append_text(out, ",\"DryRun\":true");
    }
    if (usage->client_token != NULL) {
        ent_buffer_append_text(out, ",\"ClientToken\":");
        ent_json_append_string(out, usage->client_token);
    }
    ent_buffer_append_text(out, "}");
}

/*
 * A dry run that is answered like usage: whoever answers did not understand it, and may
 * have metered it.
 */
static entitle_status
refuse_metered_dry_run(const char *record_id, entitle_error *error)
{
    ent_fail(
        error,
        ENTITLE_BAD_RESPONSE,
        "a dry run was answered as if it were usage, with the record id '%s'",
        record_id);
    ent_hint(error, "check the endpoint: what answers there is not the service");
    return ENTITLE_BAD_RESPONSE;
}

static entitle_status
read_record_id(
    const entitle_usage *usage,
    const ent_json_answer *answer,
    char *record_id,
    entitle_error *error)
{
    if (!ent_record_id_read(answer->json, record_id)) {
        ent_fail(
            error,
            ENTITLE_BAD_RESPONSE,
            "the answer to MeterUsage has a MeteringRecordId that cannot be one");
        ent_hint(error, "check the endpoint: what answers there is not the service");
        return ENTITLE_BAD_RESPONSE;
    }
    return usage->dry_run ? refuse_metered_dry_run(record_id, error) : ENTITLE_OK;
}

static entitle_status
make_receipt(
    const entitle_runtime *runtime,
    const ent_json_answer *answer,
    const char *record_id,
    entitle_usage_receipt **out,
    entitle_error *error)
{
    entitle_usage_receipt *receipt = ent_allocate(runtime, sizeof(*receipt));

    if (receipt == NULL) {
        return ent_fail_memory(error);
    }
    receipt->runtime = *runtime;
    (void)snprintf(receipt->record_id, sizeof(receipt->record_id), "%s", record_id);
    (void)snprintf(
        receipt->request_id, sizeof(receipt->request_id), "%s", answer->request_id);
    *out = receipt;
    return ENTITLE_OK;
}

static entitle_status
send_body(
    entitle_metering *metering,
    const entitle_usage *usage,
    const ent_buffer *body,
    entitle_usage_receipt **out,
    entitle_error *error)
{
    const ent_metering_request request = {
        .operation = &ent_operation_meter_usage,
        .body = ent_buffer_text(body),
        .body_length = body->length,
        .is_dry_run = usage->dry_run,
    };
    char record_id[ENT_RECORD_ID_SIZE] = "";
    ent_json_answer answer;
    entitle_status success = ent_metering_perform(metering, &request, &answer, error);
    entitle_status status = ENTITLE_OK;

    if (entitle_status_category(success) != ENTITLE_CATEGORY_DONE) {
        return success;
    }
    if (success == ENTITLE_OK) {
        status = read_record_id(usage, &answer, record_id, error);
    }
    if (status == ENTITLE_OK) {
        status = make_receipt(&metering->runtime, &answer, record_id, out, error);
    }
    ent_json_answer_clear(&answer);
    return status == ENTITLE_OK ? success : status;
}

entitle_status
entitle_metering_meter_usage(
    entitle_metering *metering,
    const entitle_usage *usage,
    entitle_usage_receipt **out,
    entitle_error *error)
{
    entitle_usage settled = { .struct_size = sizeof(settled) };
    ent_buffer body;
    entitle_status status;

    *out = NULL;
    if (metering == NULL || usage == NULL ||
        !ent_options_copy(&settled, sizeof(settled), usage)) {
        return ent_fail(
            error,
            ENTITLE_INVALID_ARGUMENT,
            "client or usage is NULL, or the usage is of another version");
    }
    metering->service.attempts = 0;
    status = check(&metering->runtime, &settled, error);
    if (status != ENTITLE_OK) {
        return ent_metering_unsent(error, status);
    }
    ent_buffer_init(&body, &metering->runtime, ENT_METERING_REQUEST_LIMIT);
    write_body(&settled, &body);
    status = ent_metering_check_body(&ent_operation_meter_usage, &body, error);
    if (status == ENTITLE_OK) {
        status = send_body(metering, &settled, &body, out, error);
    }
    ent_buffer_clear(&body);
    return status;
}

void
entitle_usage_receipt_free(entitle_usage_receipt *receipt)
{
    if (receipt == NULL) {
        return;
    }
    entitle_runtime runtime = receipt->runtime;

    ent_release(&runtime, receipt);
}

const char *
entitle_usage_receipt_record_id(const entitle_usage_receipt *receipt)
{
    return receipt != NULL ? receipt->record_id : "";
}

const char *
entitle_usage_receipt_request_id(const entitle_usage_receipt *receipt)
{
    return receipt != NULL ? receipt->request_id : "";
}
