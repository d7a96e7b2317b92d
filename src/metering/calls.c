/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "metering/client.h"
#include "metering/operation.h"

#include <string.h>

typedef struct waiting_call {
    const char *operation;
    const char *json;
    size_t json_length;
    void *context;
} waiting_call;

struct entitle_calls {
    entitle_metering *metering;
    size_t limit;
    size_t count;
    waiting_call waiting[ENTITLE_CALLS_LIMIT];
};

entitle_status
entitle_calls_new(
    entitle_metering *metering, size_t limit, entitle_calls **out, entitle_error *error)
{
    *out = NULL;
    if (metering == NULL || limit == 0 || limit > ENTITLE_CALLS_LIMIT) {
        return ent_fail(
            error,
            ENTITLE_INVALID_ARGUMENT,
            "the client is NULL, or the limit not one of 1 to %d",
            ENTITLE_CALLS_LIMIT);
    }
    entitle_calls *calls = ent_allocate(&metering->runtime, sizeof(*calls));
    if (calls == NULL) {
        return ent_fail_memory(error);
    }
    calls->metering = metering;
    calls->limit = limit;
    *out = calls;
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
    if (calls == NULL || operation == NULL || calls->count == calls->limit) {
        return ent_fail(
            error, ENTITLE_INVALID_ARGUMENT, "no more calls can be under way");
    }
    const ent_operation *known = ent_operation_find(operation);
    calls->waiting[calls->count++] = (waiting_call){
        .operation = known != NULL ? known->name : "",
        .json = json,
        .json_length = json_length,
        .context = context,
    };
    return ENTITLE_OK;
}

size_t
entitle_calls_running(const entitle_calls *calls)
{
    return calls != NULL ? calls->count : 0;
}

entitle_status
entitle_calls_next(
    entitle_calls *calls, entitle_finished_call *out, entitle_error *error)
{
    if (calls == NULL || out == NULL || calls->count == 0) {
        return ent_fail(error, ENTITLE_INVALID_ARGUMENT, "no call is under way");
    }
    waiting_call first = calls->waiting[0];
    calls->count--;
    memmove(calls->waiting, calls->waiting + 1, calls->count * sizeof(first));

    *out = (entitle_finished_call){ .context = first.context };
    out->status = entitle_metering_call(
        calls->metering,
        first.operation,
        first.json,
        first.json_length,
        &out->answer,
        &out->error);
    out->attempts = entitle_metering_attempts(calls->metering);
    return ENTITLE_OK;
}

void
entitle_calls_free(entitle_calls *calls)
{
    if (calls != NULL) {
        ent_release(&calls->metering->runtime, calls);
    }
}
