/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_REGION_H
#define ENT_AWS_REGION_H

#include <entitle/error.h>
#include <entitle/runtime.h>

struct ent_credentials_request;

enum { ENT_REGION_SIZE = 64 };

/* A Region, and where it was found: every error about it says so. */
typedef struct ent_region {
    char name[ENT_REGION_SIZE];
    const char *origin; /* "--region", "AWS_REGION" and so on; static storage */
} ent_region;

/*
 * The one given, then AWS_REGION, then AWS_DEFAULT_REGION, then the profile's, then
 * what the platform says (ent_region_from_metadata()), unless `request` has no
 * transport; never a default, because AWS wants the Region where the container was
 * started. ENTITLE_NO_REGION when there is none, ENTITLE_INVALID_REGION when it is not
 * a host label (it becomes part of a host name).
 */
ENTITLE_CHECKED entitle_status ent_region_resolve(
    const struct ent_credentials_request *request,
    const char *given,
    ent_region *out,
    entitle_error *error);

#endif
