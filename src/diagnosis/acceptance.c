/* SPDX-License-Identifier: Apache-2.0 */
#include "diagnosis/acceptance.h"

#include <stddef.h>

#define USE_TASK_ROLE                                                                  \
    "set taskRoleArn in the task definition (entitle print ecs-task-definition); the " \
    "execution role is another thing"
#define USE_IRSA                                                                       \
    "use an IAM role for the service account (entitle print kubernetes-pod, entitle "  \
    "print irsa-trust-policy)"

static bool
is_ecs(ent_platform platform)
{
    return platform == ENT_PLATFORM_ECS || platform == ENT_PLATFORM_FARGATE;
}

static bool
is_pod(ent_platform platform)
{
    return platform == ENT_PLATFORM_EKS || platform == ENT_PLATFORM_KUBERNETES;
}

/* How this platform gives credentials that AWS accepts. */
static const char *
fix_for(ent_platform platform)
{
    if (is_ecs(platform)) {
        return USE_TASK_ROLE;
    }
    if (is_pod(platform)) {
        return USE_IRSA;
    }
    return "start the container in a task with a task role, or in a pod with an IAM "
           "role for its service account";
}

static ent_acceptance
accepted(const char *detail)
{
    return (ent_acceptance){ ENTITLE_FINDING_OK, detail, NULL };
}

static ent_acceptance
doubted(const char *detail, const char *fix)
{
    return (ent_acceptance){ ENTITLE_FINDING_WARN, detail, fix };
}

static ent_acceptance
refused(const char *detail, const char *fix)
{
    return (ent_acceptance){ ENTITLE_FINDING_FAIL, detail, fix };
}

static ent_acceptance
of_environment(ent_platform platform, bool is_long_term)
{
    if (is_ecs(platform) || is_pod(platform)) {
        return doubted(
            is_long_term ? "AWS_ACCESS_KEY_ID hides the role of the task or pod with a "
                           "long-term key, which AWS accepts for neither route"
                         : "AWS_ACCESS_KEY_ID hides the role of the task or pod",
            "remove AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY "
            "and AWS_SESSION_TOKEN from the container");
    }
    if (is_long_term) {
        return doubted(
            "a long-term key from the environment, which AWS accepts for neither route",
            fix_for(platform));
    }
    return accepted(
        "temporary keys from the environment: accepted for RegisterUsage and "
        "MeterUsage if they are those of a task or pod");
}

static ent_acceptance
of_instance_role(entitle_route route, ent_platform platform)
{
    if (is_ecs(platform)) {
        return refused(
            "the role of the node, because the task "
            "has none: AWS accepts it for neither route",
            USE_TASK_ROLE);
    }
    if (is_pod(platform)) {
        return refused(
            "the role of the node: AWS accepts it for neither route in a pod",
            USE_IRSA);
    }
    if (route == ENTITLE_ROUTE_METER_USAGE) {
        return accepted("the role of the instance: accepted for MeterUsage on EC2");
    }
    return doubted(
        "the role of the instance: accepted for "
        "MeterUsage on EC2, not for RegisterUsage",
        fix_for(platform));
}

/* A container endpoint in a pod is that of EKS Pod Identity, wherever it listens. */
static ent_acceptance
of_pod_identity(void)
{
    return refused("EKS Pod Identity: AWS accepts it for neither route", USE_IRSA);
}

ent_acceptance
ent_acceptance_of(
    entitle_route route,
    ent_platform platform,
    entitle_credentials_kind kind,
    bool is_long_term)
{
    switch (kind) {
    case ENTITLE_CREDENTIALS_WEB_IDENTITY:
        return accepted(
            "an IAM role for the service account: accepted for RegisterUsage and "
            "MeterUsage on EKS");
    case ENTITLE_CREDENTIALS_ECS_TASK_ROLE:
        if (is_pod(platform)) {
            return of_pod_identity();
        }
        return accepted(
            "the role of the task: accepted for RegisterUsage and MeterUsage on ECS");
    case ENTITLE_CREDENTIALS_EKS_POD_IDENTITY:
        return of_pod_identity();
    case ENTITLE_CREDENTIALS_INSTANCE_ROLE:
        return of_instance_role(route, platform);
    case ENTITLE_CREDENTIALS_ENVIRONMENT:
        return of_environment(platform, is_long_term);
    case ENTITLE_CREDENTIALS_PROFILE:
    case ENTITLE_CREDENTIALS_PROCESS:
    case ENTITLE_CREDENTIALS_ASSUMED_ROLE:
    case ENTITLE_CREDENTIALS_UNKNOWN:
        break;
    }
    return doubted(
        "neither those of a task nor those of a pod: AWS is likely to refuse them for "
        "RegisterUsage and MeterUsage",
        fix_for(platform));
}

ent_acceptance
ent_acceptance_of_none(ent_platform platform)
{
    if (is_ecs(platform)) {
        return refused(
            "none: the task definition names no "
            "task role, or the agent does not answer",
            USE_TASK_ROLE);
    }
    if (is_pod(platform)) {
        return refused("none: the pod's service account has no IAM role", USE_IRSA);
    }
    return refused("none: no provider has any", fix_for(platform));
}
