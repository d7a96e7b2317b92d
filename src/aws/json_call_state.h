/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_JSON_CALL_STATE_H
#define ENT_AWS_JSON_CALL_STATE_H

#include "aws/credentials.h"
#include "aws/json_attempt.h"
#include "aws/json_call.h"
#include "aws/json_outcome.h"
#include "base/random.h"

#include <stdbool.h>

/* What a call under way needs next, from whoever drives it. */
typedef enum ent_json_step {
    ENT_STEP_PREPARE, /* ent_json_call_prepare(), at once */
    ENT_STEP_SEND,    /* `request` sent, then ent_json_call_take() */
    ENT_STEP_WAIT,    /* `delay_ms`, then ent_json_call_prepare() */
    ENT_STEP_ENDED    /* nothing: ent_json_call_finish() */
} ent_json_step;

/* A call under way. On the heap, since credentials are large; wiped at its end. */
typedef struct ent_json_call_state {
    ent_json_service *service;
    const ent_json_call *call;
    ent_json_answer *answer;
    ent_json_step step;
    int64_t delay_ms;         /* of ENT_STEP_WAIT */
    ent_json_request request; /* of ENT_STEP_SEND */
    int64_t sent_at_ms;

    entitle_error error; /* of the last attempt */
    entitle_error error_before;
    bool is_cut_short; /* the last attempt had less time than an attempt has */
    char invocation_id[ENT_UUID_SIZE];
    uint32_t attempt;
    uint32_t sent_attempts;

    entitle_credentials credentials;
    bool has_credentials; /* already, from a refresh */
    bool has_refreshed;
    uint32_t refreshes; /* of the service, when these were provided */

    int64_t signing_offset_ms; /* that the last attempt was dated with */
    bool has_measured_clock;   /* by the last answer */
    bool has_set_clock;

    bool may_be_done; /* an attempt may have reached the service and had its effect */

    ent_json_outcome outcome;
    bool once_used;
    ent_retry_class last_retry;
} ent_json_call_state;

/*
 * Begins the call in `state`, which is zero. What it points to outlives it; `answer` is
 * begun, too, and to be cleared after a success.
 */
void ent_json_call_begin(
    ent_json_call_state *state,
    ent_json_service *service,
    const ent_json_call *call,
    ent_json_answer *answer);

/* After ENT_STEP_PREPARE and ENT_STEP_WAIT. May have to wait for credentials. */
void ent_json_call_prepare(ent_json_call_state *state);

/* After ENT_STEP_SEND: what came of it, with `answer->response` or `error`. */
void ent_json_call_take(ent_json_call_state *state, entitle_status status);

/*
 * In any step but the last. Where the request is on its way: `is_unsent` tells that
 * certainly nothing of it is.
 */
void ent_json_call_interrupt(ent_json_call_state *state, bool is_unsent);

/* In any step: how it ended. Wipes what is secret; `error` only after a failure. */
entitle_status ent_json_call_finish(ent_json_call_state *state, entitle_error *error);

/* --- Of json_call_mend.c ---------------------------------------------------------- */

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
