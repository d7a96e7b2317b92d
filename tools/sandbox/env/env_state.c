/* SPDX-License-Identifier: Apache-2.0 */
#include "env/env_state.h"

#include "base/deadline.h"
#include "base/error.h"
#include "http/transport.h"
#include "http/url.h"

#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

enum { CONNECT_TIMEOUT_MS = 2000, TIMEOUT_MS = 5000, PAUSE_MS = 50 };

static entitle_status
ask_once(
    const char *url, const char *ca, entitle_response *response, entitle_error *error)
{
    const entitle_curl_options trust = { .struct_size = sizeof(trust),
                                         .ca_bundle = ca };
    char state_url[ENT_URL_LIMIT];
    (void)snprintf(state_url, sizeof(state_url), "%s/_sandbox/state", url);
    const entitle_request request = {
        .method = "GET",
        .url = state_url,
        .connect_timeout_ms = CONNECT_TIMEOUT_MS,
        .timeout_ms = TIMEOUT_MS,
        .direct = true,
    };
    entitle_transport *transport = NULL;
    entitle_status status = entitle_transport_new_curl(&trust, &transport, error);
    if (status != ENTITLE_OK) {
        return status;
    }
    status = ent_transport_perform(transport, &request, response, error);
    entitle_transport_free(transport);
    return status;
}

/* A sandbox that begins writes its CA before it listens. */
static bool
may_come_yet(entitle_status status, const char *ca)
{
    return status == ENTITLE_UNREACHABLE ||
           (status != ENTITLE_OK && ca != NULL && access(ca, F_OK) != 0);
}

/* To somebody who looks on, and may have mistaken the port. */
static void
say_waiting(const char *url)
{
    if (isatty(STDERR_FILENO)) {
        (void)fprintf(stderr, "entitle-sandbox: waiting for %s ...\n", url);
    }
}

static entitle_status
ask_until(
    const ent_deadline *deadline,
    const char *url,
    const char *ca,
    entitle_response *response,
    entitle_error *error)
{
    entitle_status status = ask_once(url, ca, response, error);
    if (may_come_yet(status, ca) && ent_deadline_left_ms(deadline) > 0) {
        say_waiting(url);
    }
    while (may_come_yet(status, ca) &&
           ent_deadline_wait(deadline, PAUSE_MS) == ENTITLE_OK) {
        status = ask_once(url, ca, response, error);
    }
    return status;
}

entitle_status
env_state_fetch(
    const char *url,
    const char *ca,
    int64_t wait_s,
    entitle_response *response,
    entitle_error *error)
{
    const ent_deadline deadline =
        ent_deadline_in(response->body.runtime, wait_s * 1000);
    entitle_status status = ask_until(&deadline, url, ca, response, error);
    if (status == ENTITLE_TLS_ERROR) {
        return ent_fail(
            error,
            ENTITLE_UNREACHABLE,
            "the certificate of %s is not trusted: --ca wants the sandbox's ca.pem",
            url);
    }
    if (status == ENTITLE_UNREACHABLE || status == ENTITLE_TIMEOUT) {
        return ent_fail(error, ENTITLE_UNREACHABLE, "no sandbox answers at %s", url);
    }
    if (status != ENTITLE_OK) {
        return status;
    }
    if (response->http_status != 200) {
        return ent_fail(
            error, ENTITLE_UNREACHABLE, "what answers at %s is not a sandbox", url);
    }
    return ENTITLE_OK;
}
