/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/endpoint_override.h"

#include "aws/setting.h"
#include "base/error.h"
#include "base/runtime.h"

#include <stddef.h>

/* False: look on. */
static bool
take(ent_endpoint_override *out, const char *url, const char *origin)
{
    if (url == NULL) {
        return false;
    }
    *out = (ent_endpoint_override){ .url = url, .origin = origin };
    return true;
}

static entitle_status
refuse_missing_section(
    const ent_profile *profile, const char *name, entitle_error *error)
{
    ent_fail(
        error,
        ENTITLE_CONFIGURATION,
        "the profile '%.80s' names the section [services %.80s], which does not exist",
        ent_profile_name(profile),
        name);
    ent_hint(
        error,
        "write the section into ~/.aws/config, or remove 'services' from the profile");
    return ENTITLE_CONFIGURATION;
}

static entitle_status
find_in_profile(
    const ent_profile_set *profiles,
    const ent_endpoint_names *names,
    ent_endpoint_override *out,
    entitle_error *error)
{
    const ent_profile *profile = ent_profile_set_selected(profiles);
    const char *name = ent_profile_value(profile, "services");

    if (name != NULL) {
        const ent_profile *services = ent_profile_set_find_services(profiles, name);
        if (services == NULL) {
            return refuse_missing_section(profile, name, error);
        }
        const char *url =
            ent_profile_nested_value(services, names->services_key, "endpoint_url");
        if (take(out, url, "the profile's services")) {
            return ENTITLE_OK;
        }
    }
    (void)take(out, ent_profile_value(profile, "endpoint_url"), "the profile");
    return ENTITLE_OK;
}

entitle_status
ent_endpoint_override_find(
    const entitle_runtime *runtime,
    const ent_profile_set *profiles,
    const ent_endpoint_names *names,
    ent_endpoint_override *out,
    entitle_error *error)
{
    static const ent_setting ignores = {
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
        "ignore_configured_endpoint_urls",
    };
    static const char for_all[] = "AWS_ENDPOINT_URL";
    const ent_profile *profile = ent_profile_set_selected(profiles);

    *out = (ent_endpoint_override){ .url = NULL };
    if (ent_setting_is_true(runtime, profile, &ignores) ||
        take(out, ent_environment(runtime, names->variable), names->variable) ||
        take(out, ent_environment(runtime, for_all), for_all)) {
        return ENTITLE_OK;
    }
    return find_in_profile(profiles, names, out, error);
}
