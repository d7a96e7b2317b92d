/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/credentials_chain.h"

#include "base/error.h"
#include "base/log.h"

#include <stddef.h>

const ent_credentials_link ent_credentials_chain[] = {
    { "provider-environment", "the environment", ent_credentials_from_environment },
    { "provider-profile", "the profile", ent_credentials_from_profile },
    { "provider-web-identity", "the web identity", ent_credentials_from_web_identity },
    { "provider-container", "the container endpoint", ent_credentials_from_container },
    { "provider-instance", "instance metadata", ent_credentials_from_instance },
    { NULL, NULL, NULL },
};

bool
ent_credentials_link_applies(
    const ent_credentials_link *link, const entitle_runtime *runtime)
{
    return link->source != ent_credentials_from_instance ||
           !ent_container_is_configured(runtime);
}

static entitle_status
blame(
    const ent_credentials_link *link, const entitle_error *cause, entitle_error *error)
{
    ent_fail(
        error,
        cause->status,
        "AWS credentials from %s: %s",
        link->name,
        cause->message);
    if (cause->hint[0] != '\0') {
        ent_hint(error, "%s", cause->hint);
    }
    return cause->status;
}

/* On EKS both may be there, and AWS Marketplace takes only one of them. */
static void
note_preference(const ent_credentials_link *link, const entitle_runtime *runtime)
{
    if (link->source == ent_credentials_from_web_identity &&
        ent_container_is_configured(runtime)) {
        ent_log(
            runtime,
            ENTITLE_LOG_DEBUG,
            "IAM roles for service accounts and a container endpoint are both "
            "configured; the former is used");
    }
}

static entitle_status
fail_with_none(const ent_credentials_request *request, entitle_error *error)
{
    bool in_container = ent_container_is_configured(request->runtime);

    ent_fail(
        error,
        ENTITLE_NO_CREDENTIALS,
        "no AWS credentials: no source of them is configured%s",
        in_container ? "" : ", and no instance metadata gives any");
    ent_hint(
        error,
        "give the ECS task a task role or, on EKS, the service account an IAM role "
        "(IRSA); elsewhere set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, for "
        "temporary credentials, AWS_SESSION_TOKEN");
    return ENTITLE_NO_CREDENTIALS;
}

entitle_status
ent_credentials_from_chain(
    const ent_credentials_request *request,
    entitle_credentials *out,
    entitle_error *error)
{
    const entitle_runtime *runtime = request->runtime;

    for (const ent_credentials_link *link = ent_credentials_chain; link->source != NULL;
         link++) {
        entitle_error cause = { .message = "" };

        if (!ent_credentials_link_applies(link, runtime)) {
            continue;
        }
        entitle_status status = link->source(request, out, &cause);
        ent_log(
            runtime,
            ENTITLE_LOG_DEBUG,
            "AWS credentials from %s: %s%s%s",
            link->name,
            entitle_status_name(status),
            status != ENTITLE_OK ? ", " : "",
            status != ENTITLE_OK ? cause.message : "");
        if (status == ENTITLE_OK) {
            note_preference(link, runtime);
            return ENTITLE_OK;
        }
        if (status != ENTITLE_NO_CREDENTIALS) {
            return blame(link, &cause, error);
        }
    }
    return fail_with_none(request, error);
}
