/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/profile_role.h"

#include "aws/credentials.h"
#include "base/error.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"

#include <stdint.h>
#include <string.h>

enum { ROLE_LIMIT = 8 };

/* A profile on the way from the selected one to the first credentials. */
typedef struct step {
    const ent_credentials_request *request;
    const ent_profile *profile;
    const struct step *before; /* NULL: the selected one */
    size_t number;
} step;

static entitle_status
take_step(const step *self, entitle_credentials *out, entitle_error *error);

static entitle_status
refuse(const step *self, const char *what, const char *hint, entitle_error *error)
{
    ent_fail(
        error,
        ENTITLE_CONFIGURATION,
        "the profile '%.80s' has role_arn %s",
        ent_profile_name(self->profile),
        what);
    ent_hint(error, "%s", hint);
    return ENTITLE_CONFIGURATION;
}

static bool
has_visited(const step *self, const ent_profile *profile)
{
    for (; self != NULL; self = self->before) {
        if (self->profile == profile) {
            return true;
        }
    }
    return false;
}

/* In a profile that is a source its keys count before its role, if it has both. */
static entitle_status
take_from_profile(
    const step *self, const char *name, entitle_credentials *out, entitle_error *error)
{
    const step next = {
        .request = self->request,
        .profile = ent_profile_set_find(self->request->profiles, name),
        .before = self,
        .number = self->number + 1,
    };

    if (next.profile == NULL) {
        return refuse(
            self,
            "but its source_profile does not exist",
            "name a profile of ~/.aws/config or ~/.aws/credentials",
            error);
    }
    bool is_own_source = next.profile == self->profile && self->before == NULL &&
                         ent_profile_has_keys(next.profile);
    if (!is_own_source &&
        (has_visited(self, next.profile) || next.number > ROLE_LIMIT)) {
        return refuse(
            self,
            "and a source_profile that leads in a circle or too far",
            "let the last source_profile be one with keys of its own",
            error);
    }
    if (ent_profile_has_role(next.profile) && !ent_profile_has_keys(next.profile)) {
        return take_step(&next, out, error);
    }
    return ent_profile_take_own(next.request, next.profile, out, error);
}

static entitle_status
take_from_source(
    const step *self, const char *name, entitle_credentials *out, entitle_error *error)
{
    static const struct {
        const char *name;
        ent_credentials_source *source;
    } sources[] = {
        { "Environment", ent_credentials_from_environment },
        { "Ec2InstanceMetadata", ent_credentials_from_instance },
        { "EcsContainer", ent_credentials_from_container },
    };

    for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
        if (strcmp(name, sources[i].name) == 0) {
            return sources[i].source(self->request, out, error);
        }
    }
    return refuse(
        self,
        "but a credential_source that is none of the three",
        "set credential_source to Environment, Ec2InstanceMetadata or EcsContainer",
        error);
}

static entitle_status
take_base(const step *self, entitle_credentials *out, entitle_error *error)
{
    const char *profile = ent_profile_value(self->profile, "source_profile");
    const char *source = ent_profile_value(self->profile, "credential_source");
    entitle_error cause = { 0 };
    entitle_status status;

    if ((profile != NULL) == (source != NULL)) {
        return refuse(
            self,
            profile != NULL ? "and both source_profile and credential_source"
                            : "but neither source_profile nor credential_source",
            "give the profile exactly one of the two",
            error);
    }
    status = profile != NULL ? take_from_profile(self, profile, out, &cause)
                             : take_from_source(self, source, out, &cause);
    if (status == ENTITLE_NO_CREDENTIALS) {
        ent_fail(
            error,
            ENTITLE_CONFIGURATION,
            "the profile '%.80s' has role_arn, but %s '%.80s' gives nothing to assume "
            "it with: %s",
            ent_profile_name(self->profile),
            profile != NULL ? "source_profile" : "credential_source",
            profile != NULL ? profile : source,
            cause.message);
        ent_hint(error, "give the source credentials, or name another one");
        return ENTITLE_CONFIGURATION;
    }
    if (status != ENTITLE_OK && error != NULL) {
        *error = cause;
    }
    return status;
}

/* As AWS's tools do, one that is not a number is passed over. */
static int32_t
duration_of(const step *self)
{
    const char *text = ent_profile_value(self->profile, "duration_seconds");
    uint64_t duration_s = 0;

    if (text != NULL &&
        !ent_text_to_unsigned(text, strlen(text), INT32_MAX, &duration_s)) {
        ent_log(
            self->request->runtime,
            ENTITLE_LOG_WARNING,
            "duration_seconds of the profile '%.80s' is not a number",
            ent_profile_name(self->profile));
        return 0;
    }
    return (int32_t)duration_s;
}

static entitle_status
refuse_mfa(const step *self, entitle_error *error)
{
    ent_fail(
        error,
        ENTITLE_UNSUPPORTED_CREDENTIALS,
        "the profile '%.80s' wants a code from an MFA device (mfa_serial), "
        "which nobody can enter in a container",
        ent_profile_name(self->profile));
    ent_hint(error, "use a role whose trust policy does not ask for MFA");
    return ENTITLE_UNSUPPORTED_CREDENTIALS;
}

static entitle_status
take_step(const step *self, entitle_credentials *out, entitle_error *error)
{
    const entitle_runtime *runtime = self->request->runtime;
    const ent_assume_role role = {
        .role_arn = ent_profile_value(self->profile, "role_arn"),
        .session_name = ent_profile_value(self->profile, "role_session_name"),
        .external_id = ent_profile_value(self->profile, "external_id"),
        .duration_s = duration_of(self),
    };
    entitle_credentials *base;
    entitle_status status;

    if (ent_profile_value(self->profile, "mfa_serial") != NULL) {
        return refuse_mfa(self, error);
    }
    base = ent_allocate(runtime, sizeof(*base)); /* too large for a stack of steps */
    if (base == NULL) {
        return ent_fail_memory(error);
    }
    status = take_base(self, base, error);
    if (status == ENTITLE_OK) {
        status = ent_sts_assume_role(self->request, &role, base, out, error);
    }
    ent_credentials_wipe(base);
    ent_release(runtime, base);
    return status;
}

bool
ent_profile_has_role(const ent_profile *profile)
{
    return ent_profile_value(profile, "role_arn") != NULL &&
           ent_profile_value(profile, "web_identity_token_file") == NULL;
}

entitle_status
ent_profile_take_role(
    const ent_credentials_request *request,
    const ent_profile *profile,
    entitle_credentials *out,
    entitle_error *error)
{
    const step first = { .request = request, .profile = profile, .number = 1 };

    return take_step(&first, out, error);
}
