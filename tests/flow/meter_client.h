/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_FLOW_METER_CLIENT_H
#define TEST_FLOW_METER_CLIENT_H

#include "usage_client.h"

/* The members of a MeterUsage request, as they follow the product code and the time. */
#define DIMENSION          ",\"UsageDimension\":\"requests\""
#define QUANTITY           DIMENSION ",\"UsageQuantity\":5"
#define ALLOCATIONS(list)  QUANTITY ",\"UsageAllocations\":[" list "]"
#define UNTAGGED(quantity) "{\"AllocatedUsageQuantity\":" quantity "}"
#define ALLOCATED(quantity, tags)                                                      \
    "{\"AllocatedUsageQuantity\":" quantity ",\"Tags\":[" tags "]}"
#define TAG(key, value) "{\"Key\":\"" key "\",\"Value\":\"" value "\"}"

#define CODE "\"ProductCode\":\"" SERVICE_PRODUCT "\""

enum {
    METER_NOW = 1773570600, /* 2026-03-15T10:30:00Z */
    METER_HOUR = 3600,
    METER_TEN = METER_NOW - 1800 /* 10:00:00 */
};

/* What became of the last call. */
extern usage_outcome meter_outcome;

/*
 * MeterUsage of the group's sandbox; the time as it stands in the body, or as a number.
 */
void meter_body(const char *body);
void meter_text(const char *time, const char *members);
void meter(int64_t time_s, const char *members);

/* Asserts that the last call had that error; NULL: that it was honoured. */
void meter_assert(const char *want_error);

/* Asserts that the rule that decided says so. */
void meter_assert_rule(const char *want_part);

/* The default access key is a new identity of that kind from now on. */
void meter_become(const char *kind);

int meter_count_records(void);

/* cmocka's set-up: everything as at the start, and half past ten. */
int meter_begin(void **state);

#endif
