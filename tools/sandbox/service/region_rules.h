/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_REGION_RULES_H
#define SANDBOX_REGION_RULES_H

#include "play/call.h"
#include "service/documented_regions.h"

#include <stdbool.h>

extern const sandbox_rule rule_region_documented;

/*
 * Whether an operation goes on in the call's Region: always, but where the market asks
 * for documented Regions only. On false the call has been refused with that error.
 */
bool region_check_documented(
    sandbox_call *call, region_list list, const char *error_name, const char *message);

/* Whether the product is sold there. */
bool region_sells(const char *region, const market_product *product);

#endif
