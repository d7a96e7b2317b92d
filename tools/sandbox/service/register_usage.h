/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_REGISTER_USAGE_H
#define SANDBOX_REGISTER_USAGE_H

#include "play/call.h"

/*
 * RegisterUsage, once the signature holds. Checked in this order: the body, the Region,
 * the platform, the product and where it is sold, the key version, and on the first
 * call of a task or pod for that product the subscription.
 */
void register_usage(sandbox_call *call);

#endif
