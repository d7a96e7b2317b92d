/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/service_regions.h"

#include <stddef.h>
#include <string.h>

static const char *const listed[] = {
    "ap-east-1",      "ap-northeast-1", "ap-northeast-2", "ap-south-1",
    "ap-southeast-1", "ap-southeast-2", "ca-central-1",   "eu-central-1",
    "eu-north-1",     "eu-west-1",      "eu-west-2",      "eu-west-3",
    "sa-east-1",      "us-east-1",      "us-east-2",      "us-west-1",
    "us-west-2",
};

bool
ent_service_region_is_listed(const char *region)
{
    for (size_t i = 0; i < sizeof(listed) / sizeof(listed[0]); i++) {
        if (strcmp(region, listed[i]) == 0) {
            return true;
        }
    }
    return false;
}
