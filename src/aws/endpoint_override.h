/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_ENDPOINT_OVERRIDE_H
#define ENT_AWS_ENDPOINT_OVERRIDE_H

#include "aws/profile.h"

#include <entitle/error.h>
#include <entitle/runtime.h>

/* Under which names the endpoint of one service can be configured. */
typedef struct ent_endpoint_names {
    const char *variable;     /* "AWS_ENDPOINT_URL_STS" */
    const char *services_key; /* "sts", in a section [services NAME] */
} ent_endpoint_names;

typedef struct ent_endpoint_override {
    const char *url;    /* NULL: by Region; kept by the environment or the profiles */
    const char *origin; /* static storage */
} ent_endpoint_override;

/*
 * The service's own variable, AWS_ENDPOINT_URL, the section [services …] that the
 * profile names, the profile's endpoint_url; nothing of these where
 * AWS_IGNORE_CONFIGURED_ENDPOINT_URLS or the profile says so:
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 * ENTITLE_CONFIGURATION: the profile names a section that is not there.
 */
ENTITLE_CHECKED entitle_status ent_endpoint_override_find(
    const entitle_runtime *runtime,
    const ent_profile_set *profiles,
    const ent_endpoint_names *names,
    ent_endpoint_override *out,
    entitle_error *error);

#endif
