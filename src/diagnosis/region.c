/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/service_regions.h"
#include "aws/task_metadata.h"
#include "diagnosis/examination.h"
#include "gate/route.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* AWS wants to be asked in the Region where the task was started. */
static void
find_task_region(const ent_examination *examination)
{
    static const char check[] = "task-region";
    const ent_credentials_request request = ent_examination_request(examination);
    char region[ENT_REGION_SIZE];
    char fix[160];
    entitle_error error;
    entitle_status status = ent_task_metadata_region(&request, region, &error);

    if (status == ENTITLE_NO_REGION) {
        return;
    }
    if (status != ENTITLE_OK) {
        ent_find_warning(
            examination->diagnosis,
            check,
            "let the container reach the ECS task metadata endpoint, without a proxy",
            "not compared: %s",
            error.message);
    } else if (strcmp(region, examination->region->name) == 0) {
        ent_find_ok(examination->diagnosis, check, "the task runs in %s, too", region);
    } else {
        (void)snprintf(
            fix,
            sizeof(fix),
            "set AWS_REGION to %s, or leave it out of the task definition",
            region);
        ent_find_failure(
            examination->diagnosis,
            check,
            fix,
            "the task runs in %s, and %s says %s",
            region,
            examination->region->origin,
            examination->region->name);
    }
}

/*
 * The list is of containers; from EC2 AWS takes MeterUsage in more Regions than those.
 */
static bool
is_list_too_short(const ent_examination *examination)
{
    return examination->route == ENTITLE_ROUTE_METER_USAGE &&
           examination->platform.platform == ENT_PLATFORM_EC2;
}

void
ent_examine_region(ent_examination *examination)
{
    const ent_region *region = examination->region;

    if (region == NULL) {
        return;
    }
    ent_find_ok(
        examination->diagnosis, "region", "%s, from %s", region->name, region->origin);
    if (!ent_service_region_is_listed(region->name) &&
        !is_list_too_short(examination)) {
        ent_find_warning(
            examination->diagnosis,
            "region-list",
            "check the Regions of the Metering API in the AWS Marketplace API "
            "reference, or start the container in one of them",
            "%s was not among the Regions that AWS lists for %s when this version was "
            "made",
            region->name,
            ent_gate_route_operation(examination->route));
    }
}

void
ent_examine_task_region(ent_examination *examination)
{
    if (examination->region != NULL && ent_examination_can_ask(examination)) {
        find_task_region(examination);
    }
}
