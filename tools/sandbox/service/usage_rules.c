/* SPDX-License-Identifier: Apache-2.0 */
#include "service/usage_rules.h"

#include <string.h>

#define REFERENCE "https://docs.aws.amazon.com/marketplace/latest/APIReference/"

const sandbox_rule rule_usage_tags = {
    "an allocation has at most 5 tags, each with a key of its own",
    REFERENCE "API_marketplace-metering_UsageAllocation.html"
};
const sandbox_rule rule_usage_allocations = {
    "at most 2,500 allocations, each with a set of tags of its own, add up to the "
    "quantity",
    REFERENCE "API_marketplace-metering_MeterUsage.html"
};

/* The tags are ordered by key. */
static bool
has_key_twice(const usage_allocation *allocation)
{
    for (size_t i = 1; i < allocation->tag_count; i++) {
        const char *before = allocation->tags[allocation->order[i - 1]].key;
        if (strcmp(before, allocation->tags[allocation->order[i]].key) == 0) {
            return true;
        }
    }
    return false;
}

bool
usage_check_tags(sandbox_call *call, const usage_input *usage)
{
    const usage_allocations *allocations = &usage->allocations;
    for (size_t i = 0; i < allocations->count; i++) {
        const usage_allocation *allocation = &allocations->items[i];
        if (allocation->tag_count > USAGE_TAG_LIMIT || has_key_twice(allocation)) {
            call_refuse(
                call,
                "InvalidTagException",
                &rule_usage_tags,
                "The tag is invalid, or the number of tags is greater than 5.");
            return false;
        }
    }
    return true;
}

static const char *
find_fault(const usage_allocations *allocations, int64_t quantity)
{
    if (allocations->count > USAGE_ALLOCATION_LIMIT) {
        return "The usage allocation objects are invalid, or the number of allocations "
               "is greater than 2500 for a single usage record.";
    }
    int64_t sum = 0;
    for (size_t i = 0; i < allocations->count; i++) {
        sum += allocations->items[i].quantity;
    }
    if (sum != quantity) {
        return "The usage allocation objects are invalid: the sum of the allocated "
               "quantities is not the quantity of the usage record.";
    }
    for (size_t i = 1; i < allocations->count; i++) {
        if (usage_compare_tags(allocations->sorted[i - 1], allocations->sorted[i]) ==
            0) {
            return "The usage allocation objects are invalid: two have the same set of "
                   "tags, or both have none.";
        }
    }
    return NULL;
}

bool
usage_check_allocations(sandbox_call *call, const usage_input *usage)
{
    if (usage->allocations.count == 0) {
        return true;
    }
    const char *fault = find_fault(&usage->allocations, usage->quantity);
    if (fault == NULL) {
        return true;
    }
    call_refuse(
        call, "InvalidUsageAllocationsException", &rule_usage_allocations, fault);
    return false;
}
