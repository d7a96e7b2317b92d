/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_BATCH_METER_USAGE_JUDGE_H
#define SANDBOX_BATCH_METER_USAGE_JUDGE_H

#include "service/batch_meter_usage_input.h"
#include "state/identities.h"

/*
 * Everything that refuses a batch as a whole; called with the lock held. On true each
 * record has its customer, and is a success or of somebody who has no subscription.
 * `*product` is NULL only for a batch without records that names none.
 */
bool batch_judge(
    sandbox_call *call,
    const sandbox_identity *caller,
    batch_input *input,
    const market_product **product);

#endif
