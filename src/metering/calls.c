/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/json_calls.h"
#include "base/error.h"
#include "base/memory.h"
#include "metering/answer.h"
#include "metering/raw_call.h"

#include <stddef.h>

struct entitle_calls {
    entitle_metering *metering;
    size_t limit;
    size_t count;
    ent_json_calls several;
};

typedef struct started_call {
    ent_json_running running;
    ent_raw_call raw;
    void *context;
} started_call;

entitle_status
entitle_calls_new(
    entitle_metering *metering, size_t limit, entitle_calls **out, entitle_error *error)
{
    *out = NULL;
    if (metering == NULL) {
        return ent_fail(error, ENTITLE_INVALID_ARGUMENT, "the client is NULL");
    }
    if (limit == 0 || limit > ENTITLE_CALLS_LIMIT) {
        return ent_fail(
            error,
            ENTITLE_INVALID_ARGUMENT,
            "the limit of calls is not one of 1 to %d",
            ENTITLE_CALLS_LIMIT);
    }
    entitle_calls *calls = ent_allocate(&metering->runtime, sizeof(*calls));
    if (calls == NULL) {
        return ent_fail_memory(error);
    }
    calls->metering = metering;
    calls->limit = limit;
    ent_json_calls_init(&calls->several, &metering->service);
    *out = calls;
    return ENTITLE_OK;
}

static entitle_status
check_start(
    const entitle_calls *calls,
    const char *operation,
    const char *json,
    entitle_error *error)
{
    if (calls == NULL || operation == NULL || json == NULL) {
        return ent_fail(
            error, ENTITLE_INVALID_ARGUMENT, "calls, operation or JSON is NULL");
    }
    if (calls->count >= calls->limit) {
        return ent_fail(
            error,
            ENTITLE_INVALID_ARGUMENT,
            "%zu calls are under way already",
            calls->count);
    }
    return ENTITLE_OK;
}

entitle_status
entitle_calls_start(
    entitle_calls *calls,
    const char *operation,
    const char *json,
    size_t json_length,
    void *context,
    entitle_error *error)
{
    ent_raw_call raw;
    entitle_status status = check_start(calls, operation, json, error);

    if (status == ENTITLE_OK) {
        status = ent_raw_call_read(operation, json, json_length, &raw, error);
    }
    if (status != ENTITLE_OK) {
        return ent_metering_unsent(error, status);
    }
    started_call *call = ent_allocate(&calls->metering->runtime, sizeof(*call));
    if (call == NULL) {
        ent_raw_call_clear(&raw);
        return ent_metering_unsent(error, ent_fail_memory(error));
    }
    call->raw = raw;
    call->context = context;
    call->running.owner = call;
    call->running.call = ent_metering_call_of(calls->metering, &call->raw.request);
    calls->count++;
    ent_json_calls_add(&calls->several, &call->running);
    return ENTITLE_OK;
}

size_t
entitle_calls_running(const entitle_calls *calls)
{
    return calls != NULL ? calls->count : 0;
}

/* How the call ended; the memory of it is gone afterwards. */
static void
finish(entitle_calls *calls, started_call *call, entitle_finished_call *out)
{
    const entitle_runtime *runtime = &calls->metering->runtime;
    ent_json_running *running = &call->running;

    *out = (entitle_finished_call){
        .context = call->context,
        .attempts = running->state.sent_attempts,
    };
    out->status = ent_json_call_finish(&running->state, &out->error);
    if (entitle_status_category(out->status) == ENTITLE_CATEGORY_DONE) {
        entitle_status made =
            ent_answer_make(runtime, &running->answer, &out->answer, &out->error);
        out->status = made == ENTITLE_OK ? out->status : made;
    } else {
        ent_metering_explain(calls->metering, call->raw.request.operation, &out->error);
    }
    ent_raw_call_clear(&call->raw);
    ent_release(runtime, call);
    calls->count--;
}

entitle_status
entitle_calls_next(
    entitle_calls *calls, entitle_finished_call *out, entitle_error *error)
{
    if (calls == NULL || out == NULL) {
        return ent_fail(
            error, ENTITLE_INVALID_ARGUMENT, "calls or the place for one is NULL");
    }
    ent_json_running *ended = ent_json_calls_next(&calls->several);
    if (ended == NULL) {
        *out = (entitle_finished_call){ .context = NULL };
        return ent_fail(error, ENTITLE_INVALID_ARGUMENT, "no call is under way");
    }
    finish(calls, ended->owner, out);
    return ENTITLE_OK;
}

void
entitle_calls_free(entitle_calls *calls)
{
    ent_json_running *abandoned;

    if (calls == NULL) {
        return;
    }
    while ((abandoned = ent_json_calls_abandon(&calls->several)) != NULL) {
        entitle_finished_call unread;
        finish(calls, abandoned->owner, &unread);
        entitle_answer_free(unread.answer);
    }
    ent_release(&calls->metering->runtime, calls);
}
