/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/endpoint.h"

#include "aws/endpoint_override.h"
#include "aws/partition.h"
#include "aws/setting.h"
#include "base/error.h"
#include "base/runtime.h"

#include <stdio.h>
#include <string.h>

static const char by_region[] = "Region";

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

static entitle_status
settle(ent_endpoint *out, entitle_error *error)
{
    entitle_error cause = { 0 };

    if (ent_url_parse(out->text, &out->url, &cause) != ENTITLE_OK ||
        ent_url_check_allowed(&out->url, false, &cause) != ENTITLE_OK) {
        return refuse(out, cause.message, error);
    }
    return ENTITLE_OK;
}

static entitle_status
settle_override(
    const char *url, const char *origin, ent_endpoint *out, entitle_error *error)
{
    out->origin = origin;
    out->is_overridden = true;
    if (strlen(url) >= sizeof(out->text)) {
        return refuse(out, "it is too long", error);
    }
    (void)snprintf(out->text, sizeof(out->text), "%s", url);
    return settle(out, error);
}

static entitle_status
settle_host(const char *host, ent_endpoint *out, entitle_error *error)
{
    (void)snprintf(out->text, sizeof(out->text), "https://%s/", host);
    return settle(out, error);
}

static ent_host_variant
find_variant(const entitle_runtime *runtime, const ent_profile *profile)
{
    static const ent_setting fips = { "AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint" };
    static const ent_setting dual_stack = {
        "AWS_USE_DUALSTACK_ENDPOINT",
        "use_dualstack_endpoint",
    };

    return (ent_host_variant){
        .fips = ent_setting_is_true(runtime, profile, &fips),
        .dual_stack = ent_setting_is_true(runtime, profile, &dual_stack),
    };
}

entitle_status
ent_endpoint_resolve(
    const entitle_runtime *runtime,
    const ent_profile_set *profiles,
    const char *given,
    const ent_region *region,
    ent_endpoint *out,
    entitle_error *error)
{
    static const ent_endpoint_names names = {
        "AWS_ENDPOINT_URL_MARKETPLACE_METERING",
        "marketplace_metering",
    };
    ent_endpoint_override override;
    char host[ENT_HOST_LIMIT];
    entitle_status status;

    *out = (ent_endpoint){ .origin = by_region };
    (void)snprintf(
        out->signing_region, sizeof(out->signing_region), "%s", region->name);
    if (given != NULL && given[0] != '\0') {
        return settle_override(given, "--endpoint", out, error);
    }
    status = ent_endpoint_override_find(runtime, profiles, &names, &override, error);
    if (status != ENTITLE_OK) {
        return status;
    }
    if (override.url != NULL) {
        return settle_override(override.url, override.origin, out, error);
    }
    ent_partition_metering_host(
        region->name,
        find_variant(runtime, ent_profile_set_selected(profiles)),
        host,
        sizeof(host));
    return settle_host(host, out, error);
}

/* Those that were served by sts.amazonaws.com before there was a choice. */
static bool
is_legacy_sts_region(const char *region)
{
    static const char *const regions[] = {
        "ap-northeast-1", "ap-south-1",   "ap-southeast-1", "ap-southeast-2",
        "aws-global",     "ca-central-1", "eu-central-1",   "eu-north-1",
        "eu-west-1",      "eu-west-2",    "eu-west-3",      "sa-east-1",
        "us-east-1",      "us-east-2",    "us-west-1",      "us-west-2",
    };

    for (size_t i = 0; i < sizeof(regions) / sizeof(regions[0]); i++) {
        if (strcmp(region, regions[i]) == 0) {
            return true;
        }
    }
    return false;
}

static entitle_status
find_legacy(
    const entitle_runtime *runtime,
    const ent_profile *profile,
    bool *out,
    entitle_error *error)
{
    static const ent_setting setting = {
        "AWS_STS_REGIONAL_ENDPOINTS",
        "sts_regional_endpoints",
    };
    const char *value = ent_setting_value(runtime, profile, &setting);

    *out = value != NULL && strcmp(value, "legacy") == 0;
    if (value == NULL || *out || strcmp(value, "regional") == 0) {
        return ENTITLE_OK;
    }
    ent_fail(
        error,
        ENTITLE_CONFIGURATION,
        "'%.80s' in AWS_STS_REGIONAL_ENDPOINTS or the profile's sts_regional_endpoints "
        "is neither 'regional' nor 'legacy'",
        value);
    ent_hint(error, "set it to 'regional', or leave it out");
    return ENTITLE_CONFIGURATION;
}

static entitle_status
settle_sts_by_region(
    const char *region,
    ent_host_variant variant,
    bool is_legacy,
    ent_endpoint *out,
    entitle_error *error)
{
    char host[ENT_HOST_LIMIT] = "sts.amazonaws.com";

    if (region[0] == '\0') {
        ent_fail(
            error, ENTITLE_NO_REGION, "the endpoint of AWS STS depends on the Region");
        ent_hint(
            error, "set AWS_REGION to the Region where this container was started");
        return ENTITLE_NO_REGION;
    }
    if (is_legacy && !variant.fips && !variant.dual_stack &&
        is_legacy_sts_region(region)) {
        (void)snprintf(out->signing_region, sizeof(out->signing_region), "us-east-1");
    } else {
        ent_partition_sts_host(region, variant, host, sizeof(host));
    }
    return settle_host(host, out, error);
}

entitle_status
ent_endpoint_resolve_sts(
    const entitle_runtime *runtime,
    const ent_profile_set *profiles,
    const char *region,
    ent_endpoint *out,
    entitle_error *error)
{
    static const ent_endpoint_names names = { "AWS_ENDPOINT_URL_STS", "sts" };
    const ent_profile *profile = ent_profile_set_selected(profiles);
    ent_endpoint_override override;
    bool is_legacy = false;
    entitle_status status;

    *out = (ent_endpoint){ .origin = by_region };
    (void)snprintf(out->signing_region, sizeof(out->signing_region), "%s", region);
    status = find_legacy(runtime, profile, &is_legacy, error);
    if (status == ENTITLE_OK) {
        status =
            ent_endpoint_override_find(runtime, profiles, &names, &override, error);
    }
    if (status != ENTITLE_OK) {
        return status;
    }
    if (override.url != NULL) {
        return settle_override(override.url, override.origin, out, error);
    }
    return settle_sts_by_region(
        region, find_variant(runtime, profile), is_legacy, out, error);
}

const char *
ent_endpoint_ca_bundle(const entitle_runtime *runtime, const ent_profile_set *profiles)
{
    static const ent_setting setting = { "AWS_CA_BUNDLE", "ca_bundle" };

    return ent_setting_value(runtime, ent_profile_set_selected(profiles), &setting);
}
