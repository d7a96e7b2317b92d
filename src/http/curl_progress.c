/* SPDX-License-Identifier: Apache-2.0 */
#include "http/curl_list.h"
#include "http/curl_transport.h"

#include <stddef.h>

static void
note_end(ent_curl_transport *self, ent_curl_transfer *transfer, CURLcode result)
{
    /* One that was given up for its time may end by itself before that is looked at. */
    if (transfer->result != CURLE_AGAIN) {
        return;
    }
    transfer->result = result;
    if (transfer != &self->single) {
        ent_curl_list_remove(&self->running, transfer);
        ent_curl_list_append(&self->ended, transfer);
    }
}

/* The one moment at which libcurl says nothing of a request by itself. */
static void
fail_all(ent_curl_transport *self)
{
    note_end(self, &self->single, CURLE_OUT_OF_MEMORY);
    while (self->running != NULL) {
        note_end(self, self->running, CURLE_OUT_OF_MEMORY);
    }
}

static void
read_messages(ent_curl_transport *self)
{
    const CURLMsg *message;
    int waiting = 0;

    while ((message = curl_multi_info_read(self->multi, &waiting)) != NULL) {
        char *transfer = NULL;
        CURLcode result = message->data.result;

        if (message->msg == CURLMSG_DONE &&
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer) ==
                CURLE_OK) {
            note_end(self, (ent_curl_transfer *)(void *)transfer, result);
        }
    }
}

/* libcurl keeps the time limits itself; this is for the caller's own clock. */
static void
expire(ent_curl_transport *self)
{
    ent_curl_transfer *next;

    if (ent_curl_transfer_is_late(&self->single)) {
        note_end(self, &self->single, CURLE_OPERATION_TIMEDOUT);
    }
    for (ent_curl_transfer *each = self->running; each != NULL; each = next) {
        next = each->next;
        if (ent_curl_transfer_is_late(each)) {
            note_end(self, each, CURLE_OPERATION_TIMEDOUT);
        }
    }
}

void
ent_curl_progress(ent_curl_transport *self)
{
    int running = 0;

    if (curl_multi_perform(self->multi, &running) != CURLM_OK) {
        fail_all(self);
        return;
    }
    read_messages(self);
    expire(self);
}

static int64_t
at_most(int64_t value, int64_t limit)
{
    return value < limit ? value : limit;
}

void
ent_curl_rest(ent_curl_transport *self, int64_t at_most_ms)
{
    int64_t rest_ms = at_most_ms;

    if (self->single.result == CURLE_AGAIN) {
        rest_ms = at_most(rest_ms, ent_deadline_left_ms(&self->single.deadline));
    }
    for (const ent_curl_transfer *each = self->running; each != NULL;
         each = each->next) {
        rest_ms = at_most(rest_ms, ent_deadline_left_ms(&each->deadline));
    }
    if (curl_multi_poll(self->multi, NULL, 0, (int)rest_ms, NULL) != CURLM_OK) {
        fail_all(self);
    }
}
