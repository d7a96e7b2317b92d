/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Clients that want too much of the server: thousands that say nothing, that send or
 * read slowly, that never come to an end. Everybody else goes on being answered, and
 * the end comes within a second all the same.
 */
#include "service_client.h"
#include "support/cmocka.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum {
    CROWD = 10000,
    OWN_DESCRIPTORS = 64,
    SMALL_CROWD = 400,
    SLOW_READERS = 100,
    ALLOCATIONS = 1200,
    SMALL_LIMIT = 250, /* descriptors of a sandbox that is short of them */
    STOP_MS = 1000
};

static http_reply reply;
static int crowd[CROWD];
static sandbox_process sandbox;

static struct sockaddr_in
address_of(const sandbox_process *process)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port =
        htons((uint16_t)strtoul(strrchr(process->url, ':') + 1, NULL, 10));
    return address;
}

static int
open_connection(void)
{
    struct sockaddr_in address = address_of(&sandbox);
    struct timeval limit = { .tv_sec = 20 };
    int descriptor = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(descriptor >= 0);
    (void)setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    (void)setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
    assert_int_equal(
        connect(descriptor, (const struct sockaddr *)&address, sizeof(address)), 0);
    return descriptor;
}

static void
open_crowd(size_t count)
{
    for (size_t i = 0; i < count; i++) {
        crowd[i] = open_connection();
    }
}

static void
close_crowd(size_t count)
{
    for (size_t i = 0; i < count; i++) {
        close(crowd[i]);
    }
}

static void
send_text(int descriptor, const char *text)
{
    (void)send(descriptor, text, strlen(text), MSG_NOSIGNAL);
}

static int
start(void **state)
{
    (void)state;
    return sandbox_process_start(&sandbox, NULL) ? 0 : -1;
}

static int
stop(void **state)
{
    (void)state;
    return sandbox_process_stop(&sandbox, SIGTERM, NULL);
}

static void
assert_answers(void)
{
    service_register(&sandbox, SERVICE_GOOD_BODY, &reply);
    service_assert_error(&reply, NULL);
}

static bool
may_open(size_t count)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_max < count) {
        return false;
    }
    limit.rlim_cur = limit.rlim_cur < count ? count : limit.rlim_cur;
    return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

static void
ten_thousand_idle_connections_keep_nobody_out(void **state)
{
    (void)state;
    if (!may_open(CROWD + OWN_DESCRIPTORS)) {
        fprintf(stderr, "SKIPPED: too few descriptors for %d connections\n", CROWD);
        skip();
    }
    open_crowd(CROWD);
    assert_answers();
    assert_answers();

    /* The first and the last of them are served, too: nobody was dropped. */
    static const char request[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    char answer[64];
    for (size_t i = 0; i < CROWD; i += CROWD - 1) {
        send_text(crowd[i], request);
        assert_true(recv(crowd[i], answer, sizeof(answer), 0) > 12);
        assert_memory_equal(answer, "HTTP/1.1 405", 12);
    }
    close_crowd(CROWD);
    assert_answers();
}

static void
idle_connections_give_way_where_descriptors_are_few(void **state)
{
    (void)state;
    char byte = 0;
    assert_true(may_open(SMALL_CROWD + OWN_DESCRIPTORS));
    assert_true(sandbox_process_start_with_few(&sandbox, NULL, SMALL_LIMIT));
    open_crowd(SMALL_CROWD);
    assert_answers();

    /* The first has been closed, the last has not: it is served. */
    assert_int_equal(recv(crowd[0], &byte, 1, 0), 0);
    send_text(crowd[SMALL_CROWD - 1], "GET / HTTP/1.0\r\n\r\n");
    assert_int_equal(recv(crowd[SMALL_CROWD - 1], &byte, 1, 0), 1);
    close_crowd(SMALL_CROWD);
    assert_answers();
    assert_int_equal(sandbox_process_stop(&sandbox, SIGTERM, NULL), 0);
}

/* However slowly a request comes, byte by byte beside whole ones, it is answered. */
static void
slow_sender_is_waited_for_alone(void **state)
{
    (void)state;
    static const char request[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    char answer[64];
    int slow = open_connection();
    for (size_t i = 0; i < sizeof(request) - 1; i++) {
        assert_int_equal(send(slow, &request[i], 1, MSG_NOSIGNAL), 1);
        if (i % 8 == 0) {
            assert_answers();
        }
    }
    assert_true(recv(slow, answer, sizeof(answer), 0) > 12);
    assert_memory_equal(answer, "HTTP/1.1 405", 12);
    close(slow);
}

static void
slow_reader_is_waited_for_alone(void **state)
{
    (void)state;
    int small = 1024;
    int slow = open_connection();
    (void)setsockopt(slow, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
    for (int i = 0; i < 200; i++) {
        send_text(slow, "GET /_sandbox/state HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }
    for (int i = 0; i < 5; i++) {
        assert_answers();
    }
    close(slow);
    assert_answers();
}

/* Records enough for an answer that no socket buffers as a whole. */
static void
meter_much(void)
{
    static char body[512 * 1024];
    const int64_t now_s = 1794312000; /* far from the end of a month */
    sandbox_process_demand(
        &sandbox, "POST", "clock", "{\"set\":\"2026-11-10T12:00:00Z\"}", &reply);
    for (int hour = 0; hour < 24; hour++) {
        int length = snprintf(
            body,
            sizeof(body),
            "{\"ProductCode\":\"" SERVICE_PRODUCT "\",\"UsageRecords\":[{"
            "\"CustomerIdentifier\":\"cust-0001\",\"Dimension\":\"requests\","
            "\"Quantity\":%d,\"Timestamp\":%" PRId64 ",\"UsageAllocations\":[",
            ALLOCATIONS,
            now_s - hour * INT64_C(3600));
        for (int i = 0; i < ALLOCATIONS; i++) {
            length += snprintf(
                body + length,
                sizeof(body) - (size_t)length,
                "%s{\"AllocatedUsageQuantity\":1,\"Tags\":["
                "{\"Key\":\"k\",\"Value\":\"%0200d\"}]}",
                i > 0 ? "," : "",
                i);
        }
        (void)snprintf(body + length, sizeof(body) - (size_t)length, "]}]}");
        service_call(&sandbox, "BatchMeterUsage", body, &reply);
        service_assert_error(&reply, NULL);
    }
}

/* Each of them has files open, of which there are not enough for all. */
static void
slow_readers_of_records_keep_nobody_out(void **state)
{
    (void)state;
    int small = 2048;
    assert_true(sandbox_process_start_with_few(&sandbox, NULL, SMALL_LIMIT));
    meter_much();
    for (size_t i = 0; i < SLOW_READERS; i++) {
        crowd[i] = open_connection();
        (void)setsockopt(crowd[i], SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
        send_text(
            crowd[i], "GET /_sandbox/records HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }
    for (int i = 0; i < 5; i++) {
        assert_answers();
    }
    /* Until as many have come to their turn as there is room for. */
    long status = 200;
    for (int i = 0; i < 1000 && status == 200; i++) {
        status = sandbox_process_control(&sandbox, "GET", "records", NULL, &reply);
    }
    assert_int_equal(status, 503);
    assert_non_null(strstr(reply.body, "try again"));

    close_crowd(SLOW_READERS);
    for (int i = 0; i < 1000 && status == 503; i++) {
        status =
            sandbox_process_control(&sandbox, "GET", "records?after=100", NULL, &reply);
    }
    assert_int_equal(status, 200);
    assert_int_equal(sandbox_process_stop(&sandbox, SIGTERM, NULL), 0);
}

static void
pipelined_requests_are_answered_in_order(void **state)
{
    (void)state;
    static char output[256 * 1024]; /* ends with the NUL that it began with */
    static const char requests[] =
        "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
        "GET /_sandbox/state HTTP/1.1\r\nHost: localhost\r\n\r\n"
        "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    int descriptor = open_connection();
    ssize_t got = 1;
    send_text(descriptor, requests);
    for (size_t used = 0; got > 0; used += (size_t)got) {
        got = recv(descriptor, output + used, sizeof(output) - 1 - used, 0);
    }
    close(descriptor);

    const char *first = strstr(output, "HTTP/1.1 405");
    assert_non_null(first);
    const char *second = strstr(first, "HTTP/1.1 200");
    assert_non_null(second);
    assert_non_null(strstr(second, "HTTP/1.1 405"));
}

static void
endless_headers_end_the_connection(void **state)
{
    (void)state;
    static char line[1024];
    char answer[4096] = "";
    int endless = open_connection();
    memset(line, 'x', sizeof(line) - 1);
    memcpy(line, "X-Endless: ", 11);
    line[sizeof(line) - 2] = '\n';
    send_text(endless, "POST / HTTP/1.1\r\nHost: x\r\n");
    /* It is cut off long before the last of these. */
    ssize_t sent = 1;
    for (int i = 0; i < 4096 && sent > 0; i++) {
        sent = send(endless, line, sizeof(line) - 1, MSG_NOSIGNAL);
    }
    (void)recv(endless, answer, sizeof(answer) - 1, 0);
    assert_null(strstr(answer, "HTTP/1.1 200"));
    assert_true(sent <= 0 || recv(endless, answer, 1, 0) <= 0);
    close(endless);
    assert_answers();
}

static void
end_comes_within_a_second_under_all_of_this(void **state)
{
    (void)state;
    static const char delay[] =
        "{\"faults\":[{\"operation\":\"*\",\"delay_ms\":60000}]}";
    int64_t took_ms = 0;
    assert_true(sandbox_process_start(&sandbox, NULL));
    assert_true(may_open(2000 + OWN_DESCRIPTORS));
    open_crowd(2000);
    sandbox_process_demand(&sandbox, "PUT", "faults", delay, NULL);
    for (size_t i = 0; i < 500; i++) {
        send_text(crowd[i], "POST / HTTP/1.1\r\nHost: x\r\nContent-Le");
        send_text(
            crowd[500 + i],
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
            "X-Amz-Target: AWSMPMeteringService.MeterUsage\r\n\r\n{}");
        send_text(
            crowd[1000 + i],
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
            "X-Amz-Target: AWSMPMeteringService.RegisterUsage\r\n\r\n{}");
    }
    /* Once this is answered, those before it have been read. */
    sandbox_process_demand(&sandbox, "GET", "state", NULL, NULL);

    assert_int_equal(sandbox_process_stop(&sandbox, SIGTERM, &took_ms), 0);

    assert_true(took_ms < STOP_MS);
    close_crowd(2000);
}

int
main(void)
{
    const struct CMUnitTest together[] = {
        cmocka_unit_test(ten_thousand_idle_connections_keep_nobody_out),
        cmocka_unit_test(slow_sender_is_waited_for_alone),
        cmocka_unit_test(slow_reader_is_waited_for_alone),
        cmocka_unit_test(pipelined_requests_are_answered_in_order),
        cmocka_unit_test(endless_headers_end_the_connection),
    };
    const struct CMUnitTest alone[] = {
        cmocka_unit_test(idle_connections_give_way_where_descriptors_are_few),
        cmocka_unit_test(slow_readers_of_records_keep_nobody_out),
        cmocka_unit_test(end_comes_within_a_second_under_all_of_this),
    };
    int failed = cmocka_run_group_tests_name("sandbox_limits", together, start, stop);
    return failed +
           cmocka_run_group_tests_name("sandbox_limits_alone", alone, NULL, NULL);
}
