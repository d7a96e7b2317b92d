/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/usage_record.h"

#include "base/error.h"
#include "base/json.h"
#include "metering/moment.h"
#include "metering/text_rule.h"
#include "metering/usage_allocations.h"

static const ent_text_rule dimension_rule = {
    .name = "the dimension",
    .limit = 255,
    .hint = "use a dimension that is defined for this product",
};

static entitle_status
check_time(const ent_usage_record *record, entitle_error *error)
{
    if (record->at_s > 0 && record->at_s <= ENT_MOMENT_LAST_S) {
        return ENTITLE_OK;
    }
    ent_fail(
        error,
        ENTITLE_INVALID_INPUT,
        "%s%lld is not a time of usage",
        record->where,
        (long long)record->at_s);
    ent_hint(error, "give the time in seconds since 1970-01-01 UTC");
    return ENTITLE_INVALID_INPUT;
}

static entitle_status
check_quantity(const ent_usage_record *record, entitle_error *error)
{
    if (record->quantity <= ENTITLE_USAGE_QUANTITY_LIMIT) {
        return ENTITLE_OK;
    }
    ent_fail(
        error,
        ENTITLE_INVALID_INPUT,
        "%sthe quantity %lu is more than one record can hold",
        record->where,
        (unsigned long)record->quantity);
    ent_hint(
        error,
        "meter at most %lu units an hour, and the rest in the next hours",
        (unsigned long)ENTITLE_USAGE_QUANTITY_LIMIT);
    return ENTITLE_INVALID_INPUT;
}

entitle_status
ent_usage_record_check(
    const entitle_runtime *runtime,
    const ent_usage_record *record,
    entitle_error *error)
{
    entitle_status status =
        ent_text_rule_check(&dimension_rule, record->where, record->dimension, error);

    if (status == ENTITLE_OK) {
        status = check_time(record, error);
    }
    if (status == ENTITLE_OK) {
        status = check_quantity(record, error);
    }
    if (status == ENTITLE_OK) {
        status = ent_usage_allocations_check(runtime, record, error);
    }
    return status;
}

static void
write_tags(const entitle_allocation *allocation, ent_buffer *out)
{
    if (allocation->tag_count == 0) {
        return;
    }
    ent_buffer_append_text(out, ",\"Tags\":[");
    for (size_t i = 0; i < allocation->tag_count; i++) {
        ent_buffer_append_text(out, i == 0 ? "{\"Key\":" : ",{\"Key\":");
        ent_json_append_string(out, allocation->tags[i].key);
        ent_buffer_append_text(out, ",\"Value\":");
        ent_json_append_string(out, allocation->tags[i].value);
        ent_buffer_append_text(out, "}");
    }
    ent_buffer_append_text(out, "]");
}

static void
write_allocations(const ent_usage_record *record, ent_buffer *out)
{
    if (record->allocation_count == 0) {
        return;
    }
    ent_buffer_append_text(out, ",\"UsageAllocations\":[");
    for (size_t i = 0; i < record->allocation_count && !out->failed; i++) {
        const entitle_allocation *allocation = &record->allocations[i];

        ent_buffer_append_format(
            out,
            "%s{\"AllocatedUsageQuantity\":%lu",
            i == 0 ? "" : ",",
            (unsigned long)allocation->quantity);
        write_tags(allocation, out);
        ent_buffer_append_text(out, "}");
    }
    ent_buffer_append_text(out, "]");
}

void
ent_usage_record_write(
    const ent_usage_record *record,
    const ent_usage_member_names *names,
    ent_buffer *out)
{
    ent_buffer_append_format(
        out, "\"Timestamp\":%lld,\"%s\":", (long long)record->at_s, names->dimension);
    ent_json_append_string(out, record->dimension);
    ent_buffer_append_format(
        out, ",\"%s\":%lu", names->quantity, (unsigned long)record->quantity);
    write_allocations(record, out);
}
