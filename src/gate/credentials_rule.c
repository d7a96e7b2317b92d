/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/credentials_rule.h"

#include "aws/credentials.h"
#include "base/text.h"

#include <string.h>

/* "AKIA" begins the ids of long-term keys, "ASIA" those of temporary ones. */
static bool
is_long_term(const char *access_key_id)
{
    /* The key of AWS's documentation: real nowhere, and a task's in a sandbox. */
    return ent_text_starts_with(access_key_id, "AKIA") &&
           strcmp(access_key_id, "AKIAIOSFODNN7EXAMPLE") != 0;
}

/* An instance may meter for itself; a node may not for what runs on it. */
static const char *
doubt_instance_role(entitle_route route, ent_platform platform)
{
    bool is_instance = platform == ENT_PLATFORM_EC2 || platform == ENT_PLATFORM_OTHER;

    return route == ENTITLE_ROUTE_METER_USAGE && is_instance
               ? NULL
               : "the AWS credentials are those of the node, not of the task or pod";
}

const char *
ent_credentials_accepted(entitle_route route)
{
    return route == ENTITLE_ROUTE_METER_USAGE
               ? "AWS Marketplace takes the ECS task role, on EKS an IAM role for the "
                 "service account, or on EC2 the role of the instance"
               : "AWS Marketplace takes the ECS task role or, on EKS, an IAM role for "
                 "the service account";
}

const char *
ent_credentials_doubt(
    const entitle_credentials *credentials, entitle_route route, ent_platform platform)
{
    switch (credentials->kind) {
    case ENTITLE_CREDENTIALS_ENVIRONMENT:
        return is_long_term(credentials->access_key_id)
                   ? "the AWS credentials are a long-term "
                     "access key from the environment"
                   : NULL;
    case ENTITLE_CREDENTIALS_PROFILE:
        return "the AWS credentials come from a profile file";
    case ENTITLE_CREDENTIALS_PROCESS:
        return "the AWS credentials come from a credential_process";
    case ENTITLE_CREDENTIALS_ASSUMED_ROLE:
        return "the AWS credentials are of a role that a profile assumes";
    case ENTITLE_CREDENTIALS_EKS_POD_IDENTITY:
        return "the AWS credentials come from EKS Pod Identity";
    case ENTITLE_CREDENTIALS_INSTANCE_ROLE:
        return doubt_instance_role(route, platform);
    case ENTITLE_CREDENTIALS_WEB_IDENTITY:
    case ENTITLE_CREDENTIALS_ECS_TASK_ROLE:
    case ENTITLE_CREDENTIALS_UNKNOWN:
        break;
    }
    return NULL;
}
