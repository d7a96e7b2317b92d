/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_METADATA_REQUEST_H
#define ENT_AWS_METADATA_REQUEST_H

#include "aws/credentials_source.h"
#include "http/response.h"

enum { ENT_METADATA_HEADER_LIMIT = 3 };

/* A question to an address of the platform's own, next to the container. */
typedef struct ent_metadata_request {
    const ent_credentials_request *within; /* its transport and its deadline */
    const char *method;
    const char *url;
    entitle_header headers[ENT_METADATA_HEADER_LIMIT]; /* ends with a NULL name */
    int64_t timeout_ms;
    size_t answer_limit; /* in bytes */
} ent_metadata_request;

/*
 * Asks once, and never through a proxy, which would be somewhere else. Any complete
 * answer within the limit is ENTITLE_OK, whatever its status. `response` has been
 * initialised.
 */
ENTITLE_CHECKED entitle_status ent_metadata_request_send(
    const ent_metadata_request *request,
    entitle_response *response,
    entitle_error *error);

#endif
