/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "http/broken_pipe.h"
#include "http/curl_list.h"
#include "http/curl_transport.h"

#include <stddef.h>

/* One that was kept, or a new one. */
static entitle_status
take_idle(ent_curl_transport *self, ent_curl_transfer **out, entitle_error *error)
{
    ent_curl_transfer *transfer = ent_curl_list_take(&self->idle);

    *out = transfer;
    if (transfer != NULL) {
        return ENTITLE_OK;
    }
    transfer = ent_allocate(&self->runtime, sizeof(*transfer));
    if (transfer == NULL) {
        return ent_fail_memory(error);
    }
    entitle_status status = ent_curl_transfer_open(transfer, self->ca_bundle, error);
    if (status != ENTITLE_OK) {
        ent_curl_transfer_close(transfer);
        ent_release(&self->runtime, transfer);
        return status;
    }
    *out = transfer;
    return ENTITLE_OK;
}

static entitle_status
begin(ent_curl_transport *self, const ent_curl_exchange *exchange, void *tag)
{
    ent_curl_transfer *transfer = NULL;
    int running = 0;
    entitle_status status = take_idle(self, &transfer, exchange->error);

    if (status != ENTITLE_OK) {
        return status;
    }
    if (!ent_curl_transfer_begin(transfer, self->multi, exchange)) {
        ent_curl_list_append(&self->idle, transfer);
        return ent_fail_memory(exchange->error);
    }
    transfer->tag = tag;
    ent_curl_list_append(&self->running, transfer);
    /* What can go out at once does; where this fails, ent_curl_wait() will see it. */
    (void)curl_multi_perform(self->multi, &running);
    return ENTITLE_OK;
}

entitle_status
ent_curl_start(
    void *context,
    const entitle_request *request,
    entitle_response *response,
    entitle_error *error,
    void *tag)
{
    ent_curl_transport *self = context;
    const ent_curl_exchange exchange = {
        .runtime = &self->runtime,
        .request = request,
        .response = response,
        .error = error,
    };
    ent_broken_pipe guard;

    ent_broken_pipe_hold(&guard);
    entitle_status status = begin(self, &exchange, tag);
    ent_broken_pipe_release(&guard);
    return status;
}

static void *
hand_out(ent_curl_transport *self, ent_curl_transfer *transfer, entitle_status *status)
{
    *status = ent_curl_judge(
        transfer->easy, transfer->result, transfer->reason, &transfer->exchange);
    ent_curl_transfer_end(transfer, self->multi);
    ent_curl_list_append(&self->idle, transfer);
    return transfer->tag;
}

void *
ent_curl_wait(void *context, int64_t at_most_ms, entitle_status *status)
{
    ent_curl_transport *self = context;
    ent_curl_transfer *first;
    void *tag = NULL;
    ent_broken_pipe guard;

    ent_broken_pipe_hold(&guard);
    if (self->ended == NULL) {
        ent_curl_progress(self);
    }
    if (self->ended == NULL && self->running != NULL && at_most_ms > 0) {
        ent_curl_rest(self, at_most_ms);
        ent_curl_progress(self);
    }
    first = ent_curl_list_take(&self->ended);
    if (first != NULL) {
        tag = hand_out(self, first, status);
    }
    ent_broken_pipe_release(&guard);
    return tag;
}

bool
ent_curl_cancel(void *context, void *tag)
{
    ent_curl_transport *self = context;
    ent_curl_transfer *transfer = ent_curl_list_find(self->running, tag);
    bool is_unsent;
    ent_broken_pipe guard;

    if (transfer == NULL) {
        transfer = ent_curl_list_find(self->ended, tag);
    }
    if (transfer == NULL) {
        return false;
    }
    ent_broken_pipe_hold(&guard);
    is_unsent = ent_curl_is_unsent(transfer->easy);
    ent_curl_list_remove(&self->running, transfer);
    ent_curl_list_remove(&self->ended, transfer);
    ent_curl_transfer_end(transfer, self->multi);
    ent_curl_list_append(&self->idle, transfer);
    ent_broken_pipe_release(&guard);
    return is_unsent;
}

static void
close_list(ent_curl_transport *self, ent_curl_transfer **list)
{
    ent_curl_transfer *each;

    while ((each = ent_curl_list_take(list)) != NULL) {
        ent_curl_transfer_end(each, self->multi);
        ent_curl_transfer_close(each);
        ent_release(&self->runtime, each);
    }
}

void
ent_curl_close_several(ent_curl_transport *self)
{
    close_list(self, &self->running);
    close_list(self, &self->ended);
    close_list(self, &self->idle);
}
