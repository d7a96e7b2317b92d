/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_HTTP_RESPONSE_H
#define ENT_HTTP_RESPONSE_H

#include "base/buffer.h"

#include <entitle/transport.h>

enum {
    ENT_RESPONSE_BODY_LIMIT = 2 * 1024 * 1024,
    ENT_RESPONSE_HEADER_LIMIT = 64 * 1024
};

/* What an HTTP server answered: bounded, but as hostile as ever. */
struct entitle_response {
    int32_t http_status; /* 0 until there is one */
    /*
     * The request went out more than once: what this answers may have had its effect
     * before.
     */
    bool is_repeated;
    ent_buffer headers; /* "name\0value\0" in wire order */
    ent_buffer body;
};

void ent_response_init(entitle_response *response, const entitle_runtime *runtime);
void ent_response_clear(entitle_response *response);

/* The first header of that name (any case), or NULL. */
const char *ent_response_header(const entitle_response *response, const char *name);

#endif
