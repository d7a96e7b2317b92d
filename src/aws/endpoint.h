/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_ENDPOINT_H
#define ENT_AWS_ENDPOINT_H

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

/* The CA bundle that AWS_CA_BUNDLE names, or NULL: the system's. */
const char *ent_endpoint_ca_bundle(const entitle_runtime *runtime);

#endif
