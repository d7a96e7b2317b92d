/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_METER_USAGE_H
#define SANDBOX_METER_USAGE_H

#include "play/call.h"

/*
 * MeterUsage, once the signature holds. Checked in this order: the body, the Region,
 * who calls, the product, the dimension, tags and allocations, the subscription; here a
 * dry run ends; then the time and what was reported before (docs/metering-service.md).
 */
void meter_usage(sandbox_call *call);

#endif
