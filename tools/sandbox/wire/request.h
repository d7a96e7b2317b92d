/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_REQUEST_H
#define SANDBOX_REQUEST_H

#include "base/buffer.h"

#include <entitle/transport.h>

#include <stdbool.h>
#include <stddef.h>

enum { REQUEST_BODY_LIMIT = 1024 * 1024, REQUEST_HEADER_LIMIT = 64 };

/* One HTTP request as it was on the wire: nothing in it has been decoded or checked. */
typedef struct sandbox_request {
    char *target; /* "/path?query", owned */
    const char *method;
    const char *path;
    const char *query; /* without "?" */
    entitle_header headers[REQUEST_HEADER_LIMIT];
    size_t header_count;
    bool has_too_many_headers;
    ent_buffer body;
    bool is_body_too_large;
    bool is_from_loopback;
} sandbox_request;

/* Takes the target apart into path and query. False for want of memory. */
bool request_init(
    sandbox_request *request, const entitle_runtime *runtime, const char *target);
void request_clear(sandbox_request *request);

/* Beyond the limit only remembers that there were too many. */
void request_add_header(sandbox_request *request, const char *name, const char *value);

/* The first header of that name in any case, or NULL. */
const char *request_header(const sandbox_request *request, const char *name);
size_t request_count_header(const sandbox_request *request, const char *name);

#endif
