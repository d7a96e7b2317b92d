/* SPDX-License-Identifier: Apache-2.0 */
#include "service/batch_meter_usage.h"

#include "service/batch_meter_usage_answer.h"
#include "service/batch_meter_usage_input.h"
#include "service/batch_meter_usage_judge.h"
#include "service/batch_meter_usage_rules.h"
#include "service/batch_meter_usage_store.h"
#include "service/caller.h"
#include "service/region_rules.h"

/* The fault "unprocessed" leaves out the last of them. */
static size_t
count_processed(const sandbox_call *call, const batch_input *input)
{
    if (call->fault.kind != FAULT_UNPROCESSED) {
        return input->count;
    }
    size_t left_out = (size_t)call->fault.amount;
    return left_out < input->count ? input->count - left_out : 0;
}

/* Called with the lock held. */
static bool
decide(sandbox_call *call, batch_input *input, size_t count)
{
    batch_origin origin = { .caller = caller_find(call) };
    return origin.caller != NULL &&
           batch_judge(call, origin.caller, input, &origin.product) &&
           batch_store(call, &origin, input, count);
}

static void
meter(sandbox_call *call, batch_input *input)
{
    if (!region_check_documented(
            call,
            REGIONS_OF_SAAS,
            "DisabledApiException",
            "The API is disabled in the Region.")) {
        return;
    }
    sandbox_core *sandbox = call->sandbox;
    size_t count = count_processed(call, input);
    pthread_mutex_lock(&sandbox->lock);
    bool is_decided = decide(call, input, count);
    pthread_mutex_unlock(&sandbox->lock);
    if (!is_decided) {
        return;
    }
    if (count < input->count && call->entry.rule != &rule_batch_doubled) {
        call->entry.rule = &rule_fault;
    }
    batch_answer(input, count, &call->answer->body);
}

void
batch_meter_usage(sandbox_call *call)
{
    batch_input input;
    if (batch_input_read(call, &input)) {
        meter(call, &input);
    }
    batch_input_clear(&input);
}
