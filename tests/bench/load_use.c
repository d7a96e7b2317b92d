/* SPDX-License-Identifier: Apache-2.0 */
#include "load_request.h"

#include <inttypes.h>
#include <stdio.h>

enum { DIMENSIONS = 100 };

/* One use a request, as a program tells an agent of it. */
size_t
load_request_write(load_plan *plan, char out[LOAD_REQUEST_LIMIT])
{
    char body[128];
    unsigned dimension = (unsigned)(plan->next++ % DIMENSIONS);
    int length = snprintf(
        body,
        sizeof(body),
        "{\"dimension\":\"dimension%02u\",\"quantity\":1}",
        dimension);

    return (size_t)snprintf(
        out,
        LOAD_REQUEST_LIMIT,
        "POST /v1/usage HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\n"
        "Content-Length: %d\r\n\r\n%s",
        plan->authority,
        length,
        body);
}
