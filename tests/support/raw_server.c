/* SPDX-License-Identifier: Apache-2.0 */
#include "support/raw_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { REQUEST_LIMIT = 256 * 1024, CLOSE_LIMIT_S = 10 };

struct raw_server {
    const raw_reply *replies;
    size_t reply_count;
    int listener;
    int stop_pipe[2];
    uint16_t port;
    pthread_t thread;

    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t is_closed;
    int connections;
    int closed; /* of them */
    int requests;
    char request[REQUEST_LIMIT + 1];
};

static void
require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static int
listen_on_loopback(uint16_t *port)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t size = sizeof(address);
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    require(listener >= 0);
    require(bind(listener, (struct sockaddr *)&address, size) == 0);
    require(getsockname(listener, (struct sockaddr *)&address, &size) == 0);
    *port = ntohs(address.sin_port);
    return listener;
}

/* Waits for `events` on `descriptor`; false once the server is to stop. */
static bool
wait_for(raw_server *server, int descriptor, short events)
{
    struct pollfd each[2] = {
        { .fd = descriptor, .events = events },
        { .fd = server->stop_pipe[0], .events = POLLIN },
    };

    require(poll(each, 2, -1) > 0);
    return each[1].revents == 0;
}

bool
raw_request_is_whole(const char *request, size_t length)
{
    const char *end = strstr(request, "\r\n\r\n");
    size_t body_length = 0;

    /* A client that wants TLS: its hello is all that it will say. */
    if (request[0] == 0x16) {
        return true;
    }
    if (end == NULL) {
        return false;
    }
    for (const char *line = request; line < end; line = strstr(line, "\r\n") + 2) {
        if (strncasecmp(line, "content-length:", 15) == 0) {
            body_length = strtoul(line + 15, NULL, 10);
        }
    }
    return length >= (size_t)(end - request) + 4 + body_length;
}

/* False when the client has gone or the server is to stop. */
static bool
read_request(raw_server *server, int connection)
{
    static _Thread_local char request[REQUEST_LIMIT + 1];
    size_t length = 0;

    request[0] = '\0';
    while (!raw_request_is_whole(request, length)) {
        ssize_t got;
        require(length < REQUEST_LIMIT);
        if (!wait_for(server, connection, POLLIN)) {
            return false;
        }
        got = recv(connection, request + length, REQUEST_LIMIT - length, 0);
        if (got <= 0) {
            return false;
        }
        length += (size_t)got;
        request[length] = '\0';
    }
    pthread_mutex_lock(&server->lock);
    memcpy(server->request, request, length + 1);
    server->requests++;
    pthread_mutex_unlock(&server->lock);
    return true;
}

static bool
send_all(raw_server *server, int connection, const char *bytes)
{
    size_t left = strlen(bytes);

    while (left > 0) {
        ssize_t sent;
        if (!wait_for(server, connection, POLLOUT)) {
            return false;
        }
        sent = send(connection, bytes, left, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent <= 0) {
            return false;
        }
        bytes += sent;
        left -= (size_t)sent;
    }
    return true;
}

static void
linger(int connection, struct linger how)
{
    require(setsockopt(connection, SOL_SOCKET, SO_LINGER, &how, sizeof(how)) == 0);
}

/* Whether the connection goes on. */
static bool
reply(raw_server *server, int connection, const raw_reply *with)
{
    const struct linger at_once = { .l_onoff = 1, .l_linger = 0 };
    const struct linger once_seen = { .l_onoff = 1, .l_linger = CLOSE_LIMIT_S };
    char byte;

    if (with->bytes != NULL && !send_all(server, connection, with->bytes)) {
        return false;
    }
    switch (with->ending) {
    case RAW_KEEP:
        return true;
    case RAW_CLOSE:
        linger(connection, once_seen);
        return false;
    case RAW_RESET:
        linger(connection, at_once);
        return false;
    case RAW_HANG:
        while (wait_for(server, connection, POLLIN) &&
               recv(connection, &byte, 1, 0) > 0) {
        }
        return false;
    case RAW_REPEAT:
        while (send_all(server, connection, with->more)) {
        }
        return false;
    }
    return false;
}

static const raw_reply *
next_reply(raw_server *server)
{
    size_t index = (size_t)raw_server_requests(server) - 1;

    return &server->replies
                [index < server->reply_count ? index : server->reply_count - 1];
}

static void *
serve(void *context)
{
    raw_server *server = context;

    while (wait_for(server, server->listener, POLLIN)) {
        int connection = accept(server->listener, NULL, NULL);
        if (connection < 0) {
            continue;
        }
        pthread_mutex_lock(&server->lock);
        server->connections++;
        pthread_mutex_unlock(&server->lock);
        while (read_request(server, connection) &&
               reply(server, connection, next_reply(server))) {
        }
        (void)close(connection);
        pthread_mutex_lock(&server->lock);
        server->closed++;
        pthread_cond_broadcast(&server->is_closed);
        pthread_mutex_unlock(&server->lock);
    }
    return NULL;
}

raw_server *
raw_server_start(const raw_reply *replies, size_t count)
{
    raw_server *server = calloc(1, sizeof(*server));

    require(server != NULL && count > 0);
    server->replies = replies;
    server->reply_count = count;
    server->listener = listen_on_loopback(&server->port);
    require(listen(server->listener, 8) == 0);
    require(pipe(server->stop_pipe) == 0);
    require(pthread_mutex_init(&server->lock, NULL) == 0);
    require(pthread_cond_init(&server->is_closed, NULL) == 0);
    require(pthread_create(&server->thread, NULL, serve, server) == 0);
    return server;
}

void
raw_server_stop(raw_server *server)
{
    require(write(server->stop_pipe[1], "x", 1) == 1);
    require(pthread_join(server->thread, NULL) == 0);
    (void)close(server->listener);
    (void)close(server->stop_pipe[0]);
    (void)close(server->stop_pipe[1]);
    pthread_cond_destroy(&server->is_closed);
    pthread_mutex_destroy(&server->lock);
    free(server);
}

uint16_t
raw_server_port(const raw_server *server)
{
    return server->port;
}

int
raw_server_connections(raw_server *server)
{
    pthread_mutex_lock(&server->lock);
    int connections = server->connections;
    pthread_mutex_unlock(&server->lock);
    return connections;
}

void
raw_server_wait_for_closed(raw_server *server, int connections)
{
    pthread_mutex_lock(&server->lock);
    while (server->closed < connections) {
        require(pthread_cond_wait(&server->is_closed, &server->lock) == 0);
    }
    pthread_mutex_unlock(&server->lock);
}

int
raw_server_requests(raw_server *server)
{
    pthread_mutex_lock(&server->lock);
    int requests = server->requests;
    pthread_mutex_unlock(&server->lock);
    return requests;
}

char *
raw_server_last_request(raw_server *server)
{
    pthread_mutex_lock(&server->lock);
    char *copy = strdup(server->request);
    pthread_mutex_unlock(&server->lock);
    require(copy != NULL);
    return copy;
}

uint16_t
raw_server_closed_port(void)
{
    uint16_t port = 0;

    (void)close(listen_on_loopback(&port));
    return port;
}
