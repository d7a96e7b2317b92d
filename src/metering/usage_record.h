/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_METERING_USAGE_RECORD_H
#define ENT_METERING_USAGE_RECORD_H

#include "base/buffer.h"

#include <entitle/usage.h>

/*
 * What records of MeterUsage and BatchMeterUsage have in common. Both operations check
 * it and write it alike, but for the names of the members.
 */
typedef struct ent_usage_record {
    const char *where; /* what messages begin with: "" or "records[3]: " */
    const char *dimension;
    int64_t at_s;
    uint32_t quantity;
    const entitle_allocation *allocations;
    size_t allocation_count;
    bool has_tags_of_its_own; /* the caller knows of no allocation, only of its tags */
} ent_usage_record;

typedef struct ent_usage_member_names {
    const char *dimension; /* "UsageDimension" */
    const char *quantity;  /* "UsageQuantity" */
} ent_usage_member_names;

/* The constraints of the API model on each member; ENTITLE_INVALID_INPUT. */
ENTITLE_CHECKED entitle_status ent_usage_record_check(
    const entitle_runtime *runtime,
    const ent_usage_record *record,
    entitle_error *error);

/*
 * The members without braces: time, dimension, quantity, allocations. The same record
 * is always the same bytes. A record that was not checked must not be written.
 */
void ent_usage_record_write(
    const ent_usage_record *record,
    const ent_usage_member_names *names,
    ent_buffer *out);

#endif
