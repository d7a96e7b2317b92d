/* SPDX-License-Identifier: Apache-2.0 */
#include "support/troubled_line.h"

#include "support/raw_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BLOCK = 64 * 1024, PAIRS_LIMIT = 64 };

struct troubled_line {
    uint16_t server_port;
    uint16_t port;
    int listener;
    int stop_pipe[2];
    pthread_t thread;

    pthread_mutex_t lock; /* of what follows */
    line_trouble trouble;
    long connections;
    size_t bytes;
    int pairs; /* connections that last */
    pthread_cond_t pair_ended;
};

/* One connection, while it lasts. */
typedef struct line_pair {
    troubled_line *line;
    int client;
    int server;
    bool is_troubled;
    line_trouble trouble;
    size_t sent; /* to the client */
    size_t held; /* of an answer that is to be rewritten */
    char answer[BLOCK];
    char rewritten[BLOCK];
} line_pair;

static void
require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static struct sockaddr_in
loopback(uint16_t port)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

/* --- One connection --------------------------------------------------------------- */

static bool
send_all(int to, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t sent = send(to, bytes, length, MSG_NOSIGNAL);
        if (sent <= 0) {
            return false;
        }
        bytes += sent;
        length -= (size_t)sent;
    }
    return true;
}

/* Whether that time passed, and neither the client went nor the line is to stop. */
static bool
stand_still(const line_pair *pair, int for_ms)
{
    struct pollfd ends[] = { { .fd = pair->client, .events = POLLIN },
                             { .fd = pair->line->stop_pipe[0], .events = POLLIN } };

    return poll(ends, 2, for_ms) == 0;
}

static void
break_off(line_pair *pair, const char *rest, size_t length)
{
    const struct linger at_once = { .l_onoff = 1, .l_linger = 0 };

    switch (pair->trouble.ending) {
    case LINE_CLOSES:
        return;
    case LINE_IS_RESET:
        require(
            setsockopt(
                pair->client, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)) == 0);
        return;
    case LINE_FALLS_SILENT:
        (void)stand_still(pair, -1);
        return;
    case LINE_DRIPS:
        for (size_t i = 0; i < length && stand_still(pair, pair->trouble.pause_ms);
             i++) {
            if (!send_all(pair->client, rest + i, 1)) {
                return;
            }
        }
        (void)stand_still(pair, -1);
        return;
    }
}

static void
count(line_pair *pair, size_t length)
{
    pair->sent += length;
    pthread_mutex_lock(&pair->line->lock);
    pair->line->bytes = pair->sent;
    pthread_mutex_unlock(&pair->line->lock);
}

/* Whether the connection goes on. */
static bool
carry_to_client(line_pair *pair, const char *bytes, size_t length)
{
    size_t until_break =
        pair->trouble.at == LINE_AT_END ? length : pair->trouble.at - pair->sent;

    if (!pair->is_troubled || length < until_break) {
        count(pair, length);
        return send_all(pair->client, bytes, length);
    }
    count(pair, until_break);
    if (send_all(pair->client, bytes, until_break)) {
        break_off(pair, bytes + until_break, length - until_break);
    }
    return false;
}

static bool
carry_answer(line_pair *pair)
{
    ssize_t got =
        recv(pair->server, pair->answer + pair->held, BLOCK - 1 - pair->held, 0);
    const char *bytes = pair->answer;

    if (got <= 0) {
        return false;
    }
    pair->held += (size_t)got;
    pair->answer[pair->held] = '\0';
    if (pair->is_troubled && pair->trouble.rewrite != NULL) {
        if (!raw_request_is_whole(pair->answer, pair->held)) {
            return true;
        }
        pair->held = pair->trouble.rewrite(
            pair->answer, pair->held, pair->rewritten, sizeof(pair->rewritten));
        bytes = pair->rewritten;
    }
    size_t length = pair->held;
    pair->held = 0;
    return carry_to_client(pair, bytes, length);
}

static bool
carry_request(const line_pair *pair)
{
    char bytes[BLOCK];
    ssize_t got = recv(pair->client, bytes, sizeof(bytes), 0);

    return got > 0 && send_all(pair->server, bytes, (size_t)got);
}

static void
carry(line_pair *pair)
{
    const struct sockaddr_in address = loopback(pair->line->server_port);
    bool goes_on =
        connect(pair->server, (const struct sockaddr *)&address, sizeof(address)) == 0;

    while (goes_on) {
        struct pollfd ends[] = {
            { .fd = pair->client, .events = POLLIN },
            { .fd = pair->server, .events = POLLIN },
            { .fd = pair->line->stop_pipe[0], .events = POLLIN },
        };
        require(poll(ends, 3, -1) > 0);
        goes_on = ends[2].revents == 0 &&
                  (ends[0].revents == 0 || carry_request(pair)) &&
                  (ends[1].revents == 0 || carry_answer(pair));
    }
}

/* What the server honours, it has honoured when the client sees the line break. */
static void
hang_up(const line_pair *pair)
{
    char bytes[4096];

    (void)shutdown(pair->server, SHUT_WR);
    while (recv(pair->server, bytes, sizeof(bytes), 0) > 0) {
    }
    (void)close(pair->server);
    (void)close(pair->client);
}

/* --- The line --------------------------------------------------------------------- */

static void *
serve(void *context)
{
    line_pair *pair = context;
    troubled_line *line = pair->line;

    carry(pair);
    hang_up(pair);
    free(pair);
    pthread_mutex_lock(&line->lock);
    line->pairs--;
    pthread_cond_signal(&line->pair_ended);
    pthread_mutex_unlock(&line->lock);
    return NULL;
}

/* A thread for each: a call may wait while others go on. */
static void
begin_to_serve(troubled_line *line, int client)
{
    line_pair *pair = calloc(1, sizeof(*pair));
    pthread_t thread;

    require(pair != NULL);
    pthread_mutex_lock(&line->lock);
    *pair = (line_pair){ .line = line, .client = client, .trouble = line->trouble };
    pair->is_troubled =
        line->trouble.connections < 0 || line->connections < line->trouble.connections;
    line->connections++;
    line->pairs++;
    require(line->pairs <= PAIRS_LIMIT);
    pthread_mutex_unlock(&line->lock);
    pair->server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    require(pair->server >= 0);
    require(pthread_create(&thread, NULL, serve, pair) == 0);
    require(pthread_detach(thread) == 0);
}

static void *
run(void *context)
{
    troubled_line *line = context;

    for (;;) {
        struct pollfd ends[] = { { .fd = line->listener, .events = POLLIN },
                                 { .fd = line->stop_pipe[0], .events = POLLIN } };
        require(poll(ends, 2, -1) > 0);
        if (ends[1].revents != 0) {
            return NULL;
        }
        int client = accept(line->listener, NULL, NULL);
        if (client >= 0) {
            begin_to_serve(line, client);
        }
    }
}

troubled_line *
troubled_line_start(uint16_t server_port)
{
    troubled_line *line = calloc(1, sizeof(*line));
    struct sockaddr_in address = loopback(0);
    socklen_t size = sizeof(address);

    require(line != NULL);
    line->server_port = server_port;
    line->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    require(line->listener >= 0);
    require(bind(line->listener, (struct sockaddr *)&address, size) == 0);
    require(getsockname(line->listener, (struct sockaddr *)&address, &size) == 0);
    require(listen(line->listener, PAIRS_LIMIT) == 0);
    line->port = ntohs(address.sin_port);
    require(pipe(line->stop_pipe) == 0);
    require(pthread_mutex_init(&line->lock, NULL) == 0);
    require(pthread_cond_init(&line->pair_ended, NULL) == 0);
    require(pthread_create(&line->thread, NULL, run, line) == 0);
    return line;
}

void
troubled_line_wait(troubled_line *line)
{
    pthread_mutex_lock(&line->lock);
    while (line->pairs > 0) {
        pthread_cond_wait(&line->pair_ended, &line->lock);
    }
    pthread_mutex_unlock(&line->lock);
}

void
troubled_line_stop(troubled_line *line)
{
    require(write(line->stop_pipe[1], "x", 1) == 1);
    require(pthread_join(line->thread, NULL) == 0);
    troubled_line_wait(line);
    (void)close(line->listener);
    (void)close(line->stop_pipe[0]);
    (void)close(line->stop_pipe[1]);
    pthread_cond_destroy(&line->pair_ended);
    pthread_mutex_destroy(&line->lock);
    free(line);
}

uint16_t
troubled_line_port(const troubled_line *line)
{
    return line->port;
}

void
troubled_line_set(troubled_line *line, const line_trouble *trouble)
{
    pthread_mutex_lock(&line->lock);
    line->trouble = trouble != NULL ? *trouble : (line_trouble){ 0 };
    line->connections = 0;
    line->bytes = 0;
    pthread_mutex_unlock(&line->lock);
}

long
troubled_line_connections(troubled_line *line)
{
    pthread_mutex_lock(&line->lock);
    long connections = line->connections;
    pthread_mutex_unlock(&line->lock);
    return connections;
}

size_t
troubled_line_bytes(troubled_line *line)
{
    pthread_mutex_lock(&line->lock);
    size_t bytes = line->bytes;
    pthread_mutex_unlock(&line->lock);
    return bytes;
}
