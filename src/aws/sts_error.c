/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/sts_error.h"

#include "base/error.h"

#include <string.h>

#define RULE(code, status, hint)                                                       \
    {                                                                                  \
        code, status, ENT_SUSPECT_NOTHING, hint                                        \
    }

/* The codes are those on the wire, which are not always the names of the model. */
static const ent_error_rule sts_rules[] = {
    RULE(
        "IDPCommunicationError",
        ENTITLE_SERVICE_ERROR,
        "try again later: AWS STS could not reach the cluster's OIDC issuer"),
    RULE(
        "InvalidIdentityToken",
        ENTITLE_INVALID_CREDENTIALS,
        "make an IAM identity provider for this cluster's OIDC issuer, with the "
        "audience sts.amazonaws.com, and give the token that audience"),
    RULE(
        "ExpiredTokenException",
        ENTITLE_EXPIRED_CREDENTIALS,
        "check that Kubernetes renews the token file, and this machine's clock"),
    RULE(
        "IDPRejectedClaim",
        ENTITLE_ACCESS_DENIED,
        "check the audience and the issuer that the role's trust policy expects"),
    RULE(
        "AccessDenied",
        ENTITLE_ACCESS_DENIED,
        "let the role's trust policy allow this caller: on EKS, "
        "sts:AssumeRoleWithWebIdentity for system:serviceaccount:NAMESPACE:NAME"),
    RULE(
        "RegionDisabledException",
        ENTITLE_INVALID_REGION,
        "activate AWS STS for this Region in the IAM settings of the account"),
    RULE(
        "ValidationError",
        ENTITLE_CONFIGURATION,
        "check the role ARN and the role session name"),
    RULE(
        "MalformedPolicyDocument",
        ENTITLE_CONFIGURATION,
        "check the policies of the role"),
    RULE(
        "PackedPolicyTooLarge",
        ENTITLE_CONFIGURATION,
        "use fewer session tags and policies"),
    RULE(NULL, ENTITLE_INTERNAL_ERROR, NULL),
};

static const ent_error_rule *
find_rule(const ent_service_error *said)
{
    const ent_error_rule *rule = ent_error_rule_find(sts_rules, said->code);

    return rule != NULL ? rule
                        : ent_error_rule_find(ent_common_error_rules, said->code);
}

static entitle_status
status_of(int32_t http_status, const ent_service_error *said)
{
    const ent_error_rule *rule = find_rule(said);

    if (ent_retry_classify(ENTITLE_OK, http_status, said->code) ==
        ENT_RETRY_THROTTLING) {
        return ENTITLE_THROTTLED;
    }
    if (http_status >= 500) {
        return ENTITLE_SERVICE_ERROR;
    }
    if (rule != NULL) {
        return rule->status;
    }
    return http_status >= 400 ? ENTITLE_CONFIGURATION : ENTITLE_BAD_RESPONSE;
}

static const char *
hint_of(entitle_status status, const ent_service_error *said)
{
    const ent_error_rule *rule = find_rule(said);

    if (rule != NULL && rule->status == status) {
        return rule->hint;
    }
    if (entitle_status_category(status) == ENTITLE_CATEGORY_UNAVAILABLE) {
        return "try again later, and check the endpoint of AWS STS";
    }
    return "look the error code up in the API reference "
           "of AWS STS, and check its endpoint";
}

entitle_status
ent_sts_error_explain(
    const char *action,
    int32_t http_status,
    const ent_service_error *said,
    entitle_error *error)
{
    entitle_status status = status_of(http_status, said);

    if (said->code[0] != '\0') {
        ent_fail(
            error,
            status,
            "%s was answered with %s%s%s",
            action,
            said->code,
            said->message[0] != '\0' ? ": " : "",
            said->message);
    } else {
        ent_fail(
            error,
            status,
            "%s was answered with HTTP status %d",
            action,
            (int)http_status);
    }
    ent_hint(error, "%s", hint_of(status, said));
    return status;
}

ent_retry_class
ent_sts_error_classify(
    entitle_status failure, int32_t http_status, const ent_service_error *said)
{
    if (strcmp(said->code, "IDPCommunicationError") == 0) {
        return ENT_RETRY_TRANSIENT;
    }
    return ent_retry_classify(failure, http_status, said->code);
}
