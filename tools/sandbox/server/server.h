/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_SERVER_H
#define SANDBOX_SERVER_H

#include "wire/answer.h"
#include "wire/request.h"

#include <entitle/error.h>

/*
 * The HTTP server: one thread that reads and writes, and a pool that answers. A thread
 * a connection would be simpler and, for 64 busy ones, as fast; but thousands of idle
 * ones would cost a stack each, and then be refused. Here they cost a descriptor and
 * some kilobytes, and an answer that is delayed by order waits without a thread.
 *
 * Connections are closed after a minute of silence, and earlier where a newcomer needs
 * the room (crowd.h).
 */
typedef struct sandbox_server sandbox_server;

/* Answers one request; called from many threads at once. */
typedef void
server_handler(void *context, const sandbox_request *request, sandbox_answer *answer);

/* What https needs, as PEM. */
typedef struct server_certificate {
    const char *chain;
    const char *private_key;
} server_certificate;

/* Takes over the listening socket. Without a certificate (NULL) it speaks plain HTTP.
 */
ENTITLE_CHECKED entitle_status server_start(
    const entitle_runtime *runtime,
    int listener,
    const server_certificate *certificate,
    server_handler *answer,
    void *context,
    sandbox_server **out,
    entitle_error *error);

/* Returns once no request is being answered any more. */
void server_stop(sandbox_server *server);

#endif
