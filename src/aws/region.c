/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/region.h"

#include "aws/credentials_source.h"
#include "aws/region_metadata.h"
#include "base/error.h"
#include "base/runtime.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* A label of RFC 1123 §2.1, in the lower case that AWS writes and signs. */
static bool
is_host_label(const char *text)
{
    size_t length = strlen(text);

    if (length == 0 || length >= ENT_REGION_SIZE || text[0] == '-' ||
        text[length - 1] == '-') {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) {
            return false;
        }
    }
    return true;
}

/* What somebody has set. */
static const char *
find(const ent_credentials_request *request, const char *given, const char **origin)
{
    static const char *const variables[] = { "AWS_REGION", "AWS_DEFAULT_REGION" };

    if (given != NULL && given[0] != '\0') {
        *origin = "--region";
        return given;
    }
    for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
        const char *value = ent_environment(request->runtime, variables[i]);
        if (value != NULL) {
            *origin = variables[i];
            return value;
        }
    }
    *origin = "the profile";
    return ent_profile_value(ent_profile_set_selected(request->profiles), "region");
}

static entitle_status
fail_with_none(entitle_error *error)
{
    ent_fail(
        error,
        ENTITLE_NO_REGION,
        "no AWS Region: AWS_REGION and AWS_DEFAULT_REGION are not set, and neither a "
        "profile nor the platform's metadata tells one");
    ent_hint(error, "set AWS_REGION to the Region where this container was started");
    return ENTITLE_NO_REGION;
}

static entitle_status
refuse(const char *name, const char *origin, entitle_error *error)
{
    ent_fail(
        error,
        ENTITLE_INVALID_REGION,
        "'%.80s' from %s is not the name of a Region",
        name,
        origin);
    ent_hint(error, "give the Region's code in lower case, such as us-east-1");
    return ENTITLE_INVALID_REGION;
}

static entitle_status
ask_platform(
    const ent_credentials_request *request, ent_region *out, entitle_error *error)
{
    entitle_status status = ENTITLE_NO_REGION;

    if (request->transport != NULL) {
        status = ent_region_from_metadata(request, out, error);
    }
    if (status == ENTITLE_NO_REGION) {
        return fail_with_none(error);
    }
    if (status == ENTITLE_OK && !is_host_label(out->name)) {
        return refuse(out->name, out->origin, error);
    }
    return status;
}

entitle_status
ent_region_resolve(
    const ent_credentials_request *request,
    const char *given,
    ent_region *out,
    entitle_error *error)
{
    const char *origin = "";
    const char *name = find(request, given, &origin);

    *out = (ent_region){ .origin = "" };
    if (name == NULL) {
        return ask_platform(request, out, error);
    }
    if (!is_host_label(name)) {
        return refuse(name, origin, error);
    }
    (void)snprintf(out->name, sizeof(out->name), "%s", name);
    out->origin = origin;
    return ENTITLE_OK;
}
