/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_BATCH_METER_USAGE_STORE_H
#define SANDBOX_BATCH_METER_USAGE_STORE_H

#include "service/batch_meter_usage_input.h"
#include "state/identities.h"

/* Who sent a batch, and what it is for. */
typedef struct batch_origin {
    const sandbox_identity *caller;
    const market_product *product;
} batch_origin;

/*
 * Keeps the first `count` records of a batch that has been judged, in one transaction,
 * and notes what became of each and the rule that tells of it; called with the lock
 * held. False: the store failed, the call with it, and nothing is kept.
 */
bool batch_store(
    sandbox_call *call, const batch_origin *origin, batch_input *input, size_t count);

#endif
