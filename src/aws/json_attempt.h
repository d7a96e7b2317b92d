/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_JSON_ATTEMPT_H
#define ENT_AWS_JSON_ATTEMPT_H

#include "aws/credentials.h"
#include "aws/json_call.h"

#include <stdint.h>

/* As long as one attempt may take, unless the deadline is nearer. */
enum { ENT_JSON_ATTEMPT_MS = 10000 };

/* One sending of a call. */
typedef struct ent_json_attempt {
    const ent_json_service *service;
    const ent_json_call *call;
    const entitle_credentials *credentials;
    const char *invocation_id; /* the same for all attempts of a call */
    uint32_t number;           /* 1 is the first */
} ent_json_attempt;

/* Dates, signs and sends it. What was signed with is wiped. */
ENTITLE_CHECKED entitle_status ent_json_attempt_send(
    const ent_json_attempt *attempt, entitle_response *response, entitle_error *error);

#endif
