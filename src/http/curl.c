/* SPDX-License-Identifier: Apache-2.0 */
#include "base/deadline.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"
#include "base/runtime.h"
#include "http/broken_pipe.h"
#include "http/curl_handle.h"

#include <entitle/transport.h>

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { SLICE_MS = 50 };

/*
 * One multi handle that drives one easy handle: both are kept, so that the connection
 * is. Driving the transfer by hand, in slices, is what lets it be interrupted.
 */
typedef struct curl_transport {
    entitle_transport table; /* first: it is what the caller holds */
    entitle_runtime runtime;
    CURLM *multi;
    CURL *easy;
    char reason[CURL_ERROR_SIZE];
} curl_transport;

static pthread_once_t initialised_once = PTHREAD_ONCE_INIT;
static CURLcode initialisation = CURLE_FAILED_INIT;

static void
initialise(void)
{
    initialisation = curl_global_init(CURL_GLOBAL_DEFAULT);
}

/* CURLE_AGAIN while the transfer is under way. */
static CURLcode
finished_with(curl_transport *self)
{
    const CURLMsg *message;
    int waiting = 0;

    while ((message = curl_multi_info_read(self->multi, &waiting)) != NULL) {
        if (message->msg == CURLMSG_DONE) {
            return message->data.result;
        }
    }
    return CURLE_AGAIN;
}

static entitle_status
drive(curl_transport *self, const ent_deadline *deadline, ent_curl_exchange *exchange)
{
    for (;;) {
        int running = 0;
        int64_t left_ms;
        CURLcode result;

        if (self->runtime.interrupted(self->runtime.context)) {
            return ent_fail(exchange->error, ENTITLE_INTERRUPTED, "interrupted");
        }
        if (curl_multi_perform(self->multi, &running) != CURLM_OK) {
            return ent_fail_memory(exchange->error);
        }
        result = finished_with(self);
        /* libcurl keeps the limit itself; this is for the caller's own clock. */
        left_ms = ent_deadline_left_ms(deadline);
        if (result == CURLE_AGAIN && left_ms == 0) {
            result = CURLE_OPERATION_TIMEDOUT;
        }
        if (result != CURLE_AGAIN) {
            return ent_curl_judge(self->easy, result, self->reason, exchange);
        }
        int slice_ms = left_ms < SLICE_MS ? (int)left_ms : SLICE_MS;
        if (curl_multi_poll(self->multi, NULL, 0, slice_ms, NULL) != CURLM_OK) {
            return ent_fail_memory(exchange->error);
        }
    }
}

/*
 * Once, as far as this goes: libcurl by itself sends a request anew when a connection
 * that it had kept turns out to be closed before any byte of an answer.
 */
static entitle_status
perform(
    void *context,
    const entitle_request *request,
    entitle_response *response,
    entitle_error *error)
{
    curl_transport *self = context;
    ent_curl_exchange exchange = {
        .runtime = &self->runtime,
        .request = request,
        .response = response,
        .error = error,
    };
    ent_deadline deadline = ent_deadline_in(&self->runtime, request->timeout_ms);
    entitle_status status = ENTITLE_OUT_OF_MEMORY;
    ent_broken_pipe guard;

    ent_broken_pipe_hold(&guard);
    self->reason[0] = '\0';
    if (ent_curl_set_request(self->easy, &exchange) &&
        curl_multi_add_handle(self->multi, self->easy) == CURLM_OK) {
        status = drive(self, &deadline, &exchange);
        (void)curl_multi_remove_handle(self->multi, self->easy);
    } else {
        ent_fail_memory(error);
    }
    ent_curl_forget_request(self->easy, &exchange);
    ent_broken_pipe_release(&guard);
    return status;
}

/* Looked at early, because libcurl tells only when the first request is made. */
static entitle_status
check_ca_bundle(const char *path, entitle_error *error)
{
    struct stat about;
    char cause[128] = "not a file";
    FILE *file = fopen(path, "re");
    bool is_file =
        file != NULL && fstat(fileno(file), &about) == 0 && S_ISREG(about.st_mode);

    if (file == NULL) {
        (void)strerror_r(errno, cause, sizeof(cause));
    } else {
        (void)fclose(file);
    }
    if (is_file) {
        return ENTITLE_OK;
    }
    ent_fail(
        error,
        ENTITLE_CONFIGURATION,
        "the CA bundle '%s' cannot be read: %s",
        path,
        cause);
    ent_hint(error, "let AWS_CA_BUNDLE name a readable PEM file of CAs, or unset it");
    return ENTITLE_CONFIGURATION;
}

static entitle_status
open_handles(curl_transport *self, const char *ca_bundle, entitle_error *error)
{
    (void)pthread_once(&initialised_once, initialise);
    if (initialisation != CURLE_OK) {
        return ent_fail(error, ENTITLE_INTERNAL_ERROR, "libcurl cannot be initialised");
    }
    self->multi = curl_multi_init();
    self->easy = curl_easy_init();
    if (self->multi == NULL || self->easy == NULL) {
        return ent_fail_memory(error);
    }
    if (!ent_curl_set_permanent_options(self->easy, ca_bundle, self->reason)) {
        return ent_fail(
            error, ENTITLE_INTERNAL_ERROR, "this libcurl lacks an option that we need");
    }
    return ENTITLE_OK;
}

entitle_status
entitle_transport_new_curl(
    const entitle_curl_options *options, entitle_transport **out, entitle_error *error)
{
    entitle_curl_options settled = { .struct_size = sizeof(settled) };
    entitle_runtime runtime;
    entitle_status status;

    *out = NULL;
    if (options != NULL && !ent_options_copy(&settled, sizeof(settled), options)) {
        return ent_fail(
            error, ENTITLE_INVALID_ARGUMENT, "the curl options are of another version");
    }
    status = ent_runtime_fill(&runtime, settled.runtime, error);
    if (status == ENTITLE_OK && settled.ca_bundle != NULL) {
        status = check_ca_bundle(settled.ca_bundle, error);
    }
    if (status != ENTITLE_OK) {
        return status;
    }

    curl_transport *self = ent_allocate(&runtime, sizeof(*self));
    if (self == NULL) {
        return ent_fail_memory(error);
    }
    self->runtime = runtime;
    self->table = (entitle_transport){
        .struct_size = sizeof(self->table),
        .context = self,
        .perform = perform,
    };
    status = open_handles(self, settled.ca_bundle, error);
    if (status != ENTITLE_OK) {
        entitle_transport_free(&self->table);
        return status;
    }
    *out = &self->table;
    return ENTITLE_OK;
}

CURL *
ent_curl_handle_of(const entitle_transport *transport)
{
    const curl_transport *self = transport->context;

    return self->easy;
}

void
entitle_transport_free(entitle_transport *transport)
{
    if (transport == NULL) {
        return;
    }
    curl_transport *self = transport->context;
    entitle_runtime runtime = self->runtime;
    ent_broken_pipe guard;

    /* TLS says goodbye, perhaps to nobody. */
    ent_broken_pipe_hold(&guard);
    curl_easy_cleanup(self->easy);
    (void)curl_multi_cleanup(self->multi);
    ent_broken_pipe_release(&guard);
    ent_release(&runtime, self);
}
