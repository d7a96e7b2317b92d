/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_RECORDS_H
#define SANDBOX_RECORDS_H

#include "base/random.h"
#include "state/store.h"

#include <stdint.h>

/* What may occur once only. */
typedef enum record_style {
    RECORD_OF_INSTANCE, /* product, identity, dimension and hour (MeterUsage) */
    RECORD_OF_EVENT,    /* identity and client token (MeterUsage on AgentCore) */
    RECORD_OF_CUSTOMER, /* product, customer, dimension and hour (BatchMeterUsage) */
    RECORD_OF_LICENSE   /* licence, dimension and hour (BatchMeterUsage) */
} record_style;

/* Usage that is honoured. Texts are the caller's. */
typedef struct usage_record {
    record_style style;
    const char *operation;
    const char *product_code;
    uint64_t identity;               /* number of who reported it */
    const char *identity_name;       /* "ecs-task/1" */
    const char *account;             /* of the customer who pays */
    const char *customer_identifier; /* as sent; NULL: not sent */
    const char *license_arn;         /* as sent; NULL: not sent */
    const char *client_token;        /* of an event; NULL otherwise */
    const char *dimension;
    int64_t timestamp_s; /* as sent */
    int64_t quantity;
    const char *allocations; /* canonical JSON array, for comparing; NULL: none */
    const char *fresh_id;    /* a UUID, should it be new; NULL: one is made */
} usage_record;

typedef enum record_outcome {
    RECORD_FAILED,   /* the store; nothing is kept */
    RECORD_NEW,      /* honoured now */
    RECORD_REPEATED, /* the same was honoured before: its id */
    RECORD_DIFFERENT /* something else was: its id, and nothing is kept of this */
} record_outcome;

/*
 * Inside a transaction. The hour is that of the timestamp. Two records are the same
 * when quantity and allocations are (for an event: everything is). `id` gets a
 * MeteringRecordId.
 */
record_outcome
records_add(sandbox_store *store, const usage_record *record, char id[ENT_UUID_SIZE]);

/*
 * Whether this customer's usage of that hour has been honoured in the other style, too:
 * it is billed twice. For the two styles of BatchMeterUsage.
 */
bool records_are_doubled(sandbox_store *store, const usage_record *record);

/*
 * Whether any usage of that style was ever honoured: where one of the two is missing,
 * nothing is doubled.
 */
bool records_have_style(sandbox_store *store, record_style style);

#endif
