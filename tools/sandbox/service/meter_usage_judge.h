/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_METER_USAGE_JUDGE_H
#define SANDBOX_METER_USAGE_JUDGE_H

#include "service/meter_usage_input.h"

/*
 * Whether usage may be recorded, whatever was recorded before. Called with the lock
 * held; on false the call has been refused.
 */
bool meter_usage_judge(
    sandbox_call *call, const sandbox_identity *caller, const meter_usage_input *input);

#endif
