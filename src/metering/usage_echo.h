/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_METERING_USAGE_ECHO_H
#define ENT_METERING_USAGE_ECHO_H

#include "base/json.h"

#include <entitle/usage.h>

/*
 * A record of BatchMeterUsage as the answer repeats it: all that tells which record of
 * the request a result is about. Borrowed from the answer.
 */
typedef struct ent_usage_echo {
    const char *customer_account; /* NULL: absent, as are the next two */
    const char *license_arn;
    const char *customer_identifier;
    const char *dimension;
    int64_t at_s;
    double quantity;
    const ent_json *allocations; /* NULL: absent */
} ent_usage_echo;

/* False for what has no dimension or no time, or is not an object: it is no record. */
bool ent_usage_echo_read(const ent_json *json, ent_usage_echo *out);

/* Whether it is this record, member by member. */
bool
ent_usage_echo_is(const ent_usage_echo *echo, const entitle_customer_usage *record);

/*
 * Whether it is this record, if the service rounded its time to the hour, added a name
 * of the customer or left one out, or rearranged the allocations.
 */
bool
ent_usage_echo_may_be(const ent_usage_echo *echo, const entitle_customer_usage *record);

#endif
