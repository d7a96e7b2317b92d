/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/platform.h"

#include "base/runtime.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

static const char execution[] = "AWS_EXECUTION_ENV";

/* A variable that only one platform's agents set, or set to such a value. */
typedef struct platform_rule {
    const char *variable;
    const char *value_prefix; /* "" for any value */
    ent_platform platform;
} platform_rule;

/* The first that holds; Kubernetes last, because EKS is one. */
static const platform_rule rules[] = {
    { execution, "AWS_ECS_FARGATE", ENT_PLATFORM_FARGATE },
    { execution, "AWS_ECS_", ENT_PLATFORM_ECS },
    { "ECS_CONTAINER_METADATA_URI_V4", "", ENT_PLATFORM_ECS },
    { "ECS_CONTAINER_METADATA_URI", "", ENT_PLATFORM_ECS },
    { "AWS_WEB_IDENTITY_TOKEN_FILE",
      "/var/run/secrets/eks.amazonaws.com/",
      ENT_PLATFORM_EKS },
    { "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
      "/var/run/secrets/pods.eks.amazonaws.com/",
      ENT_PLATFORM_EKS },
    { "AWS_CONTAINER_CREDENTIALS_FULL_URI",
      "http://169.254.170.23/",
      ENT_PLATFORM_EKS },
    { "AWS_CONTAINER_CREDENTIALS_FULL_URI",
      "http://[fd00:ec2::23]/",
      ENT_PLATFORM_EKS },
};

static const char *
name_of(ent_platform platform)
{
    switch (platform) {
    case ENT_PLATFORM_ECS:
        return "ecs";
    case ENT_PLATFORM_FARGATE:
        return "fargate";
    case ENT_PLATFORM_EKS:
        return "eks";
    case ENT_PLATFORM_KUBERNETES:
        return "kubernetes";
    case ENT_PLATFORM_EC2:
        return "ec2";
    case ENT_PLATFORM_OTHER:
        break;
    }
    return "other";
}

static ent_platform_sign
sign_of(ent_platform platform, const char *sign)
{
    return (ent_platform_sign){ platform, name_of(platform), sign };
}

/*
 * In a pod, the variables of IAM roles for service accounts mean EKS
 * wherever they point.
 */
static bool
has_eks_credentials(const entitle_runtime *runtime)
{
    return (ent_environment(runtime, "AWS_WEB_IDENTITY_TOKEN_FILE") != NULL &&
            ent_environment(runtime, "AWS_ROLE_ARN") != NULL) ||
           ent_environment(runtime, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") != NULL;
}

ent_platform_sign
ent_platform_recognise(const entitle_runtime *runtime, const char *system_vendor)
{
    static const char in_pod[] = "KUBERNETES_SERVICE_HOST";

    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        const char *value = ent_environment(runtime, rules[i].variable);
        if (value != NULL && ent_text_starts_with(value, rules[i].value_prefix)) {
            return sign_of(rules[i].platform, rules[i].variable);
        }
    }
    if (ent_environment(runtime, in_pod) != NULL) {
        return sign_of(
            has_eks_credentials(runtime) ? ENT_PLATFORM_EKS : ENT_PLATFORM_KUBERNETES,
            in_pod);
    }
    if (ent_text_starts_with(system_vendor, "Amazon EC2")) {
        return sign_of(ENT_PLATFORM_EC2, "the vendor of the machine");
    }
    return sign_of(ENT_PLATFORM_OTHER, "the absence of what ECS, EKS and EC2 show");
}
