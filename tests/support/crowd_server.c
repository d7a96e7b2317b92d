/* SPDX-License-Identifier: Apache-2.0 */
#include "support/crowd_server.h"

#include "support/raw_server.h"

#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONNECTION_LIMIT = 128, REQUEST_LIMIT = 16 * 1024 };

typedef struct visitor {
    int descriptor; /* -1: has gone */
    size_t length;
    bool is_waiting; /* its request is whole, and has no answer yet */
    char request[REQUEST_LIMIT + 1];
} visitor;

struct crowd_server {
    size_t at_once;
    int listener;
    int stop_pipe[2];
    uint16_t port;
    pthread_t thread;
    visitor *visitors;

    pthread_mutex_t lock; /* of what follows */
    size_t connections;
    size_t requests;
};

static void
require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void
count(crowd_server *server, size_t *number)
{
    pthread_mutex_lock(&server->lock);
    (*number)++;
    pthread_mutex_unlock(&server->lock);
}

static size_t
read_count(crowd_server *server, const size_t *number)
{
    pthread_mutex_lock(&server->lock);
    size_t value = *number;
    pthread_mutex_unlock(&server->lock);
    return value;
}

static void
welcome(crowd_server *server)
{
    int descriptor = accept(server->listener, NULL, NULL);

    require(descriptor >= 0 && server->connections < CONNECTION_LIMIT);
    server->visitors[server->connections] = (visitor){ .descriptor = descriptor };
    count(server, &server->connections);
}

static void
listen_to(crowd_server *server, visitor *from)
{
    size_t room = REQUEST_LIMIT - from->length;
    ssize_t got = recv(from->descriptor, from->request + from->length, room, 0);

    if (got <= 0) {
        (void)close(from->descriptor);
        from->descriptor = -1;
        from->is_waiting = false;
        return;
    }
    from->length += (size_t)got;
    from->request[from->length] = '\0';
    if (raw_request_is_whole(from->request, from->length) && !from->is_waiting) {
        from->is_waiting = true;
        count(server, &server->requests);
    }
}

static void
answer(visitor *to)
{
    const char *body = strstr(to->request, "\r\n\r\n") + 4;
    char bytes[REQUEST_LIMIT + 256];
    int length = snprintf(
        bytes,
        sizeof(bytes),
        "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n{\"Echo\":%s}",
        strlen(body) + strlen("{\"Echo\":}"),
        body);

    require(send(to->descriptor, bytes, (size_t)length, MSG_NOSIGNAL) == length);
    to->is_waiting = false;
    to->length = 0;
}

static void
answer_crowd(crowd_server *server)
{
    size_t waiting = 0;

    for (size_t i = 0; i < server->connections; i++) {
        waiting += server->visitors[i].is_waiting;
    }
    for (size_t i = 0; i < server->connections && waiting >= server->at_once; i++) {
        if (server->visitors[i].is_waiting) {
            answer(&server->visitors[i]);
        }
    }
}

static void *
serve(void *context)
{
    crowd_server *server = context;

    for (;;) {
        struct pollfd each[CONNECTION_LIMIT + 2];
        size_t visitors = server->connections;

        each[0] = (struct pollfd){ .fd = server->stop_pipe[0], .events = POLLIN };
        each[1] = (struct pollfd){ .fd = server->listener, .events = POLLIN };
        for (size_t i = 0; i < visitors; i++) {
            each[i + 2] = (struct pollfd){ .fd = server->visitors[i].descriptor,
                                           .events = POLLIN };
        }
        require(poll(each, visitors + 2, -1) > 0);
        if (each[0].revents != 0) {
            return NULL;
        }
        for (size_t i = 0; i < visitors; i++) {
            if (each[i + 2].revents != 0) {
                listen_to(server, &server->visitors[i]);
            }
        }
        if (each[1].revents != 0) {
            welcome(server);
        }
        answer_crowd(server);
    }
}

crowd_server *
crowd_server_start(size_t at_once)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t size = sizeof(address);
    crowd_server *server = calloc(1, sizeof(*server));

    require(server != NULL);
    server->at_once = at_once;
    server->visitors = calloc(CONNECTION_LIMIT, sizeof(*server->visitors));
    require(server->visitors != NULL);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    server->listener = socket(AF_INET, SOCK_STREAM, 0);
    require(server->listener >= 0);
    require(bind(server->listener, (struct sockaddr *)&address, size) == 0);
    require(getsockname(server->listener, (struct sockaddr *)&address, &size) == 0);
    server->port = ntohs(address.sin_port);
    require(listen(server->listener, CONNECTION_LIMIT) == 0);
    require(pipe(server->stop_pipe) == 0);
    require(pthread_mutex_init(&server->lock, NULL) == 0);
    require(pthread_create(&server->thread, NULL, serve, server) == 0);
    return server;
}

void
crowd_server_stop(crowd_server *server)
{
    require(write(server->stop_pipe[1], "x", 1) == 1);
    require(pthread_join(server->thread, NULL) == 0);
    for (size_t i = 0; i < server->connections; i++) {
        if (server->visitors[i].descriptor >= 0) {
            (void)close(server->visitors[i].descriptor);
        }
    }
    (void)close(server->listener);
    (void)close(server->stop_pipe[0]);
    (void)close(server->stop_pipe[1]);
    pthread_mutex_destroy(&server->lock);
    free(server->visitors);
    free(server);
}

uint16_t
crowd_server_port(const crowd_server *server)
{
    return server->port;
}

size_t
crowd_server_connections(crowd_server *server)
{
    return read_count(server, &server->connections);
}

size_t
crowd_server_requests(crowd_server *server)
{
    return read_count(server, &server->requests);
}
