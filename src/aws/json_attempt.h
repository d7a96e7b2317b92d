/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_JSON_ATTEMPT_H
#define ENT_AWS_JSON_ATTEMPT_H

#include "aws/credentials.h"
#include "aws/json_call.h"
#include "aws/user_agent.h"
#include "base/timestamp.h"
#include "http/url.h"

#include <stdint.h>

enum {
    /* As long as one attempt may take, unless the deadline is nearer. */
    ENT_JSON_ATTEMPT_MS = 10000,
    ENT_JSON_HEADER_COUNT = 9
};

/* One sending of a call. */
typedef struct ent_json_attempt {
    const ent_json_service *service;
    const ent_json_call *call;
    const entitle_credentials *credentials;
    const char *invocation_id; /* the same for all attempts of a call */
    uint32_t number;           /* 1 is the first */
} ent_json_attempt;

/* The request of an attempt and what it points to. It stays where it is. */
typedef struct ent_json_request {
    entitle_request http;
    entitle_header headers[ENT_JSON_HEADER_COUNT];
    size_t header_count;
    char host[ENT_HOST_LIMIT + 8];
    char date[ENT_TIMESTAMP_SIZE];
    char target[128];
    char user_agent[ENT_USER_AGENT_SIZE];
    char sdk_request[48];
    ent_buffer authorization;
} ent_json_request;

/*
 * Dates and signs. What `attempt` points to must stay as it is until the request has
 * been sent. Whatever came of it, ent_json_request_clear() afterwards.
 */
ENTITLE_CHECKED entitle_status ent_json_request_prepare(
    ent_json_request *request, const ent_json_attempt *attempt, entitle_error *error);
void ent_json_request_clear(ent_json_request *request);

#endif
