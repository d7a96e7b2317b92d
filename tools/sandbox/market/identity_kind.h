/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_IDENTITY_KIND_H
#define SANDBOX_IDENTITY_KIND_H

#include <stdbool.h>

/* Where somebody who signs a call runs: what AWS reads off the credentials. */
typedef enum identity_kind {
    IDENTITY_ECS_TASK,
    IDENTITY_EKS_POD,
    IDENTITY_EC2,
    IDENTITY_LAPTOP,
    IDENTITY_SELLER,
    IDENTITY_AGENTCORE,
    IDENTITY_EKS_POD_IDENTITY /* a pod whose credentials the service does not take */
} identity_kind;

enum { IDENTITY_NAME_SIZE = 48 }; /* "ecs-task/1" */

/* "ecs-task" */
const char *identity_kind_name(identity_kind kind);

/* False also for a kind that no access key can have. */
bool identity_kind_find(const char *name, identity_kind *out);

/* Whether RegisterUsage takes calls from there. */
bool identity_kind_registers(identity_kind kind);

/* Whether MeterUsage does. */
bool identity_kind_meters(identity_kind kind);

#endif
