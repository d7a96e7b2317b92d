/* SPDX-License-Identifier: Apache-2.0 */
#include "journal/rules.h"

#include <stddef.h>

#define REFERENCE     "https://docs.aws.amazon.com/marketplace/latest/APIReference/"
#define COMMON_ERRORS REFERENCE "CommonErrors.html"
#define SIGNING                                                                        \
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-"   \
    "request.html"
#define SIGNING_TROUBLE                                                                \
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting." \
    "html"
#define PARTITIONS                                                                     \
    "https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/"   \
    "partitions.html"
#define STS_ROLE                                                                       \
    "https://docs.aws.amazon.com/STS/latest/APIReference/"                             \
    "API_AssumeRoleWithWebIdentity.html"
#define ECS_GUIDE "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/"
#define EC2_GUIDE "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/"
#define EKS_GUIDE "https://docs.aws.amazon.com/eks/latest/userguide/"

const sandbox_rule rule_fault = { "a fault that was asked for", NULL };
const sandbox_rule rule_post_only = { "the service takes POST only", NULL };
const sandbox_rule rule_body_limit = { "a request holds at most 1 MiB", NULL };
const sandbox_rule rule_header_limit = { "a request has at most 64 headers", NULL };
const sandbox_rule rule_target = { "X-Amz-Target names the operation", COMMON_ERRORS };
const sandbox_rule rule_signature_present = { "a request is signed", SIGNING };
const sandbox_rule rule_signature_complete = {
    "Authorization names the credential, the signed headers and the signature", SIGNING
};
const sandbox_rule rule_signature_headers = {
    "host, the date, x-amz-target and the security token are signed, each once", SIGNING
};
const sandbox_rule rule_signature_key = { "the access key is known", COMMON_ERRORS };
const sandbox_rule rule_session_lasts = {
    "temporary credentials are good until they expire", COMMON_ERRORS
};
const sandbox_rule rule_signature_partition = {
    "an access key is known in its own partition only", PARTITIONS
};
const sandbox_rule rule_signature_scope = {
    "the credential is scoped to the date, the service and aws4_request",
    SIGNING_TROUBLE
};
const sandbox_rule rule_signature_fresh = { "a signature is at most 15 minutes old",
                                            SIGNING_TROUBLE };
const sandbox_rule rule_signature_matches = {
    "the signature is that of what was received", SIGNING_TROUBLE
};
const sandbox_rule rule_encoding = { "a body is not compressed", NULL };
const sandbox_rule rule_json = {
    "the body is a JSON object with members of the right types", COMMON_ERRORS
};
const sandbox_rule rule_constraint = { "the members keep the constraints of the model",
                                       COMMON_ERRORS };
const sandbox_rule rule_internal = { "the sandbox itself failed", NULL };
const sandbox_rule rule_store = { "what cannot be kept on disk is not honoured",
                                  COMMON_ERRORS };

const sandbox_rule rule_handed_out = {
    "a container gets credentials that name it and that expire", NULL
};
const sandbox_rule rule_get_only = { "the platform's documents are read with GET",
                                     NULL };
const sandbox_rule rule_sts_action = { "Action and Version name what is asked of STS",
                                       STS_ROLE };
const sandbox_rule rule_sts_input = { "the parameters keep the constraints of STS",
                                      STS_ROLE };
const sandbox_rule rule_web_identity = {
    "the web identity is a JWT for sts.amazonaws.com that has not expired", STS_ROLE
};
const sandbox_rule rule_task_role = {
    "the path of the task's credentials ends with their id",
    ECS_GUIDE "task-iam-roles.html"
};
const sandbox_rule rule_task_metadata = {
    "a task learns of itself under its metadata URI",
    ECS_GUIDE "task-metadata-endpoint-v4.html"
};
const sandbox_rule rule_pod_token = {
    "Authorization holds a JWT for pods.eks.amazonaws.com that has not expired",
    EKS_GUIDE "pod-identities.html"
};
const sandbox_rule rule_imds = { "the instance metadata is a tree of items",
                                 EC2_GUIDE "instancedata-data-retrieval.html" };
const sandbox_rule rule_imds_token = {
    "a session token is fetched with PUT and a lifetime, and sent while it lasts",
    EC2_GUIDE "configuring-instance-metadata-service.html"
};
