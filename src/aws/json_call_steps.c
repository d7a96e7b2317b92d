/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/clock_offset.h"
#include "aws/json_call_state.h"
#include "base/error.h"
#include "base/log.h"
#include "base/memory.h"

#include <stddef.h>

/* How close to the deadline an attempt ends that the deadline has ended. */
enum { CLOCK_SLACK_MS = 50 };

static bool
is_success(entitle_status status)
{
    return entitle_status_category(status) == ENTITLE_CATEGORY_DONE;
}

static void
end(ent_json_call_state *state, entitle_status status)
{
    state->outcome.status = status;
    state->step = ENT_STEP_ENDED;
}

void
ent_json_call_begin(
    ent_json_call_state *state,
    ent_json_service *service,
    const ent_json_call *call,
    ent_json_answer *answer)
{
    *answer = (ent_json_answer){ .json = NULL };
    ent_response_init(&answer->response, service->runtime);
    state->service = service;
    state->call = call;
    state->answer = answer;
    state->step = ENT_STEP_PREPARE;
    if (!ent_random_uuid(service->runtime, state->invocation_id)) {
        ent_fail(&state->error, ENTITLE_INTERNAL_ERROR, "no random numbers can be had");
        end(state, ENTITLE_INTERNAL_ERROR);
    }
}

static void
learn_clock(ent_json_call_state *state)
{
    const entitle_runtime *runtime = state->service->runtime;
    int64_t received_ms = runtime->wall_ms(runtime->context);
    int64_t monotonic_ms = runtime->monotonic_ms(runtime->context);

    state->has_measured_clock = ent_clock_offset_measure(
        &state->answer->response,
        received_ms,
        monotonic_ms - state->sent_at_ms,
        &state->service->clock_offset_ms);
    if (state->has_measured_clock) {
        state->service->clock_set_ms = received_ms - monotonic_ms;
    }
}

static entitle_status
check_before_attempt(ent_json_call_state *state)
{
    const entitle_runtime *runtime = state->service->runtime;

    if (runtime->interrupted(runtime->context)) {
        return ent_fail(&state->error, ENTITLE_INTERRUPTED, "interrupted");
    }
    if (ent_deadline_left_ms(&state->call->deadline) == 0) {
        ent_fail(
            &state->error,
            ENTITLE_TIMEOUT,
            "the deadline passed before %s was sent",
            state->call->operation);
        ent_hint(&state->error, "allow more time");
        return ENTITLE_TIMEOUT;
    }
    if (state->has_credentials) {
        state->has_credentials = false;
        return ENTITLE_OK;
    }
    state->refreshes = state->service->refreshes;
    return ent_json_call_provide(state, false, &state->credentials, &state->error);
}

/*
 * A transport or provider that is not ours may fail without a word, or with nonsense.
 */
static ent_json_outcome
settle_failure(ent_json_call_state *state, entitle_status status)
{
    if (entitle_status_category(status) == ENTITLE_CATEGORY_DONE) {
        status = ENTITLE_INTERNAL_ERROR;
    }
    if (state->error.status != status) {
        ent_fail(&state->error, status, "%s", entitle_status_text(status));
    }
    return ent_json_outcome_of_status(status);
}

/*
 * The service said that it has not done it; a proxy's page or a crash says nothing,
 * whatever the HTTP status of InternalServiceErrorException is.
 */
static bool
is_refusal(const ent_json_call_state *state, const ent_json_outcome *outcome)
{
    int32_t http_status = state->answer->response.http_status;

    return http_status >= 400 && http_status < 500 &&
           outcome->status != ENTITLE_SERVICE_ERROR &&
           outcome->service_error.code[0] != '\0';
}

static void
log_attempt(const ent_json_call_state *state)
{
    const ent_json_outcome *outcome = &state->outcome;

    ent_log(
        state->service->runtime,
        ENTITLE_LOG_DEBUG,
        "%s, attempt %lu to %s with %s credentials: %s (HTTP %d%s%s)",
        state->call->operation,
        (unsigned long)state->attempt,
        state->service->endpoint->url.host,
        entitle_credentials_kind_name(state->credentials.kind),
        entitle_status_name(outcome->status),
        (int)state->answer->response.http_status,
        outcome->service_error.code[0] != '\0' ? ", " : "",
        outcome->service_error.code);
}

/*
 * That the deadline cut the last attempt short says less of the cause than how those
 * before it had failed.
 */
static entitle_status
cause_of_end(ent_json_call_state *state)
{
    bool is_out_of_time =
        ent_deadline_left_ms(&state->call->deadline) <= CLOCK_SLACK_MS;
    bool says_nothing =
        state->outcome.status == ENTITLE_TIMEOUT ||
        (state->outcome.status == ENTITLE_UNREACHABLE && is_out_of_time);

    if (says_nothing && state->is_cut_short &&
        state->error_before.status != ENTITLE_OK) {
        state->error = state->error_before;
        state->outcome.status = state->error.status;
    }
    return state->outcome.status;
}

/* Another attempt after a while, or the call's end. */
static void
arrange_retry(ent_json_call_state *state)
{
    ent_json_service *service = state->service;
    const ent_json_outcome *outcome = &state->outcome;
    int64_t left_ms = ent_deadline_left_ms(&state->call->deadline);
    double fraction = 0;

    if (ent_retry_fit_delay_ms(0, left_ms) < 0 || !ent_retry_permits(
                                                      &service->retry_policy,
                                                      &service->retry_quota,
                                                      outcome->retry_class,
                                                      state->attempt,
                                                      &state->once_used)) {
        end(state, cause_of_end(state));
        return;
    }
    if (!ent_random_fraction(service->runtime, &fraction)) {
        ent_fail(&state->error, ENTITLE_INTERNAL_ERROR, "no random numbers can be had");
        end(state, ENTITLE_INTERNAL_ERROR);
        return;
    }
    state->delay_ms = ent_retry_fit_delay_ms(
        ent_retry_delay_ms(
            &service->retry_policy,
            outcome->retry_class,
            state->attempt,
            fraction,
            ent_response_header(&state->answer->response, "x-amz-retry-after")),
        left_ms);
    ent_log(
        service->runtime,
        ENTITLE_LOG_DEBUG,
        "next attempt in %lld ms",
        (long long)state->delay_ms);
    state->last_retry = outcome->retry_class;
    state->step = ENT_STEP_WAIT;
}

static void
conclude(ent_json_call_state *state, ent_json_outcome outcome)
{
    ent_json_service *service = state->service;

    state->outcome = outcome;
    log_attempt(state);
    if (is_success(outcome.status)) {
        ent_retry_refund(
            &service->retry_policy, &service->retry_quota, state->last_retry);
        end(state, outcome.status);
        return;
    }
    if (ent_json_call_mend(state)) {
        state->step = ENT_STEP_PREPARE;
        return;
    }
    ent_credentials_wipe(&state->credentials);
    ent_json_call_blame_clock(state);
    arrange_retry(state);
}

static void
note_sending(ent_json_call_state *state)
{
    ent_json_service *service = state->service;
    const entitle_runtime *runtime = service->runtime;

    state->sent_at_ms = runtime->monotonic_ms(runtime->context);
    state->signing_offset_ms = service->signing_offset_ms;
    state->is_cut_short =
        ent_deadline_left_ms(&state->call->deadline) < ENT_JSON_ATTEMPT_MS;
    state->sent_attempts = state->attempt;
    service->credentials_kind = state->credentials.kind;
}

void
ent_json_call_prepare(ent_json_call_state *state)
{
    const ent_json_attempt attempt = {
        .service = state->service,
        .call = state->call,
        .credentials = &state->credentials,
        .invocation_id = state->invocation_id,
        .number = state->attempt + 1,
    };
    entitle_status status;

    ent_json_answer_clear(state->answer);
    state->has_measured_clock = false;
    state->error_before = state->error;
    state->error = (entitle_error){ .status = ENTITLE_OK };
    state->attempt++;
    status = check_before_attempt(state);
    if (status == ENTITLE_OK) {
        status = ent_json_request_prepare(&state->request, &attempt, &state->error);
    }
    if (status != ENTITLE_OK) {
        ent_json_request_clear(&state->request);
        conclude(state, settle_failure(state, status));
        return;
    }
    note_sending(state);
    state->step = ENT_STEP_SEND;
}

static ent_json_outcome
judge_answer(ent_json_call_state *state)
{
    learn_clock(state);
    state->may_be_done = state->may_be_done || state->answer->response.is_repeated;
    state->answer->is_behind_doubt = state->may_be_done;
    ent_json_outcome outcome = ent_json_outcome_of_answer(
        state->service, state->call, &state->credentials, state->answer, &state->error);
    state->may_be_done = state->may_be_done || !is_refusal(state, &outcome);
    return outcome;
}

void
ent_json_call_take(ent_json_call_state *state, entitle_status status)
{
    ent_json_request_clear(&state->request);
    if (status == ENTITLE_OK) {
        conclude(state, judge_answer(state));
        return;
    }
    bool is_certainly_undone = state->error.is_certainly_undone;
    state->may_be_done = state->may_be_done || !is_certainly_undone;
    conclude(state, settle_failure(state, status));
}

void
ent_json_call_interrupt(ent_json_call_state *state, bool is_unsent)
{
    ent_json_request_clear(&state->request);
    if (state->step == ENT_STEP_SEND) {
        state->may_be_done = state->may_be_done || !is_unsent;
    }
    ent_fail(&state->error, ENTITLE_INTERRUPTED, "interrupted");
    end(state, ENTITLE_INTERRUPTED);
}

entitle_status
ent_json_call_finish(ent_json_call_state *state, entitle_error *error)
{
    entitle_status status = state->outcome.status;

    ent_json_request_clear(&state->request);
    if (!is_success(status)) {
        ent_json_answer_clear(state->answer);
        state->error.is_certainly_undone = !state->may_be_done;
        if (error != NULL) {
            *error = state->error;
        }
    }
    ent_wipe(state, sizeof(*state));
    return status;
}
