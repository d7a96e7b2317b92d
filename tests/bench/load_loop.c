/* SPDX-License-Identifier: Apache-2.0 */
#include "load_loop.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { ANSWER_SIZE = 64 * 1024, EVENTS = 64 };

typedef struct connection {
    int socket;
    bool is_busy;
    double due_us;
    size_t received;
    char answer[ANSWER_SIZE];
} connection;

typedef struct load_state {
    const load_order *order;
    load_plan *plan;
    load_result *result;
    connection *connections;
    connection *idle[LOAD_CONNECTIONS_MAX];
    size_t idle_count;
    uint64_t begun; /* requests sent */
    size_t capacity;
    int epoll;
    int timer;
    double started_us;
} load_state;

static double
now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static bool
open_connection(load_state *state, connection *one)
{
    int on = 1;
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = one };

    one->socket = socket(AF_INET, SOCK_STREAM, 0);
    return one->socket >= 0 &&
           setsockopt(one->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) == 0 &&
           connect(
               one->socket,
               (const struct sockaddr *)&state->order->address,
               sizeof(state->order->address)) == 0 &&
           epoll_ctl(state->epoll, EPOLL_CTL_ADD, one->socket, &event) == 0;
}

static bool
send_request(load_state *state, double due_us)
{
    static char request[LOAD_REQUEST_LIMIT];
    connection *one = state->idle[--state->idle_count];
    size_t length = load_request_write(state->plan, request);

    one->is_busy = true;
    one->received = 0;
    one->due_us = due_us;
    state->begun++;
    return send(one->socket, request, length, MSG_NOSIGNAL) == (ssize_t)length;
}

static bool
is_time_over(const load_state *state)
{
    const load_order *order = state->order;

    if (order->requests > 0) {
        return state->begun >= order->requests;
    }
    return now_us() - state->started_us >= order->seconds * 1e6;
}

/* Sends whatever is due. */
static bool
send_what_is_due(load_state *state)
{
    double interval_us = state->order->rate > 0 ? 1e6 / state->order->rate : 0;

    while (state->idle_count > 0 && !is_time_over(state)) {
        double due_us = state->started_us + (double)state->begun * interval_us;
        double now = now_us();
        if (state->order->rate > 0 && due_us > now) {
            return true;
        }
        if (!send_request(state, state->order->rate > 0 ? due_us : now)) {
            return false;
        }
    }
    return true;
}

/* The length of a whole answer, or 0 while it is not complete. */
static size_t
answer_length(const connection *one)
{
    const char *end = strstr(one->answer, "\r\n\r\n");
    const char *field =
        end != NULL ? strcasestr(one->answer, "\r\nContent-Length:") : NULL;

    if (field == NULL || field > end) {
        return 0;
    }
    size_t length = (size_t)(end + 4 - one->answer) + strtoul(field + 17, NULL, 10);
    return one->received >= length ? length : 0;
}

static bool
note_answer(load_state *state, connection *one)
{
    load_result *result = state->result;

    if (result->answered == state->capacity) {
        state->capacity = state->capacity * 2 + 65536;
        result->latencies_us = realloc(
            result->latencies_us, state->capacity * sizeof(*result->latencies_us));
        if (result->latencies_us == NULL) {
            return false;
        }
    }
    if (strncmp(one->answer, "HTTP/1.1 20", 11) != 0 && result->failed++ == 0) {
        fprintf(stderr, "meter_load: %.2000s\n", one->answer);
    }
    result->latencies_us[result->answered++] = now_us() - one->due_us;
    one->is_busy = false;
    state->idle[state->idle_count++] = one;
    return true;
}

static bool
receive(load_state *state, connection *one)
{
    ssize_t got = recv(
        one->socket,
        one->answer + one->received,
        sizeof(one->answer) - 1 - one->received,
        MSG_DONTWAIT);

    if (got <= 0) {
        return got < 0 && errno == EAGAIN;
    }
    one->received += (size_t)got;
    one->answer[one->received] = '\0';
    return answer_length(one) == 0 || note_answer(state, one);
}

static bool
prepare(load_state *state)
{
    state->epoll = epoll_create1(EPOLL_CLOEXEC);
    state->connections = calloc(state->order->connections, sizeof(*state->connections));
    if (state->epoll < 0 || state->connections == NULL) {
        return false;
    }
    for (size_t i = 0; i < state->order->connections; i++) {
        if (!open_connection(state, &state->connections[i])) {
            return false;
        }
        state->idle[state->idle_count++] = &state->connections[i];
    }
    if (state->order->rate <= 0) {
        return true;
    }
    /* Ten times as often as a request is due, so that none is sent late. */
    struct itimerspec often = { 0 };
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = NULL };
    often.it_interval.tv_nsec = often.it_value.tv_nsec =
        (long)(1e8 / state->order->rate);
    state->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    return state->timer >= 0 && timerfd_settime(state->timer, 0, &often, NULL) == 0 &&
           epoll_ctl(state->epoll, EPOLL_CTL_ADD, state->timer, &event) == 0;
}

static bool
take_events(load_state *state)
{
    struct epoll_event events[EVENTS];
    int count = epoll_wait(state->epoll, events, EVENTS, 10000);
    uint64_t ticks = 0;

    for (int i = 0; i < count; i++) {
        if (events[i].data.ptr == NULL) {
            (void)!read(state->timer, &ticks, sizeof(ticks));
        } else if (!receive(state, events[i].data.ptr)) {
            return false;
        }
    }
    return count > 0;
}

static void
clean_up(load_state *state)
{
    for (size_t i = 0; state->connections != NULL && i < state->order->connections;
         i++) {
        if (state->connections[i].socket > 0) {
            close(state->connections[i].socket);
        }
    }
    free(state->connections);
    close(state->epoll);
    if (state->timer > 0) {
        close(state->timer);
    }
}

bool
load_run(const load_order *order, load_plan *plan, load_result *result)
{
    load_state state = { .order = order, .plan = plan, .result = result };
    bool goes_on = prepare(&state);

    state.started_us = now_us();
    while (goes_on &&
           (!is_time_over(&state) || state.idle_count < order->connections)) {
        goes_on = send_what_is_due(&state) && take_events(&state);
    }
    result->wall_s = (now_us() - state.started_us) / 1e6;
    clean_up(&state);
    return goes_on;
}
