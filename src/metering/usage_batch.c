/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/usage_batch.h"

#include "base/error.h"
#include "base/json.h"
#include "base/options.h"
#include "metering/batch_rules.h"
#include "metering/product_code.h"
#include "metering/usage_record.h"

#include <stdio.h>

enum { WHERE_SIZE = 32 };

static ent_usage_record
record_of(const entitle_customer_usage *usage, const char *where)
{
    return (ent_usage_record){
        .where = where,
        .dimension = usage->dimension,
        .at_s = usage->at_s,
        .quantity = usage->quantity,
        .allocations = usage->allocations,
        .allocation_count = usage->allocation_count,
    };
}

static entitle_status
check_count(size_t count, entitle_error *error)
{
    if (count > 0 && count <= ENTITLE_USAGE_BATCH_LIMIT) {
        return ENTITLE_OK;
    }
    ent_fail(
        error,
        ENTITLE_INVALID_INPUT,
        "a batch has 1 to %u records, and this one has %zu",
        ENTITLE_USAGE_BATCH_LIMIT,
        count);
    ent_hint(error, "send the records in several batches");
    return ENTITLE_INVALID_INPUT;
}

static entitle_status
copy_records(
    const entitle_usage_batch *from, ent_usage_batch *out, entitle_error *error)
{
    for (size_t i = 0; i < from->record_count; i++) {
        const entitle_customer_usage *record =
            from->records != NULL ? from->records[i] : NULL;

        if (record == NULL ||
            !ent_options_copy(&out->records[i], sizeof(out->records[i]), record)) {
            return ent_fail(
                error,
                ENTITLE_INVALID_ARGUMENT,
                "records[%zu] is NULL or of another version",
                i);
        }
    }
    out->record_count = from->record_count;
    return ENTITLE_OK;
}

static entitle_status
check_record(
    const entitle_runtime *runtime,
    const ent_usage_batch *batch,
    size_t index,
    entitle_error *error)
{
    const entitle_customer_usage *usage = &batch->records[index];
    char where[WHERE_SIZE];
    entitle_status status;

    (void)snprintf(where, sizeof(where), "records[%zu]: ", index);
    const ent_usage_record record = record_of(usage, where);
    status = ent_batch_rules_check_customer(
        usage, batch->product_code != NULL, where, error);
    return status == ENTITLE_OK ? ent_usage_record_check(runtime, &record, error)
                                : status;
}

entitle_status
ent_usage_batch_copy(
    const entitle_usage_batch *from, ent_usage_batch *out, entitle_error *error)
{
    entitle_usage_batch batch = { .struct_size = sizeof(batch) };

    *out = (ent_usage_batch){ .record_count = 0 };
    if (from == NULL || !ent_options_copy(&batch, sizeof(batch), from)) {
        return ent_fail(
            error, ENTITLE_INVALID_ARGUMENT, "the batch is NULL or of another version");
    }
    out->product_code = batch.product_code;
    entitle_status status = check_count(batch.record_count, error);
    return status == ENTITLE_OK ? copy_records(&batch, out, error) : status;
}

entitle_status
ent_usage_batch_settle(
    const entitle_runtime *runtime,
    const entitle_usage_batch *from,
    ent_usage_batch *out,
    entitle_error *error)
{
    entitle_status status = ent_usage_batch_copy(from, out, error);

    if (status == ENTITLE_OK && out->product_code != NULL) {
        status = ent_product_code_check(out->product_code, error);
    }
    for (size_t i = 0; i < out->record_count && status == ENTITLE_OK; i++) {
        status = check_record(runtime, out, i, error);
    }
    return status == ENTITLE_OK ? ent_batch_rules_check_together(out, error) : status;
}

static void
write_text(const char *name, const char *text, ent_buffer *out)
{
    if (text != NULL) {
        ent_buffer_append_format(out, "\"%s\":", name);
        ent_json_append_string(out, text);
        ent_buffer_append_text(out, ",");
    }
}

static void
write_record(const entitle_customer_usage *usage, ent_buffer *out)
{
    static const ent_usage_member_names names = { "Dimension", "Quantity" };
    const ent_usage_record record = record_of(usage, "");

    ent_buffer_append_text(out, "{");
    write_text("CustomerAWSAccountId", usage->customer_account, out);
    write_text("LicenseArn", usage->license_arn, out);
    write_text("CustomerIdentifier", usage->customer_identifier, out);
    ent_usage_record_write(&record, &names, out);
    ent_buffer_append_text(out, "}");
}

void
ent_usage_batch_write(const ent_usage_batch *batch, ent_buffer *out)
{
    ent_buffer_append_text(out, "{");
    write_text("ProductCode", batch->product_code, out);
    ent_buffer_append_text(out, "\"UsageRecords\":[");
    for (size_t i = 0; i < batch->record_count; i++) {
        ent_buffer_append_text(out, i == 0 ? "" : ",");
        write_record(&batch->records[i], out);
    }
    ent_buffer_append_text(out, "]}");
}
