/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_REGISTER_USAGE_JUDGE_H
#define SANDBOX_REGISTER_USAGE_JUDGE_H

#include "service/register_usage_input.h"

/*
 * Called with the lock held. Registers the caller for the product where it is its first
 * call. The key pairs of that product, or NULL: then the call has been refused.
 */
const signing_keys *
register_usage_judge(sandbox_call *call, const register_usage_input *input);

#endif
