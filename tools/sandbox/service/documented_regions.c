/* SPDX-License-Identifier: Apache-2.0 */
#include "service/documented_regions.h"

#include <stddef.h>
#include <string.h>

/* In 17 Regions everything is offered. */
static const char *const everywhere[] = {
    "ap-east-1",    "ap-northeast-1", "ap-northeast-2",
    "ap-south-1",   "ap-southeast-1", "ap-southeast-2",
    "ca-central-1", "eu-central-1",   "eu-north-1",
    "eu-west-1",    "eu-west-2",      "eu-west-3",
    "sa-east-1",    "us-east-1",      "us-east-2",
    "us-west-1",    "us-west-2",      NULL,
};

/* In 11 more there are no calls from containers. */
static const char *const without_containers[] = {
    "af-south-1",     "ap-northeast-3", "ap-south-2", "ap-southeast-3",
    "ap-southeast-4", "eu-central-2",   "eu-south-1", "eu-south-2",
    "il-central-1",   "me-central-1",   "me-south-1", NULL,
};

static const char *const govcloud[] = { "us-gov-east-1", "us-gov-west-1", NULL };
static const char *const china[] = { "cn-northwest-1", NULL };

static bool
holds(const char *const *list, const char *region)
{
    for (; *list != NULL; list++) {
        if (strcmp(*list, region) == 0) {
            return true;
        }
    }
    return false;
}

bool
region_is_documented(region_list list, const char *region)
{
    if (holds(everywhere, region)) {
        return true;
    }
    switch (list) {
    case REGIONS_OF_METER_USAGE_EC2:
        return holds(without_containers, region) || holds(govcloud, region);
    case REGIONS_OF_SAAS:
        return holds(without_containers, region) || holds(china, region);
    case REGIONS_OF_REGISTER_USAGE:
    case REGIONS_OF_METER_USAGE_CONTAINER:
        break;
    }
    return false;
}
