/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_BATCH_METER_USAGE_INPUT_H
#define SANDBOX_BATCH_METER_USAGE_INPUT_H

#include "base/random.h"
#include "service/usage_input.h"
#include "state/subscriptions.h"

enum { BATCH_RECORD_LIMIT = 25 };

typedef enum batch_status {
    BATCH_NOT_SUBSCRIBED, /* so that nobody pays whom nothing was found out about */
    BATCH_SUCCESS,
    BATCH_DUPLICATE
} batch_status;

/* One UsageRecord. Texts are the input's. */
typedef struct batch_record {
    const char *customer_identifier; /* NULL: not sent */
    const char *account;             /* NULL: not sent */
    const char *license_arn;         /* NULL: not sent */
    usage_input usage;
    ent_buffer allocations; /* canonical; empty: none were sent */
    const char *fresh_id;   /* that it gets, should it be new */

    /* Judged later. */
    const market_customer *customer;
    const sandbox_subscription *subscription; /* of the licence; NULL: none sent */
    batch_status status;
    char id[ENT_UUID_SIZE]; /* "": not honoured */
} batch_record;

typedef struct batch_input {
    service_input body;
    const char *product_code; /* NULL: not sent */
    batch_record records[BATCH_RECORD_LIMIT];
    char fresh_ids[BATCH_RECORD_LIMIT][ENT_UUID_SIZE];
    size_t count;
} batch_input;

/*
 * Reads the body of the call and holds it to the constraints of the model. On false the
 * call has been refused; the input is to be cleared either way.
 */
bool batch_input_read(sandbox_call *call, batch_input *out);
void batch_input_clear(batch_input *input);

#endif
