/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_INSTANCE_METADATA_H
#define ENT_AWS_INSTANCE_METADATA_H

#include "aws/credentials_source.h"
#include "http/response.h"
#include "http/url.h"

enum { ENT_INSTANCE_TOKEN_SIZE = 1025, ENT_INSTANCE_TIMEOUT_MS = 1000 };

/*
 * The metadata service of an EC2 instance (IMDS), and how it wants to be spoken to:
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
 */
typedef struct ent_instance_metadata {
    const ent_credentials_request *request;
    char base[ENT_URL_LIMIT];            /* without a slash at its end */
    char token[ENT_INSTANCE_TOKEN_SIZE]; /* of version 2; "" for version 1 */
    bool allows_v1;
} ent_instance_metadata;

/*
 * Finds the service and asks it for a token; 1 s and once. Version 1 is spoken only
 * where version 2 is refused or stays silent, as it does behind a hop limit of 1, and
 * where AWS_EC2_METADATA_V1_DISABLED does not forbid it.
 *
 * ENTITLE_NO_CREDENTIALS where there is no such service, or AWS_EC2_METADATA_DISABLED
 * says not to ask; ENTITLE_CONFIGURATION for settings that make no sense. Wipe `out`
 * with ent_instance_metadata_close() in any case.
 */
ENTITLE_CHECKED entitle_status ent_instance_metadata_open(
    const ent_credentials_request *request,
    ent_instance_metadata *out,
    entitle_error *error);
void ent_instance_metadata_close(ent_instance_metadata *metadata);

/*
 * Asks for a path such as "/latest/meta-data/placement/region". A token that has become
 * invalid is replaced once. ENTITLE_NO_CREDENTIALS where the service says that there is
 * no such thing (HTTP 404); ENTITLE_SERVICE_ERROR for any other answer but 200.
 */
ENTITLE_CHECKED entitle_status ent_instance_metadata_get(
    ent_instance_metadata *metadata,
    const char *path,
    entitle_response *response,
    entitle_error *error);

#endif
