/* SPDX-License-Identifier: Apache-2.0 */
#include "service/region_rules.h"

#include <string.h>

const sandbox_rule rule_region_documented = {
    "the operation is offered in the Region, going by AWS's list",
    "https://docs.aws.amazon.com/marketplace/latest/APIReference/metering-regions.html"
};

bool
region_check_documented(
    sandbox_call *call, region_list list, const char *error_name, const char *message)
{
    if (!call->sandbox->market->settings.documented_regions_only ||
        region_is_documented(list, call->region)) {
        return true;
    }
    call_refuse(call, error_name, &rule_region_documented, message);
    return false;
}

bool
region_sells(const char *region, const market_product *product)
{
    for (size_t i = 0; i < product->region_count; i++) {
        if (strcmp(product->regions[i], region) == 0) {
            return true;
        }
    }
    return product->region_count == 0;
}
