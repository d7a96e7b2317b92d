/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/credentials.h"
#include "aws/credentials_process.h"
#include "aws/credentials_source.h"
#include "aws/profile_role.h"
#include "base/error.h"

#include <stddef.h>

bool
ent_profile_has_keys(const ent_profile *profile)
{
    return ent_profile_value(profile, "aws_access_key_id") != NULL ||
           ent_profile_value(profile, "aws_secret_access_key") != NULL;
}

static entitle_status
take_keys(const ent_profile *profile, entitle_credentials *out, entitle_error *error)
{
    static const char key_id_name[] = "aws_access_key_id";
    static const char secret_name[] = "aws_secret_access_key";
    const char *key_id = ent_profile_value(profile, key_id_name);
    const char *secret = ent_profile_value(profile, secret_name);
    entitle_error cause = { 0 };

    if (key_id == NULL || secret == NULL) {
        ent_fail(
            error,
            ENTITLE_INVALID_CREDENTIALS,
            "the profile '%.80s' has %s but not %s",
            ent_profile_name(profile),
            key_id != NULL ? key_id_name : secret_name,
            key_id != NULL ? secret_name : key_id_name);
        ent_hint(error, "give the profile both keys, or neither");
        return ENTITLE_INVALID_CREDENTIALS;
    }
    if (entitle_credentials_set(
            out,
            ENTITLE_CREDENTIALS_PROFILE,
            key_id,
            secret,
            ent_profile_value(profile, "aws_session_token"),
            0,
            &cause) == ENTITLE_OK) {
        return ENTITLE_OK;
    }
    ent_fail(
        error,
        cause.status,
        "in the profile '%.80s', %s",
        ent_profile_name(profile),
        cause.message);
    ent_hint(error, "write the keys into the profile again");
    return cause.status;
}

static entitle_status
take_web_identity(
    const ent_credentials_request *request,
    const ent_profile *profile,
    entitle_credentials *out,
    entitle_error *error)
{
    const ent_assume_role role = {
        .role_arn = ent_profile_value(profile, "role_arn"),
        .session_name = ent_profile_value(profile, "role_session_name"),
    };

    if (role.role_arn == NULL) {
        ent_fail(
            error,
            ENTITLE_CONFIGURATION,
            "the profile '%.80s' has web_identity_token_file but not role_arn",
            ent_profile_name(profile));
        ent_hint(error, "give the profile both keys, or neither");
        return ENTITLE_CONFIGURATION;
    }
    return ent_sts_assume_role_with_web_identity(
        request,
        &role,
        ent_profile_value(profile, "web_identity_token_file"),
        out,
        error);
}

/* Whether somebody has to log in with a browser before the profile works. */
static bool
needs_login(const ent_profile *profile)
{
    return ent_profile_value(profile, "sso_account_id") != NULL ||
           ent_profile_value(profile, "sso_role_name") != NULL ||
           ent_profile_value(profile, "login_session") != NULL;
}

static entitle_status
refuse_login(const ent_profile *profile, entitle_error *error)
{
    ent_fail(
        error,
        ENTITLE_UNSUPPORTED_CREDENTIALS,
        "the profile '%.80s' wants a login in a browser (%s), which is unsupported in "
        "containers",
        ent_profile_name(profile),
        ent_profile_value(profile, "login_session") != NULL ? "login_session" : "SSO");
    ent_hint(
        error,
        "give the container a role of its own: an ECS task role, or IRSA on EKS");
    return ENTITLE_UNSUPPORTED_CREDENTIALS;
}

entitle_status
ent_profile_take_own(
    const ent_credentials_request *request,
    const ent_profile *profile,
    entitle_credentials *out,
    entitle_error *error)
{
    const char *command = ent_profile_value(profile, "credential_process");

    if (ent_profile_value(profile, "web_identity_token_file") != NULL) {
        return take_web_identity(request, profile, out, error);
    }
    if (ent_profile_has_keys(profile)) {
        return take_keys(profile, out, error);
    }
    if (needs_login(profile)) {
        return refuse_login(profile, error);
    }
    if (command != NULL) {
        return ent_credentials_from_process(request, profile, command, out, error);
    }
    return ent_fail(
        error,
        ENTITLE_NO_CREDENTIALS,
        "the profile '%.80s' has no credentials",
        ent_profile_name(profile));
}

entitle_status
ent_credentials_from_profile(
    const ent_credentials_request *request,
    entitle_credentials *out,
    entitle_error *error)
{
    const ent_profile *profile = ent_profile_set_selected(request->profiles);

    if (profile == NULL) {
        return ent_fail(error, ENTITLE_NO_CREDENTIALS, "there is no profile");
    }
    if (ent_profile_has_role(profile)) {
        return ent_profile_take_role(request, profile, out, error);
    }
    return ent_profile_take_own(request, profile, out, error);
}
