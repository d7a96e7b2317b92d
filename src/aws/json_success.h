/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_JSON_SUCCESS_H
#define ENT_AWS_JSON_SUCCESS_H

#include "aws/json_call.h"
#include "aws/service_error.h"

#include <stdbool.h>

bool ent_json_answer_is_2xx(const ent_json_answer *answer);

/*
 * Whether the answer says that it went well: 2xx, or the call's success code in an
 * answer of 4xx. `said` was read of any other than 2xx.
 */
bool ent_json_answer_is_success(
    const ent_json_call *call,
    const ent_json_answer *answer,
    const ent_service_error *said);

/*
 * Parses such an answer into `answer->json`. ENTITLE_OK, the call's success status, or
 * ENTITLE_BAD_RESPONSE for what is not an answer of the operation.
 */
ENTITLE_CHECKED entitle_status ent_json_answer_read(
    const ent_json_call *call, ent_json_answer *answer, entitle_error *error);

#endif
