/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_REGION_METADATA_H
#define ENT_AWS_REGION_METADATA_H

#include "aws/credentials_source.h"
#include "aws/region.h"

/*
 * Asks the platform: the ECS task metadata endpoint where there is one, else the
 * metadata of the instance. ENTITLE_NO_REGION where nobody tells, for whatever reason;
 * other failures only for settings that make no sense, an interruption or want of
 * memory. Takes ENT_REGION_METADATA_MS at most.
 */
ENTITLE_CHECKED entitle_status ent_region_from_metadata(
    const ent_credentials_request *request, ent_region *out, entitle_error *error);

enum { ENT_REGION_METADATA_MS = 2500 };

#endif
