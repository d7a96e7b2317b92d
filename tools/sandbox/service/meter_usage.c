/* SPDX-License-Identifier: Apache-2.0 */
#include "service/meter_usage.h"

#include "service/caller.h"
#include "service/meter_usage_judge.h"
#include "service/meter_usage_rules.h"
#include "state/records.h"

/* The rule that decided, or NULL where the call has been refused. */
static const sandbox_rule *
rule_of_outcome(sandbox_call *call, const usage_record *record, record_outcome outcome)
{
    switch (outcome) {
    case RECORD_NEW:
        return &rule_meter_honoured;
    case RECORD_REPEATED:
        return &rule_meter_repeated;
    case RECORD_DIFFERENT:
        if (record->style == RECORD_OF_EVENT) {
            call_refuse(
                call,
                "IdempotencyConflictException",
                &rule_meter_event,
                "The ClientToken is being used for multiple requests.");
        } else {
            call_refuse(
                call,
                "DuplicateRequestException",
                &rule_meter_hour,
                "A metering record has already been emitted by the same EC2 instance, "
                "ECS task, or EKS pod for the given {usageDimension, timestamp} with a "
                "different usageQuantity.");
        }
        return NULL;
    case RECORD_FAILED:
        break;
    }
    call_fail_store(call);
    return NULL;
}

static usage_record
make_record(const sandbox_identity *caller, const meter_usage_input *input)
{
    bool is_event = caller->kind == IDENTITY_AGENTCORE;
    bool has_allocations = input->allocations.length > 0;
    return (usage_record){
        .style = is_event ? RECORD_OF_EVENT : RECORD_OF_INSTANCE,
        .operation = "MeterUsage",
        .product_code = input->product_code,
        .identity = caller->number,
        .identity_name = caller->name,
        .account = caller->account,
        .client_token = is_event ? input->client_token : NULL,
        .dimension = input->usage.dimension,
        .timestamp_s = usage_second(input->usage.timestamp_ms),
        .quantity = input->usage.quantity,
        .allocations = has_allocations ? ent_buffer_text(&input->allocations) : NULL,
    };
}

/* Called with the lock held. */
static bool
keep(sandbox_call *call, const usage_record *record, char id[ENT_UUID_SIZE])
{
    sandbox_store *store = call->sandbox->store;
    if (!store_begin(store)) {
        call_fail_store(call);
        return false;
    }
    record_outcome outcome = records_add(store, record, id);
    const sandbox_rule *rule = rule_of_outcome(call, record, outcome);
    if (rule == NULL) {
        store_roll_back(store);
        return false;
    }
    if (!store_commit(store)) {
        call_fail_store(call);
        return false;
    }
    call->entry.rule = rule;
    return true;
}

/* Called with the lock held. */
static bool
decide(sandbox_call *call, const meter_usage_input *input, char id[ENT_UUID_SIZE])
{
    const sandbox_identity *caller = caller_find(call);
    if (caller == NULL || !meter_usage_judge(call, caller, input)) {
        return false;
    }
    const usage_record record = make_record(caller, input);
    return keep(call, &record, id);
}

void
meter_usage(sandbox_call *call)
{
    meter_usage_input input;
    if (meter_usage_read(call, &input)) {
        char id[ENT_UUID_SIZE];
        call->entry.records = input.is_dry_run ? 0 : 1;
        pthread_mutex_lock(&call->sandbox->lock);
        bool is_kept = decide(call, &input, id);
        pthread_mutex_unlock(&call->sandbox->lock);
        if (is_kept) {
            ent_buffer_append_format(
                &call->answer->body, "{\"MeteringRecordId\":\"%s\"}", id);
        }
    }
    meter_usage_clear(&input);
}
