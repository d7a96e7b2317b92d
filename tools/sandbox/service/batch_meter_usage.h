/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_BATCH_METER_USAGE_H
#define SANDBOX_BATCH_METER_USAGE_H

#include "play/call.h"

/*
 * BatchMeterUsage, once the signature holds. What is judged, in this order and for all
 * records each: the body, the Region, the product and its seller, the customers, the
 * licences, the dimensions, tags and allocations, whether licences are active, and the
 * times. One fault refuses them all. What is left gets a status of its own.
 */
void batch_meter_usage(sandbox_call *call);

#endif
