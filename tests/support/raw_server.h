/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_SUPPORT_RAW_SERVER_H
#define TEST_SUPPORT_RAW_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a server does after the bytes of a reply. */
typedef enum raw_ending {
    RAW_KEEP = 0, /* waits for the next request on the same connection */
    RAW_CLOSE,
    RAW_RESET, /* closes with a TCP reset */
    RAW_HANG,  /* says nothing more, until the client goes */
    RAW_REPEAT /* says `more` again and again, until the client goes */
} raw_ending;

typedef struct raw_reply {
    const char *bytes; /* NULL: none */
    raw_ending ending;
    const char *more;
} raw_reply;

/*
 * A server on 127.0.0.1 that answers its first request with the first reply and so on,
 * the last one again and again, whatever was asked: bytes as they are, HTTP or not. One
 * connection at a time, on a thread of its own.
 */
typedef struct raw_server raw_server;

raw_server *raw_server_start(const raw_reply *replies, size_t count);
void raw_server_stop(raw_server *server);

uint16_t raw_server_port(const raw_server *server);

/* Only once the client has seen its answer do these stand still. */
int raw_server_connections(raw_server *server);
int raw_server_requests(raw_server *server);

/*
 * Waits until so many connections are closed. Of those that end by RAW_CLOSE the
 * client's system knows by then: the client can see it before it sends anything.
 */
void raw_server_wait_for_closed(raw_server *server, int connections);

/* The bytes of the last request. The caller frees them. */
char *raw_server_last_request(raw_server *server);

/* A port of 127.0.0.1 on which nothing listens. */
uint16_t raw_server_closed_port(void);

/* Whether what has arrived is a request with its body; NUL-terminated. */
bool raw_request_is_whole(const char *request, size_t length);

#endif
