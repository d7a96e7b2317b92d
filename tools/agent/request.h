/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AGENT_REQUEST_H
#define AGENT_REQUEST_H

#include "base/buffer.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    REQUEST_BODY_LIMIT = 1024 * 1024,
    REQUEST_USE_LIMIT = 10000, /* in one request */
    /* More than any use has: itself, its members and its tags. */
    REQUEST_VALUES_PER_USE = 32
};

/*
 * A request, as far as answers depend on it. Texts are "" or NULL where there are none.
 */
typedef struct agent_request {
    const char *method;
    const char *path;
    const char *host;
    const char *origin;
    const char *site; /* Sec-Fetch-Site */
    const char *content_type;
    size_t host_count;
    unsigned long long announced; /* Content-Length */
    bool is_from_file;            /* through a Unix socket */
    bool is_too_large;
    bool is_crowded; /* others' bodies fill the memory */
    const char *body;
    size_t body_length;
} agent_request;

typedef struct agent_answer {
    unsigned status;
    const char *content_type;
    const char *allow; /* NULL, or the methods that there are */
    ent_buffer body;
} agent_answer;

/*
 * Replaces the body by {"error":…,"message":…}, and `index` where it is none below 0.
 */
void answer_refuse(
    agent_answer *answer,
    unsigned status,
    const char *error,
    const char *message,
    long long index);

#endif
