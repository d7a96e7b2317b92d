/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_FLOW_SIGV4_CLIENT_H
#define TEST_FLOW_SIGV4_CLIENT_H

#include "support/http_client.h"

#include <stdint.h>

/*
 * A signer of its own, for what libcurl's cannot do: any date, any scope, any list of
 * signed headers, headers twice. What is NULL is as it should be.
 */
typedef struct sigv4_request {
    const char *access_key;
    const char *secret_key;
    const char *region;
    int64_t offset_s;           /* of the date, from now */
    const char *const *headers; /* sent beside Host and X-Amz-Date; ends with NULL */
    const char *signed_headers; /* of what stands in Authorization */
    const char *body;
} sigv4_request;

/* Sends it to the sandbox at `url`. */
void sigv4_send(const char *url, const sigv4_request *request, http_reply *reply);

#endif
