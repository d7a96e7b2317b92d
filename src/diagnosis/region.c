/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/service_regions.h"
#include "diagnosis/examination.h"

#include <stddef.h>

void
ent_examine_region(ent_examination *examination)
{
    const ent_region *region = examination->region;

    if (region == NULL) {
        return;
    }
    ent_find_ok(
        examination->diagnosis, "region", "%s, from %s", region->name, region->origin);
    if (!ent_service_region_is_listed(region->name)) {
        ent_find_warning(
            examination->diagnosis,
            "region-list",
            "check the Regions of the Metering API in the AWS Marketplace API "
            "reference, or start the container in one of them",
            "%s was not among the Regions that AWS lists for RegisterUsage when this "
            "version was made",
            region->name);
    }
}
