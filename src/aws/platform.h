/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_PLATFORM_H
#define ENT_AWS_PLATFORM_H

#include <entitle/runtime.h>

typedef enum ent_platform {
    ENT_PLATFORM_OTHER = 0,
    ENT_PLATFORM_ECS,
    ENT_PLATFORM_FARGATE, /* ECS on it; EKS on it looks like any EKS */
    ENT_PLATFORM_EKS,
    ENT_PLATFORM_KUBERNETES, /* with nothing in it that says EKS */
    ENT_PLATFORM_EC2
} ent_platform;

/* What a container can see of where it runs. */
typedef struct ent_platform_sign {
    ent_platform platform;
    const char *name; /* "fargate" */
    const char *sign; /* the variable or file that told */
} ent_platform_sign;

/*
 * Recognises the platform by the variables that its agents set, and otherwise by the
 * vendor of the machine (as in /sys/class/dmi/id/sys_vendor; "" where it is not known).
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint.html
 */
ent_platform_sign
ent_platform_recognise(const entitle_runtime *runtime, const char *system_vendor);

#endif
