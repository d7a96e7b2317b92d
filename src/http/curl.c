/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"
#include "base/runtime.h"
#include "http/broken_pipe.h"
#include "http/ca_store.h"
#include "http/curl_transport.h"

#include <entitle/transport.h>

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { SLICE_MS = 50, KEPT_CONNECTIONS = 64 };

static pthread_once_t initialised_once = PTHREAD_ONCE_INIT;
static CURLcode initialisation = CURLE_FAILED_INIT;

static void
initialise(void)
{
    initialisation = curl_global_init(CURL_GLOBAL_DEFAULT);
}

static entitle_status
drive(ent_curl_transport *self)
{
    ent_curl_transfer *single = &self->single;
    entitle_error *error = single->exchange.error;

    for (;;) {
        if (self->runtime.interrupted(self->runtime.context)) {
            return ent_fail(error, ENTITLE_INTERRUPTED, "interrupted");
        }
        ent_curl_progress(self);
        if (single->result != CURLE_AGAIN) {
            return ent_curl_judge(
                single->easy, single->result, single->reason, &single->exchange);
        }
        ent_curl_rest(self, SLICE_MS);
    }
}

static void
note_unsent(entitle_error *error)
{
    if (error != NULL) {
        error->is_certainly_undone = true;
    }
}

static entitle_status
perform(
    void *context,
    const entitle_request *request,
    entitle_response *response,
    entitle_error *error)
{
    ent_curl_transport *self = context;
    const ent_curl_exchange exchange = {
        .runtime = &self->runtime,
        .request = request,
        .response = response,
        .error = error,
    };
    entitle_status status = ENTITLE_OUT_OF_MEMORY;
    ent_broken_pipe guard;

    ent_broken_pipe_hold(&guard);
    if (ent_curl_transfer_begin(&self->single, self->multi, &exchange)) {
        status = drive(self);
        ent_curl_transfer_end(&self->single, self->multi);
    } else {
        ent_fail_memory(error);
        note_unsent(error);
    }
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
open_handles(ent_curl_transport *self, entitle_error *error)
{
    (void)pthread_once(&initialised_once, initialise);
    if (initialisation != CURLE_OK) {
        return ent_fail(error, ENTITLE_INTERNAL_ERROR, "libcurl cannot be initialised");
    }
    self->multi = curl_multi_init();
    if (self->multi == NULL) {
        return ent_fail_memory(error);
    }
    /* Otherwise it goes by how many requests are under way, and drops the rest. */
    (void)curl_multi_setopt(self->multi, CURLMOPT_MAXCONNECTS, (long)KEPT_CONNECTIONS);
    return ent_curl_transfer_open(&self->single, self->ca_bundle, error);
}

static entitle_status
settle(
    ent_curl_transport *self, const entitle_curl_options *options, entitle_error *error)
{
    const char *ca_bundle =
        options->ca_bundle != NULL ? options->ca_bundle : ent_ca_store_find();

    self->table = (entitle_transport){
        .struct_size = sizeof(self->table),
        .context = self,
        .perform = perform,
        .start = ent_curl_start,
        .wait = ent_curl_wait,
        .cancel = ent_curl_cancel,
    };
    if (ca_bundle != NULL) {
        self->ca_bundle = ent_duplicate(&self->runtime, ca_bundle, strlen(ca_bundle));
        if (self->ca_bundle == NULL) {
            return ent_fail_memory(error);
        }
    }
    return open_handles(self, error);
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

    ent_curl_transport *self = ent_allocate(&runtime, sizeof(*self));
    if (self == NULL) {
        return ent_fail_memory(error);
    }
    self->runtime = runtime;
    status = settle(self, &settled, error);
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
    const ent_curl_transport *self = transport->context;

    return self->single.easy;
}

void
entitle_transport_free(entitle_transport *transport)
{
    if (transport == NULL) {
        return;
    }
    ent_curl_transport *self = transport->context;
    entitle_runtime runtime = self->runtime;
    ent_broken_pipe guard;

    /* TLS says goodbye, perhaps to nobody. */
    ent_broken_pipe_hold(&guard);
    ent_curl_close_several(self);
    ent_curl_transfer_close(&self->single);
    (void)curl_multi_cleanup(self->multi);
    ent_broken_pipe_release(&guard);
    ent_release(&runtime, self->ca_bundle);
    ent_release(&runtime, self);
}
