/* SPDX-License-Identifier: Apache-2.0 */
#include "service/batch_meter_usage_answer.h"

static const char *
status_name(batch_status status)
{
    switch (status) {
    case BATCH_NOT_SUBSCRIBED:
        return "CustomerNotSubscribed";
    case BATCH_SUCCESS:
        return "Success";
    case BATCH_DUPLICATE:
        return "DuplicateRecord";
    }
    return "";
}

static void
write_member(ent_buffer *out, const char *name, const char *value)
{
    if (value == NULL) {
        return;
    }
    ent_buffer_append_text(out, name);
    ent_json_append_string(out, value);
}

static void
write_usage(const batch_record *record, ent_buffer *out)
{
    const usage_input *usage = &record->usage;
    ent_buffer_append_text(out, "{\"Timestamp\":");
    usage_write_time(usage->timestamp_ms, out);
    write_member(out, ",\"CustomerIdentifier\":", record->customer_identifier);
    write_member(out, ",\"Dimension\":", usage->dimension);
    ent_buffer_append_text(out, ",\"Quantity\":");
    usage_write_integer(usage->quantity, out);
    if (usage->allocations.items != NULL) {
        ent_buffer_append_text(out, ",\"UsageAllocations\":");
        usage_write_allocations(&usage->allocations, out);
    }
    write_member(out, ",\"CustomerAWSAccountId\":", record->account);
    write_member(out, ",\"LicenseArn\":", record->license_arn);
    ent_buffer_append_text(out, "}");
}

static void
write_result(const batch_record *record, ent_buffer *out)
{
    ent_buffer_append_text(out, "{\"UsageRecord\":");
    write_usage(record, out);
    if (record->status == BATCH_SUCCESS) {
        write_member(out, ",\"MeteringRecordId\":", record->id);
    }
    write_member(out, ",\"Status\":", status_name(record->status));
    ent_buffer_append_text(out, "}");
}

void
batch_answer(const batch_input *input, size_t count, ent_buffer *out)
{
    ent_buffer_append_text(out, "{\"Results\":[");
    for (size_t i = 0; i < count; i++) {
        ent_buffer_append_text(out, i > 0 ? "," : "");
        write_result(&input->records[i], out);
    }
    ent_buffer_append_text(out, "],\"UnprocessedRecords\":[");
    for (size_t i = count; i < input->count; i++) {
        ent_buffer_append_text(out, i > count ? "," : "");
        write_usage(&input->records[i], out);
    }
    ent_buffer_append_text(out, "]}");
}
