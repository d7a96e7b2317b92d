/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_ENDPOINT_H
#define ENT_AWS_ENDPOINT_H

#include "aws/profile.h"
#include "aws/region.h"
#include "http/url.h"

#include <entitle/error.h>
#include <entitle/runtime.h>

#include <stdbool.h>

typedef struct ent_endpoint {
    char text[ENT_URL_LIMIT]; /* as it is asked for */
    ent_url url;
    /* "--endpoint", "AWS_ENDPOINT_URL", …, "Region"; static storage. */
    const char *origin;
    bool is_overridden; /* anything but by Region */
    char signing_region[ENT_REGION_SIZE];
} ent_endpoint;

/*
 * That of the Metering Service: the one given, then what is configured
 * (ent_endpoint_override_find()), then by Region. FIPS and dual-stack names where
 * AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT, or the profile, say `true`; an
 * override makes both void. `profiles` may be NULL. ENTITLE_CONFIGURATION when the URL
 * is not allowed (ent_url_check_allowed()).
 */
ENTITLE_CHECKED entitle_status ent_endpoint_resolve(
    const entitle_runtime *runtime,
    const ent_profile_set *profiles,
    const char *given,
    const ent_region *region,
    ent_endpoint *out,
    entitle_error *error);

/*
 * That of STS, by the same rules. AWS_STS_REGIONAL_ENDPOINTS and the profile's
 * sts_regional_endpoints are `regional` or `legacy`, and the latter sends the Regions
 * that are older than the choice to the one endpoint for all, which wants signatures
 * for a Region of its own: signing_region. `region` may be "" where it is not known;
 * ENTITLE_NO_REGION where it is needed.
 */
ENTITLE_CHECKED entitle_status ent_endpoint_resolve_sts(
    const entitle_runtime *runtime,
    const ent_profile_set *profiles,
    const char *region,
    ent_endpoint *out,
    entitle_error *error);

/*
 * The CA bundle that AWS_CA_BUNDLE or else the profile names, or NULL: the system's.
 */
const char *
ent_endpoint_ca_bundle(const entitle_runtime *runtime, const ent_profile_set *profiles);

#endif
