/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_BATCH_METER_USAGE_ANSWER_H
#define SANDBOX_BATCH_METER_USAGE_ANSWER_H

#include "service/batch_meter_usage_input.h"

/*
 * {"Results":[…],"UnprocessedRecords":[…]}: what became of the first `count` records,
 * in the order in which they came, and the others as they came.
 */
void batch_answer(const batch_input *input, size_t count, ent_buffer *out);

#endif
