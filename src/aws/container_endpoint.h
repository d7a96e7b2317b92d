/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_CONTAINER_ENDPOINT_H
#define ENT_AWS_CONTAINER_ENDPOINT_H

#include "base/buffer.h"
#include "http/url.h"

#include <entitle/credentials.h>

/*
 * Where a container gets its credentials:
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 */
typedef struct ent_container_endpoint {
    const char *variable; /* that named it */
    char url[ENT_URL_LIMIT];
    entitle_credentials_kind kind;
} ent_container_endpoint;

/*
 * From AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, then AWS_CONTAINER_CREDENTIALS_FULL_URI.
 * ENTITLE_NO_CREDENTIALS where neither is set, or empty; ENTITLE_CONFIGURATION where
 * plain http would leave this machine, or it is not a URL.
 */
ENTITLE_CHECKED entitle_status ent_container_endpoint_resolve(
    const entitle_runtime *runtime, ent_container_endpoint *out, entitle_error *error);

/*
 * What to send as Authorization, read anew: the contents of the file that
 * AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names, else AWS_CONTAINER_AUTHORIZATION_TOKEN.
 * Nothing is appended where neither is set. ENTITLE_CONFIGURATION for a file that
 * cannot be read, ENTITLE_INVALID_CREDENTIALS for a token that no header can hold.
 */
ENTITLE_CHECKED entitle_status ent_container_authorization_read(
    const entitle_runtime *runtime, ent_buffer *out, entitle_error *error);

#endif
