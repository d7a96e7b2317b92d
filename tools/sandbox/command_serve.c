/* SPDX-License-Identifier: Apache-2.0 */
#include "command_serve.h"

#include "base/error.h"
#include "base/json.h"
#include "program/stop.h"
#include "router.h"
#include "server/listener.h"
#include "server/server.h"
#include "state/sandbox.h"
#include "state/state_directory.h"
#include "tls/tls_identity.h"

#include <stdio.h>
#include <unistd.h>

enum { EVENT_LIMIT = 64 * 1024 };

/*
 * The first line on standard output: from now on the sandbox answers. `ca` is NULL for
 * plain HTTP.
 */
static entitle_status
announce(sandbox_core *sandbox, const char *url, const char *ca, entitle_error *error)
{
    const market_product *product = &sandbox->market->products[0];
    ent_buffer line;
    ent_buffer_init(&line, &sandbox->runtime, EVENT_LIMIT);
    pthread_mutex_lock(&sandbox->lock);
    ent_buffer_append_text(&line, "{\"event\":\"listening\",\"url\":");
    ent_json_append_string(&line, url);
    ent_buffer_append_text(&line, ",\"region\":");
    ent_json_append_string(&line, sandbox->region);
    ent_buffer_append_text(&line, ",\"product_code\":");
    ent_json_append_string(&line, product->code);
    ent_buffer_append_text(&line, ",\"keys\":");
    ent_json_append_string(
        &line, product_keys_of(sandbox->keys, product)->public_directory);
    ent_buffer_append_text(&line, ",\"state\":");
    ent_json_append_string(&line, sandbox->state);
    if (ca != NULL) {
        ent_buffer_append_text(&line, ",\"ca\":");
        ent_json_append_string(&line, ca);
    }
    ent_buffer_append_text(&line, "}");
    pthread_mutex_unlock(&sandbox->lock);
    bool is_said =
        !line.failed && puts(ent_buffer_text(&line)) >= 0 && fflush(stdout) == 0;
    ent_buffer_clear(&line);
    if (!is_said) {
        return ent_fail(error, ENTITLE_IO_ERROR, "cannot write to standard output");
    }
    return ENTITLE_OK;
}

static entitle_status
serve_until_stopped(
    sandbox_core *sandbox,
    int listener,
    const char *url,
    const tls_identity *tls,
    entitle_error *error)
{
    const server_certificate certificate = {
        .chain = tls != NULL ? ent_buffer_text(&tls->certificate) : NULL,
        .private_key = tls != NULL ? ent_buffer_text(&tls->private_key) : NULL,
    };
    const server_application application = {
        .context = sandbox,
        .answer = router_answer,
        .takes_long = router_takes_long,
    };
    sandbox_server *server = NULL;
    entitle_status status = server_start(
        &sandbox->runtime,
        listener,
        tls != NULL ? &certificate : NULL,
        &application,
        &server,
        error);
    if (status != ENTITLE_OK) {
        return status;
    }
    status = announce(sandbox, url, tls != NULL ? tls->ca_path : NULL, error);
    if (status == ENTITLE_OK) {
        stop_wait();
    }
    server_stop(server);
    return status;
}

static entitle_status
check_host_names(const sandbox_options *options, entitle_error *error)
{
    for (size_t i = 0; i < options->host_name_count; i++) {
        if (!host_name_is_valid(options->host_names[i])) {
            return ent_fail(
                error,
                ENTITLE_INVALID_ARGUMENT,
                "--host-name: '%s' is not a name of a host",
                options->host_names[i]);
        }
    }
    return ENTITLE_OK;
}

static entitle_status
serve_with_tls(
    sandbox_core *sandbox,
    const sandbox_options *options,
    int listener,
    const char *url,
    entitle_error *error)
{
    tls_identity tls;
    const host_names names = {
        .address = (const struct sockaddr *)&options->listen.address,
        .region = sandbox->region,
        .others = options->host_names,
        .other_count = options->host_name_count,
    };
    entitle_status status =
        tls_identity_open(&sandbox->runtime, sandbox->state, &names, &tls, error);
    if (status != ENTITLE_OK) {
        close(listener);
        return status;
    }
    status = serve_until_stopped(sandbox, listener, url, &tls, error);
    tls_identity_close(&tls);
    return status;
}

/* SIGTERM while the first key is made is an end like any other. */
static entitle_status
serve(const sandbox_options *options, const char *state, entitle_error *error)
{
    sandbox_core *sandbox = NULL;
    entitle_status status = sandbox_new(options, state, &sandbox, error);
    if (status != ENTITLE_OK) {
        return stop_requested() ? ENTITLE_OK : status;
    }
    int listener = -1;
    char url[LISTENER_URL_SIZE];
    status = listener_open(options, &listener, url, error);
    if (status == ENTITLE_OK) {
        status = options->is_tls
                     ? serve_with_tls(sandbox, options, listener, url, error)
                     : serve_until_stopped(sandbox, listener, url, NULL, error);
    }
    sandbox_free(sandbox);
    return status;
}

entitle_status
command_serve(const sandbox_options *options, entitle_error *error)
{
    if (!stop_prepare()) {
        return ent_fail(error, ENTITLE_INTERNAL_ERROR, "cannot prepare for signals");
    }
    state_directory state;
    entitle_status status = check_host_names(options, error);
    if (status == ENTITLE_OK) {
        status = state_directory_open(&state, options->state, error);
    }
    if (status != ENTITLE_OK) {
        return status;
    }
    status = serve(options, state.path, error);
    state_directory_close(&state);
    return status;
}
