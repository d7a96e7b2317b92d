/* SPDX-License-Identifier: Apache-2.0 */

/* Several requests of one transport at once. */
#include "base/runtime.h"
#include "http/response.h"
#include "http/transfer.h"
#include "http/transport.h"
#include "support/cmocka.h"
#include "support/crowd_server.h"
#include "support/raw_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define OK_REPLY "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

/* One request with all that belongs to it. */
typedef struct sent_request {
    ent_transfer transfer;
    entitle_request request;
    entitle_response response;
    entitle_error error;
    char url[64];
} sent_request;

static entitle_runtime runtime;
static entitle_transport *transport;
static int64_t clock_jump_ms;

static int64_t
monotonic_ms(void *context)
{
    struct timespec now;

    (void)context;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 + clock_jump_ms;
}

static int
set_up(void **state)
{
    (void)state;
    clock_jump_ms = 0;
    const entitle_runtime ours = { .struct_size = sizeof(ours),
                                   .monotonic_ms = monotonic_ms };
    assert_int_equal(ent_runtime_fill(&runtime, &ours, NULL), ENTITLE_OK);
    const entitle_curl_options options = {
        .struct_size = sizeof(options),
        .runtime = &runtime,
    };
    return entitle_transport_new_curl(&options, &transport, NULL) == ENTITLE_OK ? 0
                                                                                : -1;
}

static int
tear_down(void **state)
{
    (void)state;
    entitle_transport_free(transport);
    return 0;
}

static void
prepare(sent_request *sent, uint16_t port)
{
    *sent = (sent_request){
        .request = { .method = "POST",
                     .body = "{}",
                     .body_length = 2,
                     .connect_timeout_ms = 3000,
                     .timeout_ms = 20000 },
    };
    (void)snprintf(sent->url, sizeof(sent->url), "http://127.0.0.1:%u/", port);
    sent->request.url = sent->url;
    sent->transfer = (ent_transfer){
        .transport = transport,
        .request = &sent->request,
        .response = &sent->response,
        .error = &sent->error,
    };
    ent_response_init(&sent->response, &runtime);
}

static void
start(sent_request *sent)
{
    ent_transfer_start(&sent->transfer);
    assert_true(sent->transfer.is_under_way);
}

static void
send_to(sent_request *sent, uint16_t port)
{
    prepare(sent, port);
    start(sent);
}

static void
wait_for(const sent_request *sent)
{
    while (sent->transfer.is_under_way) {
        (void)ent_transfer_wait(transport, 50);
    }
}

static void
requests_end_independently(void **state)
{
    const raw_reply hangs = { NULL, RAW_HANG, NULL };
    const raw_reply resets = { NULL, RAW_RESET, NULL };
    const raw_reply answers = { OK_REPLY, RAW_KEEP, NULL };
    raw_server *servers[] = { raw_server_start(&hangs, 1),
                              raw_server_start(&resets, 1),
                              raw_server_start(&answers, 1) };
    sent_request sent[3];

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        send_to(&sent[i], raw_server_port(servers[i]));
    }
    wait_for(&sent[2]);
    assert_int_equal(sent[2].transfer.status, ENTITLE_OK);
    assert_int_equal(sent[2].response.http_status, 200);
    assert_string_equal(ent_buffer_text(&sent[2].response.body), "{}");
    wait_for(&sent[1]);
    assert_int_equal(sent[1].transfer.status, ENTITLE_UNREACHABLE);
    assert_false(sent[1].error.is_certainly_undone);
    assert_non_null(strstr(sent[1].error.hint, "127.0.0.1"));
    assert_true(sent[0].transfer.is_under_way);
    assert_false(ent_transfer_cancel(&sent[0].transfer));
    assert_false(ent_transfer_wait(transport, 0));
    for (size_t i = 0; i < 3; i++) {
        ent_response_clear(&sent[i].response);
        raw_server_stop(servers[i]);
    }
}

static void
each_request_has_its_time_limit(void **state)
{
    const raw_reply hangs = { NULL, RAW_HANG, NULL };
    raw_server *server = raw_server_start(&hangs, 1);
    sent_request sent;

    (void)state;
    prepare(&sent, raw_server_port(server));
    sent.request.timeout_ms = 100;
    start(&sent);
    wait_for(&sent);
    assert_int_equal(sent.transfer.status, ENTITLE_TIMEOUT);
    assert_false(sent.error.is_certainly_undone);
    ent_response_clear(&sent.response);
    raw_server_stop(server);
}

/* A port whose queue is full takes no further connection; none of the three is used. */
static int
listen_full(int fillers[3], uint16_t *port)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t size = sizeof(address);
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, size), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &size), 0);
    assert_int_equal(listen(listener, 0), 0);
    *port = ntohs(address.sin_port);
    for (size_t i = 0; i < 3; i++) {
        fillers[i] = socket(AF_INET, SOCK_STREAM, 0);
        assert_int_equal(fcntl(fillers[i], F_SETFL, O_NONBLOCK), 0);
        if (connect(fillers[i], (struct sockaddr *)&address, size) != 0) {
            assert_int_equal(errno, EINPROGRESS);
        }
    }
    return listener;
}

static void
what_is_not_connected_is_unsent(void **state)
{
    static const bool is_given_up[] = { true, false };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        int fillers[3];
        uint16_t port = 0;
        int listener = listen_full(fillers, &port);
        sent_request sent;

        prepare(&sent, port);
        sent.request.connect_timeout_ms = is_given_up[i] ? 60000 : 100;
        start(&sent);
        if (is_given_up[i]) {
            (void)ent_transfer_wait(transport, 10);
            assert_true(ent_transfer_cancel(&sent.transfer));
        } else {
            wait_for(&sent);
            assert_int_equal(sent.transfer.status, ENTITLE_UNREACHABLE);
            assert_true(sent.error.is_certainly_undone);
        }
        ent_response_clear(&sent.response);
        for (size_t f = 0; f < 3; f++) {
            (void)close(fillers[f]);
        }
        (void)close(listener);
    }
}

/* By the caller's clock they are late; what arrives then is not taken for an answer. */
static void
late_requests_end_once(void **state)
{
    const raw_reply hangs = { NULL, RAW_HANG, NULL };
    raw_server *silent = raw_server_start(&hangs, 1);
    crowd_server *crowd = crowd_server_start(3);
    sent_request late[3];
    sent_request single;

    (void)state;
    send_to(&late[0], raw_server_port(silent));
    send_to(&late[1], crowd_server_port(crowd));
    send_to(&late[2], crowd_server_port(crowd));
    while (crowd_server_requests(crowd) < 2) {
        assert_false(ent_transfer_wait(transport, 10));
    }
    clock_jump_ms += 20000;
    assert_true(ent_transfer_wait(transport, 0));
    assert_false(late[0].transfer.is_under_way);

    prepare(&single, crowd_server_port(crowd));
    assert_int_equal(
        ent_transport_perform(
            transport, &single.request, &single.response, &single.error),
        ENTITLE_OK);
    ent_response_clear(&single.response);
    for (size_t i = 0; i < 3; i++) {
        wait_for(&late[i]);
        assert_int_equal(late[i].transfer.status, ENTITLE_TIMEOUT);
        ent_response_clear(&late[i].response);
    }
    assert_false(ent_transfer_wait(transport, 0));
    raw_server_stop(silent);
    crowd_server_stop(crowd);
}

/* One that has ended, and was not told of yet, is not told of any more. */
static void
what_is_given_up_never_ends(void **state)
{
    const raw_reply hangs = { NULL, RAW_HANG, NULL };
    raw_server *servers[2];
    sent_request sent[2];

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        servers[i] = raw_server_start(&hangs, 1);
        send_to(&sent[i], raw_server_port(servers[i]));
    }
    clock_jump_ms += 20000;
    assert_true(ent_transfer_wait(transport, 0));
    size_t left = sent[0].transfer.is_under_way ? 0 : 1;
    assert_true(sent[left].transfer.is_under_way);
    (void)ent_transfer_cancel(&sent[left].transfer);
    assert_false(sent[left].transfer.is_under_way);
    assert_false(ent_transfer_wait(transport, 0));
    for (size_t i = 0; i < 2; i++) {
        ent_response_clear(&sent[i].response);
        raw_server_stop(servers[i]);
    }
}

/* What a transport must never be asked for is refused before it is. */
static void
forbidden_requests_do_not_begin(void **state)
{
    static const struct {
        const char *url;
        bool is_allowed;
    } cases[] = {
        { "http://127.0.0.1:1/", true },
        { "http://192.0.2.1:1/", false },
        { "ftp://127.0.0.1:1/", false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        sent_request sent;

        prepare(&sent, 1);
        sent.request.url = cases[i].url;
        ent_transfer_start(&sent.transfer);
        assert_int_equal(sent.transfer.is_under_way, cases[i].is_allowed);
        if (cases[i].is_allowed) {
            wait_for(&sent);
            assert_int_equal(sent.transfer.status, ENTITLE_UNREACHABLE);
        } else {
            assert_int_equal(sent.transfer.status, ENTITLE_CONFIGURATION);
            assert_int_equal(sent.error.status, ENTITLE_CONFIGURATION);
        }
        ent_response_clear(&sent.response);
    }
}

static void
free_gives_up_what_is_under_way(void **state)
{
    const raw_reply hangs = { NULL, RAW_HANG, NULL };
    raw_server *server = raw_server_start(&hangs, 1);
    sent_request sent[3];

    for (size_t i = 0; i < 3; i++) {
        send_to(&sent[i], raw_server_port(server));
    }
    (void)ent_transfer_wait(transport, 10);
    entitle_transport_free(transport);
    for (size_t i = 0; i < 3; i++) {
        ent_response_clear(&sent[i].response);
    }
    raw_server_stop(server);
    assert_int_equal(set_up(state), 0);
}

static void
an_unknown_tag_is_left_alone(void **state)
{
    int unknown = 0;

    (void)state;
    assert_false(transport->cancel(transport->context, &unknown));
    assert_false(ent_transfer_wait(transport, 0));
}

int
main(void)
{
#define SEVERAL(name_) cmocka_unit_test_setup_teardown(name_, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        SEVERAL(requests_end_independently),
        SEVERAL(each_request_has_its_time_limit),
        SEVERAL(what_is_not_connected_is_unsent),
        SEVERAL(late_requests_end_once),
        SEVERAL(what_is_given_up_never_ends),
        SEVERAL(forbidden_requests_do_not_begin),
        SEVERAL(free_gives_up_what_is_under_way),
        SEVERAL(an_unknown_tag_is_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
