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
    const char
        *origin; /* "--endpoint", "AWS_ENDPOINT_URL", …, "Region"; static storage */
    bool is_overridden; /* anything but by Region */
    char signing_region[ENT_REGION_SIZE];
} ent_endpoint;

/*
 * The one given, then AWS_ENDPOINT_URL_MARKETPLACE_METERING, then AWS_ENDPOINT_URL,
 * then by Region. ENTITLE_CONFIGURATION when the URL is not allowed
 * (ent_url_check_allowed()).
 */
ENTITLE_CHECKED entitle_status ent_endpoint_resolve(
    const entitle_runtime *runtime,
    const char *given,
    const ent_region *region,
    ent_endpoint *out,
    entitle_error *error);

/*
 * That of STS: AWS_ENDPOINT_URL_STS, then AWS_ENDPOINT_URL, then the profile's, then by
 * Region; AWS_STS_REGIONAL_ENDPOINTS and the profile's sts_regional_endpoints may say
 * `legacy`, and then some Regions are served by the one for all, which wants the
 * signatures of another Region: signing_region. `region` may be "", and then
 * signing_region is, too, unless STS has one of its own. ENTITLE_NO_REGION where the
 * Region is needed.
 */
ENTITLE_CHECKED entitle_status ent_endpoint_resolve_sts(
    const entitle_runtime *runtime,
    const ent_profile_set *profiles,
    const char *region,
    ent_endpoint *out,
    entitle_error *error);

/* The CA bundle that AWS_CA_BUNDLE names, or NULL: the system's. */
const char *ent_endpoint_ca_bundle(const entitle_runtime *runtime);

#endif
