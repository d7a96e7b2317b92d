/* SPDX-License-Identifier: Apache-2.0 */
#include "command_serve.h"

#include "base/error.h"
#include "base/json.h"
#include "program/stop.h"
#include "router.h"
#include "server/listener.h"
#include "state/sandbox.h"
#include "state/state_directory.h"

#include <stdio.h>

enum { EVENT_LIMIT = 64 * 1024 };

/* The first line on standard output: from now on the sandbox answers. */
static entitle_status
announce(sandbox_core *sandbox, const char *url, entitle_error *error)
{
    ent_buffer line;
    ent_buffer_init(&line, &sandbox->runtime, EVENT_LIMIT);
    pthread_mutex_lock(&sandbox->lock);
    ent_buffer_append_text(&line, "{\"event\":\"listening\",\"url\":");
    ent_json_append_string(&line, url);
    ent_buffer_append_text(&line, ",\"region\":");
    ent_json_append_string(&line, sandbox->region);
    ent_buffer_append_text(&line, ",\"product_code\":");
    ent_json_append_string(&line, sandbox->market->products[0].code);
    ent_buffer_append_text(&line, ",\"keys\":");
    ent_json_append_string(&line, sandbox->keys.public_directory);
    ent_buffer_append_text(&line, ",\"state\":");
    ent_json_append_string(&line, sandbox->state);
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
    sandbox_core *sandbox, int listener, const char *url, entitle_error *error)
{
    sandbox_server *server = NULL;
    entitle_status status = server_start(
        &sandbox->runtime, listener, NULL, router_answer, sandbox, &server, error);
    if (status != ENTITLE_OK) {
        return status;
    }
    status = announce(sandbox, url, error);
    if (status == ENTITLE_OK) {
        stop_wait();
    }
    server_stop(server);
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
        status = serve_until_stopped(sandbox, listener, url, error);
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
    entitle_status status = state_directory_open(&state, options->state, error);
    if (status != ENTITLE_OK) {
        return status;
    }
    status = serve(options, state.path, error);
    state_directory_close(&state);
    return status;
}
