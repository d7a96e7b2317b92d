/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/credentials.h"
#include "aws/credentials_source.h"
#include "aws/form.h"
#include "aws/sts_call.h"
#include "aws/web_identity_token.h"
#include "base/error.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/random.h"

#include <stdio.h>
#include <string.h>

enum { FORM_LIMIT = 3 * ENT_WEB_IDENTITY_TOKEN_MAX + 16384, SESSION_NAME_SIZE = 65 };

/* What AWS takes for a RoleSessionName: [\w+=,.@-]{2,64}. */
static bool
is_session_name(const char *text)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789_+=,.@-";
    size_t length = strlen(text);

    return length >= 2 && length < SESSION_NAME_SIZE && strspn(text, allowed) == length;
}

/* The one given, or one of its own for each set of credentials. */
static entitle_status
settle_session_name(
    const ent_credentials_request *request,
    const ent_assume_role *role,
    char out[SESSION_NAME_SIZE],
    entitle_error *error)
{
    char uuid[ENT_UUID_SIZE];

    if (role->session_name == NULL || role->session_name[0] == '\0') {
        if (!ent_random_uuid(request->runtime, uuid)) {
            return ent_fail(
                error, ENTITLE_INTERNAL_ERROR, "no random numbers can be had");
        }
        (void)snprintf(out, SESSION_NAME_SIZE, "entitle-%s", uuid);
        return ENTITLE_OK;
    }
    if (!is_session_name(role->session_name)) {
        ent_fail(
            error,
            ENTITLE_CONFIGURATION,
            "'%.80s' is not a role session name: 2 to 64 letters, digits and _+=,.@-",
            role->session_name);
        ent_hint(error, "mend or unset AWS_ROLE_SESSION_NAME or role_session_name");
        return ENTITLE_CONFIGURATION;
    }
    (void)snprintf(out, SESSION_NAME_SIZE, "%s", role->session_name);
    return ENTITLE_OK;
}

/* The order is that of AWS's own SDK for Python. */
static entitle_status
begin_form(
    const ent_credentials_request *request,
    const ent_assume_role *role,
    const char *action,
    ent_buffer *form,
    entitle_error *error)
{
    char session_name[SESSION_NAME_SIZE];
    entitle_status status = settle_session_name(request, role, session_name, error);

    ent_buffer_clear(form);
    if (status != ENTITLE_OK) {
        return status;
    }
    ent_form_append(form, "Action", action);
    ent_form_append(form, "Version", "2011-06-15");
    ent_form_append(form, "RoleSessionName", session_name);
    ent_form_append(form, "RoleArn", role->role_arn);
    return form->failed ? ent_fail_memory(error) : ENTITLE_OK;
}

static bool
append_duration(const ent_assume_role *role, ent_buffer *form)
{
    char seconds[16];

    if (role->duration_s <= 0) {
        return true;
    }
    (void)snprintf(seconds, sizeof(seconds), "%ld", (long)role->duration_s);
    return ent_form_append(form, "DurationSeconds", seconds);
}

entitle_status
ent_sts_assume_role(
    const ent_credentials_request *request,
    const ent_assume_role *role,
    const entitle_credentials *base,
    entitle_credentials *out,
    entitle_error *error)
{
    ent_buffer form;
    const ent_sts_call call = {
        .request = request,
        .action = "AssumeRole",
        .form = &form,
        .signer = base,
        .confidential = base->session_token,
        .kind = ENTITLE_CREDENTIALS_ASSUMED_ROLE,
    };
    entitle_status status;

    ent_buffer_init(&form, request->runtime, FORM_LIMIT);
    status = begin_form(request, role, call.action, &form, error);
    if (status == ENTITLE_OK) {
        append_duration(role, &form);
        if (role->external_id != NULL && role->external_id[0] != '\0') {
            ent_form_append(&form, "ExternalId", role->external_id);
        }
        status = form.failed ? ent_fail_memory(error)
                             : ent_sts_call_perform(&call, out, error);
    }
    if (status == ENTITLE_OK) {
        ent_credentials_note_role(out, role->role_arn);
    }
    ent_buffer_clear(&form);
    return status;
}

static entitle_status
ask_with_token(
    const ent_credentials_request *request,
    const ent_assume_role *role,
    const ent_buffer *token,
    entitle_credentials *out,
    entitle_error *error)
{
    ent_buffer form;
    const ent_sts_call call = {
        .request = request,
        .action = "AssumeRoleWithWebIdentity",
        .form = &form,
        .confidential = token->bytes,
        .kind = ENTITLE_CREDENTIALS_WEB_IDENTITY,
    };
    entitle_status status;

    ent_buffer_init(&form, request->runtime, FORM_LIMIT);
    status = begin_form(request, role, call.action, &form, error);
    if (status == ENTITLE_OK) {
        ent_form_append(&form, "WebIdentityToken", token->bytes);
        append_duration(role, &form);
        status = form.failed ? ent_fail_memory(error)
                             : ent_sts_call_perform(&call, out, error);
    }
    if (status == ENTITLE_OK) {
        ent_credentials_note_role(out, role->role_arn);
    }
    ent_buffer_clear(&form);
    return status;
}

/* Kubernetes may have renewed the token while the old one was on its way. */
static bool
has_changed(const char *token_file, const ent_buffer *old, ent_buffer *token)
{
    return ent_web_identity_token_read(token_file, token, NULL) == ENTITLE_OK &&
           !ent_equal_in_constant_time(old->bytes, token->bytes);
}

entitle_status
ent_sts_assume_role_with_web_identity(
    const ent_credentials_request *request,
    const ent_assume_role *role,
    const char *token_file,
    entitle_credentials *out,
    entitle_error *error)
{
    ent_buffer token;
    ent_buffer renewed;
    entitle_status status;

    ent_buffer_init(&token, request->runtime, ENT_WEB_IDENTITY_TOKEN_MAX);
    ent_buffer_init(&renewed, request->runtime, ENT_WEB_IDENTITY_TOKEN_MAX);
    status = ent_web_identity_token_read(token_file, &token, error);
    if (status == ENTITLE_OK) {
        status = ask_with_token(request, role, &token, out, error);
    }
    if (status == ENTITLE_EXPIRED_CREDENTIALS &&
        has_changed(token_file, &token, &renewed)) {
        ent_log(
            request->runtime,
            ENTITLE_LOG_DEBUG,
            "%s has been renewed; asking again",
            token_file);
        status = ask_with_token(request, role, &renewed, out, error);
    }
    ent_buffer_clear(&renewed);
    ent_buffer_clear(&token);
    return status;
}
