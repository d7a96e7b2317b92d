/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/credentials.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

#include <string.h>

const char *
entitle_credentials_kind_name(entitle_credentials_kind kind)
{
    switch (kind) {
    case ENTITLE_CREDENTIALS_ENVIRONMENT:
        return "environment";
    case ENTITLE_CREDENTIALS_PROFILE:
        return "profile";
    case ENTITLE_CREDENTIALS_PROCESS:
        return "process";
    case ENTITLE_CREDENTIALS_ASSUMED_ROLE:
        return "assumed-role";
    case ENTITLE_CREDENTIALS_WEB_IDENTITY:
        return "web-identity";
    case ENTITLE_CREDENTIALS_ECS_TASK_ROLE:
        return "ecs-task-role";
    case ENTITLE_CREDENTIALS_EKS_POD_IDENTITY:
        return "eks-pod-identity";
    case ENTITLE_CREDENTIALS_INSTANCE_ROLE:
        return "instance-role";
    case ENTITLE_CREDENTIALS_UNKNOWN:
        break;
    }
    return "unknown";
}

/* The text itself is never quoted: half of a secret is still too much. */
static entitle_status
take(
    char *out,
    size_t out_size,
    const char *text,
    const char *what,
    entitle_error *error)
{
    if (text == NULL || text[0] == '\0') {
        return ent_fail(error, ENTITLE_INVALID_CREDENTIALS, "the %s is empty", what);
    }
    size_t length = strlen(text);
    if (length >= out_size) {
        return ent_fail(
            error,
            ENTITLE_INVALID_CREDENTIALS,
            "the %s is longer than %zu bytes",
            what,
            out_size - 1);
    }
    if (!ent_text_is_visible_ascii(text)) {
        ent_fail(
            error,
            ENTITLE_INVALID_CREDENTIALS,
            "the %s holds a space, a line break or another unprintable character",
            what);
        ent_hint(
            error, "set the %s again, without a space or line break at its end", what);
        return ENTITLE_INVALID_CREDENTIALS;
    }
    memcpy(out, text, length + 1);
    return ENTITLE_OK;
}

entitle_status
entitle_credentials_set(
    entitle_credentials *credentials,
    entitle_credentials_kind kind,
    const char *access_key_id,
    const char *secret_access_key,
    const char *session_token,
    int64_t expires_at_s,
    entitle_error *error)
{
    entitle_credentials *out = credentials;
    entitle_status status;

    ent_credentials_wipe(out);
    status = take(
        out->access_key_id,
        sizeof(out->access_key_id),
        access_key_id,
        "access key id",
        error);
    if (status == ENTITLE_OK) {
        status = take(
            out->secret_access_key,
            sizeof(out->secret_access_key),
            secret_access_key,
            "secret access key",
            error);
    }
    if (status == ENTITLE_OK && session_token != NULL) {
        status = take(
            out->session_token,
            sizeof(out->session_token),
            session_token,
            "session token",
            error);
    }
    if (status != ENTITLE_OK) {
        ent_credentials_wipe(out);
        return status;
    }
    out->kind = kind;
    out->expires_at_s = expires_at_s;
    return ENTITLE_OK;
}

void
ent_credentials_wipe(entitle_credentials *credentials)
{
    ent_wipe(credentials, sizeof(*credentials));
}

void
ent_credentials_note_role(entitle_credentials *credentials, const char *role)
{
    size_t length = strlen(role);

    if (length < sizeof(credentials->role) && ent_text_is_visible_ascii(role)) {
        memcpy(credentials->role, role, length + 1);
    }
}
