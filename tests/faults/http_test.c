/* SPDX-License-Identifier: Apache-2.0 */
#include "failing_calls.h"
#include "support/cmocka.h"
#include "support/raw_server.h"
#include "surroundings.h"
#include "sweep.h"

#include <entitle/metering.h>
#include <entitle/transport.h>
#include <entitle/version.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/*
 * libcurl and a real connection to this machine. A request that failed can be made
 * again with the same transport, and whoever says that it is certainly undone has sent
 * nothing.
 */
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
static raw_server *server;
static int requests_before;
static entitle_transport *transport;
static entitle_metering *client;
static entitle_calls *calls;

static void
begin(void)
{
    surroundings_begin();
    surroundings.variables = variables;
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
    };
    assert_int_equal(entitle_metering_new(&options, &client, NULL), ENTITLE_OK);
    requests_before = raw_server_requests(server);
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
    } else if (error != NULL && error->is_certainly_undone) {
        assert_int_equal(raw_server_requests(server), requests_before);
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
    requests_before = raw_server_requests(server);
}

static entitle_status
ask_at_once(entitle_error *error)
{
    static const char json[] =
        "{\"ProductCode\":\"p\",\"PublicKeyVersion\":1,\"Nonce\":\"n\"}";
    entitle_status status = entitle_calls_new(client, 2, &calls, error);

    for (int i = 0; i < 2 && status == ENTITLE_OK; i++) {
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
    { "requests_at_once", prepare, ask_at_once, expect_answer, clear, 0 },
};

int
main(void)
{
    assert_string_not_equal(entitle_version(), "");
    failing_inner_memory_install();
    surroundings_make_folder(folder, sizeof(folder));
    surroundings_write_file(folder, "ca.pem", "", ca_bundle, sizeof(ca_bundle));
    server = raw_server_start(replies, 1);
    (void)snprintf(
        endpoint,
        sizeof(endpoint),
        "http://127.0.0.1:%u",
        (unsigned)raw_server_port(server));
    int status = FAULT_SWEEP("http", scenarios);
    raw_server_stop(server);
    (void)unlink(ca_bundle);
    (void)rmdir(folder);
    return status;
}
