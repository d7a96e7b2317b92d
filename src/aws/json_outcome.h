/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_JSON_OUTCOME_H
#define ENT_AWS_JSON_OUTCOME_H

#include "aws/credentials.h"
#include "aws/json_call.h"

/* How one attempt went. */
typedef struct ent_json_outcome {
    entitle_status status;
    ent_retry_class retry_class;
    ent_suspect suspect;
    ent_service_error service_error;
} ent_json_outcome;

/*
 * Judges the answer in `answer->response`: fills the rest of `answer` after a success,
 * and `error` after a failure, in which nothing of `credentials` and of the call's
 * confidential value is quoted.
 */
ent_json_outcome ent_json_outcome_of_answer(
    const ent_json_service *service,
    const ent_json_call *call,
    const entitle_credentials *credentials,
    ent_json_answer *answer,
    entitle_error *error);

/* Of an attempt that has no answer, or one that was a success. */
ent_json_outcome ent_json_outcome_of_status(entitle_status status);

#endif
