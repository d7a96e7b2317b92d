/* SPDX-License-Identifier: Apache-2.0 */
#include "market/identity_kind.h"

#include <stddef.h>
#include <string.h>

static const char *const names[] = {
    [IDENTITY_ECS_TASK] = "ecs-task",
    [IDENTITY_EKS_POD] = "eks-pod",
    [IDENTITY_EC2] = "ec2",
    [IDENTITY_LAPTOP] = "laptop",
    [IDENTITY_SELLER] = "seller",
    [IDENTITY_AGENTCORE] = "agentcore",
    [IDENTITY_EKS_POD_IDENTITY] = "eks-pod-identity",
};

const char *
identity_kind_name(identity_kind kind)
{
    return names[kind];
}

bool
identity_kind_find(const char *name, identity_kind *out)
{
    for (size_t i = 0; i < IDENTITY_EKS_POD_IDENTITY; i++) {
        if (strcmp(names[i], name) == 0) {
            *out = (identity_kind)i;
            return true;
        }
    }
    return false;
}

bool
identity_kind_registers(identity_kind kind)
{
    return kind == IDENTITY_ECS_TASK || kind == IDENTITY_EKS_POD;
}

bool
identity_kind_meters(identity_kind kind)
{
    return identity_kind_registers(kind) || kind == IDENTITY_EC2 ||
           kind == IDENTITY_AGENTCORE;
}
