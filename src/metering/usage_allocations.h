/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_METERING_USAGE_ALLOCATIONS_H
#define ENT_METERING_USAGE_ALLOCATIONS_H

#include "metering/usage_record.h"

/*
 * Counts, tags, distinct sets of tags, and the sum. Takes time in proportion to n log n
 * of the allocations.
 */
ENTITLE_CHECKED entitle_status ent_usage_allocations_check(
    const entitle_runtime *runtime,
    const ent_usage_record *record,
    entitle_error *error);

#endif
