/* SPDX-License-Identifier: Apache-2.0 */
#include "rules.h"

#include <stddef.h>

#define REFERENCE      "https://docs.aws.amazon.com/marketplace/latest/APIReference/"
#define REGISTER_USAGE REFERENCE "API_marketplace-metering_RegisterUsage.html"
#define COMMON_ERRORS  REFERENCE "CommonErrors.html"
#define SIGNING                                                                        \
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-"   \
    "request.html"
#define SIGNING_TROUBLE                                                                \
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting." \
    "html"

const sandbox_rule rule_honoured = {
    "the first call of a subscribed task or pod registers it", REGISTER_USAGE
};
const sandbox_rule rule_registered_before = {
    "a registered task or pod is not asked for its subscription again", REGISTER_USAGE
};
const sandbox_rule rule_fault = { "a fault that was asked for", NULL };
const sandbox_rule rule_post_only = { "the service takes POST only", NULL };
const sandbox_rule rule_body_limit = { "a request holds at most 1 MiB", NULL };
const sandbox_rule rule_header_limit = { "a request has at most 64 headers", NULL };
const sandbox_rule rule_target = { "X-Amz-Target names the operation", COMMON_ERRORS };
const sandbox_rule rule_signature_present = { "a request is signed", SIGNING };
const sandbox_rule rule_signature_complete = {
    "Authorization names the credential, the signed headers and the signature", SIGNING
};
const sandbox_rule rule_signature_key = { "the access key is known", COMMON_ERRORS };
const sandbox_rule rule_signature_fresh = { "a signature is at most 15 minutes old",
                                            SIGNING_TROUBLE };
const sandbox_rule rule_signature_scope = {
    "the credential is scoped to the date, the service and aws4_request",
    SIGNING_TROUBLE
};
const sandbox_rule rule_signature_headers = {
    "host, the date, x-amz-target and the security token are signed", SIGNING
};
const sandbox_rule rule_signature_matches = {
    "the signature is that of what was received", SIGNING_TROUBLE
};
const sandbox_rule rule_json = {
    "the body is a JSON object with members of the right types", COMMON_ERRORS
};
const sandbox_rule rule_constraint = { "the members keep the constraints of the model",
                                       REGISTER_USAGE };
const sandbox_rule rule_region = {
    "a task or pod registers in the Region where it runs", REGISTER_USAGE
};
const sandbox_rule rule_platform = { "only an ECS task or an EKS pod registers",
                                     REGISTER_USAGE };
const sandbox_rule rule_product = { "the product code is that of the product",
                                    REGISTER_USAGE };
const sandbox_rule rule_key_version = { "the key version exists", REGISTER_USAGE };
const sandbox_rule rule_subscription = {
    "the first call of a task or pod needs a subscription", REGISTER_USAGE
};
const sandbox_rule rule_internal = { "the sandbox itself failed", NULL };
