/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_METERING_BATCH_READING_H
#define ENT_METERING_BATCH_READING_H

#include "aws/json_call.h"
#include "metering/usage_batch.h"

/*
 * What the answer says about each record of the batch. AWS answers in any order, so
 * results are matched by what they repeat of their record: those that repeat it exactly
 * come first, and what is left goes to the only record that it can mean. A record that
 * is left without a result, or that has two which differ, stays ENTITLE_USAGE_UNKNOWN.
 * ENTITLE_BAD_RESPONSE for an answer that has no list of results at all.
 */
ENTITLE_CHECKED entitle_status ent_usage_batch_result_read(
    const entitle_runtime *runtime,
    const ent_usage_batch *batch,
    const ent_json_answer *answer,
    entitle_usage_batch_result **out,
    entitle_error *error);

#endif
