/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/json_call.h"

#include "aws/json_call_state.h"
#include "base/error.h"
#include "base/memory.h"
#include "http/transport.h"

#include <stddef.h>

void
ent_json_answer_clear(ent_json_answer *answer)
{
    ent_json_free(answer->json);
    answer->json = NULL;
    ent_response_clear(&answer->response);
    answer->request_id[0] = '\0';
}

static void
send_request(ent_json_call_state *state)
{
    entitle_status status = ent_transport_perform(
        state->service->transport,
        &state->request.http,
        &state->answer->response,
        &state->error);

    ent_json_call_take(state, status);
}

static void
wait_for_retry(ent_json_call_state *state)
{
    if (ent_deadline_wait(&state->call->deadline, state->delay_ms) ==
        ENTITLE_INTERRUPTED) {
        ent_json_call_interrupt(state, true);
        return;
    }
    ent_json_call_prepare(state);
}

static void
drive(ent_json_call_state *state)
{
    for (;;) {
        switch (state->step) {
        case ENT_STEP_PREPARE:
            ent_json_call_prepare(state);
            break;
        case ENT_STEP_SEND:
            send_request(state);
            break;
        case ENT_STEP_WAIT:
            wait_for_retry(state);
            break;
        case ENT_STEP_ENDED:
            return;
        }
    }
}

entitle_status
ent_json_call_perform(
    ent_json_service *service,
    const ent_json_call *call,
    ent_json_answer *answer,
    entitle_error *error)
{
    ent_json_call_state *state = ent_allocate(service->runtime, sizeof(*state));

    service->attempts = 0;
    if (state == NULL) {
        *answer = (ent_json_answer){ .json = NULL };
        ent_response_init(&answer->response, service->runtime);
        ent_fail_memory(error);
        if (error != NULL) {
            error->is_certainly_undone = true;
        }
        return ENTITLE_OUT_OF_MEMORY;
    }
    ent_json_call_begin(state, service, call, answer);
    drive(state);
    service->attempts = state->sent_attempts;
    entitle_status status = ent_json_call_finish(state, error);
    ent_release(service->runtime, state);
    return status;
}
