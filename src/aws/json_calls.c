/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/json_calls.h"

#include "http/transport.h"

#include <stddef.h>

/* How long nobody asks whether to stop. */
enum { SLICE_MS = 50 };

void
ent_json_calls_init(ent_json_calls *calls, ent_json_service *service)
{
    *calls = (ent_json_calls){
        .service = service,
        .does_several = ent_transport_does_several(service->transport),
    };
}

static int64_t
now_ms(const ent_json_calls *calls)
{
    const entitle_runtime *runtime = calls->service->runtime;

    return runtime->monotonic_ms(runtime->context);
}

static void
append(ent_json_running **list, ent_json_running *running)
{
    while (*list != NULL) {
        list = &(*list)->next;
    }
    *list = running;
    running->next = NULL;
}

static void
take_out(ent_json_running **list, const ent_json_running *running)
{
    while (*list != running) {
        list = &(*list)->next;
    }
    *list = running->next;
}

/* What its state needs next, as far as that is known without waiting. */
static void
file(ent_json_calls *calls, ent_json_running *running)
{
    switch (running->state.step) {
    case ENT_STEP_PREPARE:
        running->due_ms = now_ms(calls);
        return;
    case ENT_STEP_WAIT:
        running->due_ms = now_ms(calls) + running->state.delay_ms;
        return;
    case ENT_STEP_SEND:
        return;
    case ENT_STEP_ENDED:
        take_out(&calls->running, running);
        append(&calls->ended, running);
        return;
    }
}

static void
take_answer(ent_json_calls *calls, ent_json_running *running, entitle_status status)
{
    ent_json_call_take(&running->state, status);
    file(calls, running);
}

static void
send_request(ent_json_calls *calls, ent_json_running *running)
{
    ent_json_call_state *state = &running->state;
    ent_transfer *transfer = &running->transfer;

    *transfer = (ent_transfer){
        .transport = calls->service->transport,
        .request = &state->request.http,
        .response = &running->answer.response,
        .error = &state->error,
    };
    if (calls->does_several) {
        ent_transfer_start(transfer);
    } else {
        transfer->status = ent_transport_perform(
            transfer->transport,
            transfer->request,
            transfer->response,
            transfer->error);
    }
    if (!transfer->is_under_way) {
        take_answer(calls, running, transfer->status);
    }
}

static void
advance(ent_json_calls *calls, ent_json_running *running)
{
    ent_json_call_prepare(&running->state);
    if (running->state.step == ENT_STEP_SEND) {
        send_request(calls, running);
    } else {
        file(calls, running);
    }
}

/* The one that has something to do first, or NULL; the elder of two. */
static ent_json_running *
find_earliest(const ent_json_calls *calls)
{
    ent_json_running *earliest = NULL;

    for (ent_json_running *each = calls->running; each != NULL; each = each->next) {
        if (each->state.step != ENT_STEP_SEND &&
            (earliest == NULL || each->due_ms < earliest->due_ms)) {
            earliest = each;
        }
    }
    return earliest;
}

/* 0: something is due. At most a slice. */
static int64_t
time_to_rest(const ent_json_calls *calls)
{
    const ent_json_running *earliest = find_earliest(calls);
    int64_t rest_ms = earliest == NULL ? SLICE_MS : earliest->due_ms - now_ms(calls);

    if (rest_ms <= 0) {
        return 0;
    }
    return rest_ms < SLICE_MS ? rest_ms : SLICE_MS;
}

static bool
is_any_under_way(const ent_json_calls *calls)
{
    for (const ent_json_running *each = calls->running; each != NULL;
         each = each->next) {
        if (each->state.step == ENT_STEP_SEND) {
            return true;
        }
    }
    return false;
}

/* One that has ended may have been noticed by somebody else's wait. */
static void
collect(ent_json_calls *calls)
{
    ent_json_running *next;

    for (ent_json_running *each = calls->running; each != NULL; each = next) {
        next = each->next;
        if (each->state.step == ENT_STEP_SEND && !each->transfer.is_under_way) {
            take_answer(calls, each, each->transfer.status);
        }
    }
}

static void
interrupt(ent_json_calls *calls, ent_json_running *running)
{
    bool is_unsent =
        running->transfer.is_under_way && ent_transfer_cancel(&running->transfer);

    ent_json_call_interrupt(&running->state, is_unsent);
    file(calls, running);
}

/* What has been answered counts; the rest is given up. */
static void
interrupt_all(ent_json_calls *calls)
{
    while (is_any_under_way(calls) && ent_transfer_wait(calls->service->transport, 0)) {
        collect(calls);
    }
    while (calls->running != NULL) {
        interrupt(calls, calls->running);
    }
}

static void
rest(ent_json_calls *calls)
{
    const entitle_runtime *runtime = calls->service->runtime;
    int64_t rest_ms = time_to_rest(calls);

    if (!is_any_under_way(calls)) {
        runtime->sleep_ms(runtime->context, rest_ms);
        return;
    }
    (void)ent_transfer_wait(calls->service->transport, rest_ms);
    collect(calls);
}

/* Whoever can only send one request at a time hands each answer out before the next. */
static void
advance_all_due(ent_json_calls *calls)
{
    ent_json_running *earliest;

    while ((earliest = find_earliest(calls)) != NULL &&
           earliest->due_ms <= now_ms(calls)) {
        if (!calls->does_several && calls->ended != NULL) {
            return;
        }
        advance(calls, earliest);
    }
}

void
ent_json_calls_add(ent_json_calls *calls, ent_json_running *running)
{
    append(&calls->running, running);
    ent_json_call_begin(
        &running->state, calls->service, &running->call, &running->answer);
    file(calls, running);
    if (calls->does_several && running->state.step == ENT_STEP_PREPARE) {
        advance(calls, running);
    }
}

static ent_json_running *
take_ended(ent_json_calls *calls)
{
    ent_json_running *first = calls->ended;

    if (first != NULL) {
        calls->ended = first->next;
        first->next = NULL;
    }
    return first;
}

ent_json_running *
ent_json_calls_next(ent_json_calls *calls)
{
    const entitle_runtime *runtime = calls->service->runtime;

    for (;;) {
        collect(calls);
        advance_all_due(calls);
        if (calls->ended != NULL || calls->running == NULL) {
            return take_ended(calls);
        }
        if (runtime->interrupted(runtime->context)) {
            interrupt_all(calls);
        } else {
            rest(calls);
        }
    }
}

ent_json_running *
ent_json_calls_abandon(ent_json_calls *calls)
{
    if (calls->running != NULL) {
        interrupt(calls, calls->running);
    }
    return take_ended(calls);
}
