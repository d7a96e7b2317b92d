/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_DOCUMENTED_REGIONS_H
#define SANDBOX_DOCUMENTED_REGIONS_H

#include <stdbool.h>

/*
 * The Regions that AWS's pages name, for the setting documented_regions_only. Such
 * lists grow: they are not the default.
 */
typedef enum region_list {
    REGIONS_OF_REGISTER_USAGE,
    REGIONS_OF_METER_USAGE_EC2, /* GovCloud is for AMI products only */
    REGIONS_OF_METER_USAGE_CONTAINER,
    REGIONS_OF_SAAS /* BatchMeterUsage and ResolveCustomer */
} region_list;

bool region_is_documented(region_list list, const char *region);

#endif
