/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/credentials_check.h"

#include "aws/credentials.h"
#include "aws/platform.h"
#include "base/error.h"
#include "gate/credentials_rule.h"

#include <stddef.h>
#include <string.h>

static entitle_status
refuse_kind(const char *doubt, entitle_route route, entitle_error *error)
{
    ent_fail(error, ENTITLE_UNSUPPORTED_CREDENTIALS, "%s", doubt);
    ent_hint(
        error,
        "give the ECS task a task role or, on EKS, "
        "the service account an IAM role (IRSA)%s",
        route == ENTITLE_ROUTE_METER_USAGE ? "; on EC2, give the instance a role" : "");
    return ENTITLE_UNSUPPORTED_CREDENTIALS;
}

entitle_status
ent_gate_check_credentials(
    const entitle_gate_options *options,
    const ent_gate_settings *settings,
    const entitle_metering *metering,
    const ent_deadline *deadline,
    entitle_decision *decision,
    const char **doubt,
    entitle_error *error)
{
    const entitle_credentials_provider *provider = metering->service.credentials;
    entitle_credentials credentials = { 0 };
    entitle_error cause = { .message = "" };
    entitle_status status = provider->provide(
        provider->context, false, ent_deadline_left_ms(deadline), &credentials, &cause);

    *doubt = NULL;
    if (status == ENTITLE_OK) {
        decision->credentials = credentials.kind;
        *doubt = ent_credentials_doubt(
            &credentials,
            settings->route,
            ent_platform_recognise(&metering->runtime, "").platform);
    }
    ent_credentials_wipe(&credentials);
    if (entitle_status_category(cause.status) == ENTITLE_CATEGORY_CONFIGURATION &&
        status == cause.status) {
        *error = cause;
        return status;
    }
    if (*doubt == NULL) {
        return ENTITLE_OK;
    }
    if (options->strict_credentials) {
        return refuse_kind(*doubt, settings->route, error);
    }
    ent_warn(
        &decision->warnings,
        "%s; %s",
        *doubt,
        ent_credentials_accepted(settings->route));
    return ENTITLE_OK;
}

void
ent_gate_explain_refusal(const char *doubt, entitle_route route, entitle_error *error)
{
    char hint[sizeof(error->hint)];
    /* A dry run asks for permissions, and so is refused as if one were missing. */
    bool is_about_kind =
        error->status == ENTITLE_PLATFORM_NOT_SUPPORTED ||
        error->status == ENTITLE_NOT_ENTITLED ||
        (error->status == ENTITLE_ACCESS_DENIED && route == ENTITLE_ROUTE_METER_USAGE);

    if (doubt == NULL || !is_about_kind) {
        return;
    }
    memcpy(hint, error->hint, sizeof(hint));
    ent_hint(
        error,
        "%s, and %s%s%.250s",
        doubt,
        ent_credentials_accepted(route),
        hint[0] != '\0' ? "; otherwise " : "",
        hint);
}
