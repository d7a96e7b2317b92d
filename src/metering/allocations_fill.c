/* SPDX-License-Identifier: Apache-2.0 */
#include <entitle/usage.h>

static entitle_allocation *
find_untagged(entitle_allocation *allocations, size_t count)
{
    entitle_allocation *found = NULL;

    for (size_t i = 0; i < count; i++) {
        if (allocations[i].tag_count == 0 && found != NULL) {
            return NULL;
        }
        if (allocations[i].tag_count == 0) {
            found = &allocations[i];
        }
    }
    return found;
}

bool
entitle_allocations_fill(
    entitle_allocation *allocations, size_t allocation_count, uint32_t quantity)
{
    entitle_allocation *untagged =
        allocations != NULL ? find_untagged(allocations, allocation_count) : NULL;
    uint64_t sum = 0;

    if (untagged == NULL) {
        return false;
    }
    for (size_t i = 0; i < allocation_count; i++) {
        sum += &allocations[i] != untagged ? allocations[i].quantity : 0;
    }
    if (sum > quantity) {
        return false;
    }
    untagged->quantity = (uint32_t)(quantity - sum);
    return true;
}
