/* SPDX-License-Identifier: Apache-2.0 */
#include "failing_calls.h"
#include "support/cmocka.h"
#include "support/raw_server.h"
#include "surroundings.h"
#include "sweep.h"

#include <entitle/metering.h>
#include <entitle/transport.h>
#include <entitle/version.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * libcurl and a real connection to this machine. A request that failed can be made
 * again with the same transport.
 */
enum { DEADLINE_MS = 1500 };

#define BODY "{\"Signature\":\"the.signed.token\"}"

static const raw_reply replies[] = {
    { "HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\n"
      "Content-Length: 32\r\n\r\n" BODY,
      RAW_KEEP,
      NULL },
};

static const fake_variable variables[] = {
    { "AWS_ACCESS_KEY_ID", "ASIAEXAMPLE" },
    { "AWS_SECRET_ACCESS_KEY", "secret" },
    { "AWS_REGION", "eu-west-1" },
    { "AWS_MAX_ATTEMPTS", "1" },
    { NULL, NULL },
};

static char folder[64];
static char ca_bundle[96];
static char endpoint[64];
static pid_t server;
static entitle_transport *transport;
static entitle_metering *client;
static entitle_calls *calls;

static void
begin(void)
{
    surroundings_begin();
    surroundings.variables = variables;
    surroundings.runtime.monotonic_ms = NULL; /* libcurl waits in earnest */
}

static entitle_status
make_transport(entitle_error *error)
{
    const entitle_curl_options options = {
        .struct_size = sizeof(options),
        .runtime = &surroundings.runtime,
        .ca_bundle = ca_bundle,
    };
    entitle_status status = entitle_transport_new_curl(&options, &transport, error);

    assert_int_equal(transport != NULL, status == ENTITLE_OK);
    return status;
}

static void
prepare(void)
{
    begin();
    assert_int_equal(make_transport(NULL), ENTITLE_OK);
    const entitle_metering_options options = {
        .struct_size = sizeof(options),
        .runtime = &surroundings.runtime,
        .transport = transport,
        .endpoint = endpoint,
        .deadline_ms = DEADLINE_MS,
    };
    assert_int_equal(entitle_metering_new(&options, &client, NULL), ENTITLE_OK);
}

static void
clear(void)
{
    entitle_calls_free(calls);
    entitle_metering_free(client);
    entitle_transport_free(transport);
    calls = NULL;
    client = NULL;
    transport = NULL;
}

static entitle_status
ask(entitle_error *error)
{
    entitle_registration *registration = NULL;
    entitle_status status = entitle_metering_register_usage(
        client, "product", 1, "a-nonce", &registration, error);

    if (status == ENTITLE_OK) {
        assert_string_equal(
            entitle_registration_signature_unverified(registration),
            "the.signed.token");
    }
    entitle_registration_free(registration);
    return status;
}

static void
expect_answer(entitle_status status)
{
    entitle_error error;

    if (status != ENTITLE_OK && ask(&error) != ENTITLE_OK) {
        fail_msg("again: %s", error.message);
    }
}

/* On the connection that the first one has opened. */
static void
prepare_connected(void)
{
    prepare();
    assert_int_equal(ask(NULL), ENTITLE_OK);
}

static entitle_status
ask_by_calls(entitle_error *error)
{
    static const char json[] =
        "{\"ProductCode\":\"p\",\"PublicKeyVersion\":1,\"Nonce\":\"n\"}";
    entitle_status status = entitle_calls_new(client, 2, &calls, error);

    if (status == ENTITLE_OK) {
        status = entitle_calls_start(
            calls, "RegisterUsage", json, strlen(json), NULL, error);
    }
    while (entitle_calls_running(calls) > 0) {
        entitle_finished_call finished;
        assert_int_equal(entitle_calls_next(calls, &finished, NULL), ENTITLE_OK);
        assert_int_equal(finished.answer != NULL, finished.status == ENTITLE_OK);
        if (finished.status != ENTITLE_OK) {
            *error = finished.error;
            status = finished.status;
        }
        entitle_answer_free(finished.answer);
    }
    entitle_calls_free(calls);
    calls = NULL;
    return status;
}

static const fault_scenario scenarios[] = {
    { "transport_new", begin, make_transport, NULL, clear, 0 },
    { "request", prepare, ask, expect_answer, clear, 0 },
    { "next_request", prepare_connected, ask, expect_answer, clear, 0 },
    { "request_by_calls", prepare, ask_by_calls, expect_answer, clear, 0 },
};

/* A process of its own, whose descriptors and memory are not looked at. */
static void
serve(int port_to)
{
    raw_server *own = raw_server_start(replies, 1);
    uint16_t port = raw_server_port(own);

    if (write(port_to, &port, sizeof(port)) == (ssize_t)sizeof(port)) {
        (void)pause();
    }
    _exit(0);
}

static void
start_server(void)
{
    uint16_t port = 0;
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    server = fork();
    assert_true(server >= 0);
    if (server == 0) {
        (void)close(ends[0]);
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        serve(ends[1]);
    }
    (void)close(ends[1]);
    assert_int_equal(read(ends[0], &port, sizeof(port)), sizeof(port));
    (void)close(ends[0]);
    (void)snprintf(endpoint, sizeof(endpoint), "http://127.0.0.1:%u", (unsigned)port);
}

int
main(void)
{
    assert_string_not_equal(entitle_version(), "");
    failing_inner_memory_install();
    surroundings_make_folder(folder, sizeof(folder));
    surroundings_write_file(folder, "ca.pem", "", ca_bundle, sizeof(ca_bundle));
    start_server();
    int status = FAULT_SWEEP("http", scenarios);
    (void)kill(server, SIGKILL);
    (void)waitpid(server, NULL, 0);
    (void)unlink(ca_bundle);
    (void)rmdir(folder);
    return status;
}
