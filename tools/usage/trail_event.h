/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USAGE_TRAIL_EVENT_H
#define USAGE_TRAIL_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What an event of CloudTrail says about usage:
 * https://docs.aws.amazon.com/marketplace/latest/APIReference/logging-metering-api-calls-with-cloudtrail.html
 */

/* A record that AWS has taken. Texts are "" where the event does not say. */
typedef struct trail_usage {
    bool is_of_batch;         /* BatchMeterUsage, and not MeterUsage */
    const char *product_code; /* none where the customer is named by a licence */
    const char *dimension;
    const char *customer_id;
    const char *customer_account;
    const char *license_arn; /* with its "arn:" or without */
    const char *metering_record_id;
    int64_t at_s;
    int64_t quantity;
} trail_usage;

/* False ends the reading. */
typedef bool trail_usage_visitor(void *context, const trail_usage *usage);

/* Told of each metering call, with its eventID; false: that event is known already. */
typedef bool trail_call_visitor(void *context, const char *event_id, bool is_of_batch);

typedef struct trail_visitors {
    trail_call_visitor *call;
    trail_usage_visitor *usage;
    void *context;
} trail_visitors;

/*
 * Reads an event, which a NUL ends. Other services' say nothing, nor do calls that AWS
 * refused, records that it did not take, and dry runs. False: `*reason` says what is
 * wrong with it.
 */
bool trail_event_read(
    const char *text,
    size_t length,
    const trail_visitors *visitors,
    const char **reason);

#endif
