/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_JSON_CALL_STATE_H
#define ENT_AWS_JSON_CALL_STATE_H

#include "aws/credentials.h"
#include "aws/json_call.h"
#include "aws/json_outcome.h"
#include "base/random.h"

#include <stdbool.h>

/* A call under way. On the heap, since credentials are large; wiped at its end. */
typedef struct ent_json_call_state {
    ent_json_service *service;
    const ent_json_call *call;
    ent_json_answer *answer;
    entitle_error error; /* of the last attempt */
    entitle_error error_before;
    bool is_cut_short; /* the last attempt had less time than an attempt has */
    char invocation_id[ENT_UUID_SIZE];
    uint32_t attempt;

    entitle_credentials credentials;
    bool has_credentials; /* already, from a refresh */
    bool has_refreshed;

    bool has_measured_clock; /* by the last answer */
    bool has_set_clock;

    bool may_be_done; /* an attempt may have reached the service and had its effect */

    ent_json_outcome outcome;
    bool once_used;
    ent_retry_class last_retry;
} ent_json_call_state;

/* Asks the service's provider; what it says is checked. */
ENTITLE_CHECKED entitle_status ent_json_call_provide(
    const ent_json_call_state *state,
    bool refresh,
    entitle_credentials *out,
    entitle_error *error);

/* Whether something was changed that may make the next attempt succeed at once. */
bool ent_json_call_mend(ent_json_call_state *state);

/* Reports a date that stays refused as what it is, with how far the clock is off. */
void ent_json_call_blame_clock(ent_json_call_state *state);

#endif
