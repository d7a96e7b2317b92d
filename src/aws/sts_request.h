/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_STS_REQUEST_H
#define ENT_AWS_STS_REQUEST_H

#include "aws/endpoint.h"
#include "aws/sts_call.h"
#include "http/response.h"

/* One sending of a call. */
typedef struct ent_sts_request {
    const ent_sts_call *call;
    const ent_endpoint *endpoint;
    int64_t at_s; /* to date it with, where it is signed */
} ent_sts_request;

/* Signs it where the call has somebody who does, and sends it. */
ENTITLE_CHECKED entitle_status ent_sts_request_send(
    const ent_sts_request *request, entitle_response *response, entitle_error *error);

#endif
