/* SPDX-License-Identifier: Apache-2.0 */
#include "service/batch_meter_usage_store.h"

#include "service/batch_meter_usage_rules.h"
#include "state/records.h"

/* A licence is told as the market has it, so that all ways to write it are one. */
static usage_record
describe(const batch_origin *origin, const batch_record *record)
{
    const usage_input *usage = &record->usage;
    bool is_licensed = record->subscription != NULL;
    bool is_allocated = record->allocations.length > 0;
    return (usage_record){
        .style = is_licensed ? RECORD_OF_LICENSE : RECORD_OF_CUSTOMER,
        .operation = "BatchMeterUsage",
        .product_code = origin->product->code,
        .identity = origin->caller->number,
        .identity_name = origin->caller->name,
        .account = record->customer->account,
        .customer_identifier = record->customer_identifier,
        .license_arn =
            is_licensed ? record->subscription->agreement->license_arn : NULL,
        .dimension = usage->dimension,
        .timestamp_s = usage_second(usage->timestamp_ms),
        .quantity = usage->quantity,
        .allocations = is_allocated ? ent_buffer_text(&record->allocations) : NULL,
        .fresh_id = record->fresh_id,
    };
}

static bool
add(sandbox_store *store, const batch_origin *origin, batch_record *record)
{
    const usage_record usage = describe(origin, record);
    switch (records_add(store, &usage, record->id)) {
    case RECORD_NEW:
    case RECORD_REPEATED:
        return true;
    case RECORD_DIFFERENT:
        record->status = BATCH_DUPLICATE;
        record->id[0] = '\0';
        return true;
    case RECORD_FAILED:
        break;
    }
    return false;
}

static bool
add_all(
    sandbox_store *store, const batch_origin *origin, batch_input *input, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        batch_record *record = &input->records[i];
        if (record->status == BATCH_SUCCESS && !add(store, origin, record)) {
            return false;
        }
    }
    return true;
}

static bool
has_status(const batch_input *input, size_t count, batch_status status)
{
    for (size_t i = 0; i < count; i++) {
        if (input->records[i].status == status) {
            return true;
        }
    }
    return false;
}

/*
 * Asked once all are added: the two styles may have come in one batch. Who uses one
 * style only, which is the rule, is not kept waiting for 25 look-ups.
 */
static bool
is_doubled(
    sandbox_store *store,
    const batch_origin *origin,
    const batch_input *input,
    size_t count)
{
    if (!records_have_style(store, RECORD_OF_CUSTOMER) ||
        !records_have_style(store, RECORD_OF_LICENSE)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        const batch_record *record = &input->records[i];
        if (record->status != BATCH_SUCCESS) {
            continue;
        }
        const usage_record usage = describe(origin, record);
        if (records_are_doubled(store, &usage)) {
            return true;
        }
    }
    return false;
}

static const sandbox_rule *
tell(const batch_input *input, size_t count, bool is_doubled)
{
    if (is_doubled) {
        return &rule_batch_doubled;
    }
    if (has_status(input, count, BATCH_DUPLICATE)) {
        return &rule_batch_duplicate;
    }
    if (has_status(input, count, BATCH_NOT_SUBSCRIBED)) {
        return &rule_batch_not_subscribed;
    }
    return &rule_batch_honoured;
}

bool
batch_store(
    sandbox_call *call, const batch_origin *origin, batch_input *input, size_t count)
{
    sandbox_store *store = call->sandbox->store;
    if (!has_status(input, count, BATCH_SUCCESS)) {
        call->entry.rule = tell(input, count, false);
        return true;
    }
    if (!store_begin(store)) {
        call_fail_store(call);
        return false;
    }
    if (!add_all(store, origin, input, count)) {
        store_roll_back(store);
        call_fail_store(call);
        return false;
    }
    bool doubled = is_doubled(store, origin, input, count);
    if (!store_commit(store)) {
        call_fail_store(call);
        return false;
    }
    call->entry.rule = tell(input, count, doubled);
    return true;
}
