/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/endpoint.h"

#include "aws/partition.h"
#include "base/error.h"
#include "base/runtime.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

static const char by_region[] = "Region";

static bool
ignores_variables(const entitle_runtime *runtime)
{
    const char *value = ent_environment(runtime, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");

    return value != NULL && ent_text_equal_ignoring_case(value, "true");
}

static const char *
find_override(const entitle_runtime *runtime, const char *given, const char **origin)
{
    static const char *const variables[] = {
        "AWS_ENDPOINT_URL_MARKETPLACE_METERING",
        "AWS_ENDPOINT_URL",
    };

    if (given != NULL && given[0] != '\0') {
        *origin = "--endpoint";
        return given;
    }
    if (ignores_variables(runtime)) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
        const char *value = ent_environment(runtime, variables[i]);
        if (value != NULL) {
            *origin = variables[i];
            return value;
        }
    }
    return NULL;
}

/* The URL itself is not quoted: it may hold a password. */
static entitle_status
refuse(const ent_endpoint *endpoint, const char *cause, entitle_error *error)
{
    ent_fail(
        error,
        ENTITLE_CONFIGURATION,
        "the endpoint from %s is refused: %s",
        endpoint->origin,
        cause);
    ent_hint(
        error,
        "give an https URL, or plain http to 127.0.0.1, [::1] or localhost, such as "
        "http://127.0.0.1:8080");
    return ENTITLE_CONFIGURATION;
}

static void
write_by_region(ent_endpoint *out, const char *region)
{
    char host[ENT_HOST_LIMIT];

    ent_partition_metering_host(region, host, sizeof(host));
    (void)snprintf(out->text, sizeof(out->text), "https://%s/", host);
}

entitle_status
ent_endpoint_resolve(
    const entitle_runtime *runtime,
    const char *given,
    const ent_region *region,
    ent_endpoint *out,
    entitle_error *error)
{
    entitle_error cause = { 0 };
    const char *override;

    *out = (ent_endpoint){ .origin = by_region };
    override = find_override(runtime, given, &out->origin);
    if (override == NULL) {
        write_by_region(out, region->name);
    } else if (strlen(override) >= sizeof(out->text)) {
        return refuse(out, "it is too long", error);
    } else {
        (void)snprintf(out->text, sizeof(out->text), "%s", override);
        out->is_overridden = true;
    }
    if (ent_url_parse(out->text, &out->url, &cause) != ENTITLE_OK ||
        ent_url_check_allowed(&out->url, false, &cause) != ENTITLE_OK) {
        return refuse(out, cause.message, error);
    }
    return ENTITLE_OK;
}

const char *
ent_endpoint_ca_bundle(const entitle_runtime *runtime)
{
    return ent_environment(runtime, "AWS_CA_BUNDLE");
}
