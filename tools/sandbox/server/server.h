/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_SERVER_H
#define SANDBOX_SERVER_H

#include "wire/answer.h"
#include "wire/request.h"

#include <entitle/error.h>

/*
 * The HTTP server: one thread a connection, so that an answer that is delayed or being
 * signed keeps nobody else waiting, and a kept-alive connection needs no hand-over
 * between threads. At most 256 connections, each closed after 10 idle seconds.
 */
typedef struct sandbox_server sandbox_server;

/* Answers one request; called from many threads at once. */
typedef void
server_handler(void *context, const sandbox_request *request, sandbox_answer *answer);

/* Takes over the listening socket. */
ENTITLE_CHECKED entitle_status server_start(
    const entitle_runtime *runtime,
    int listener,
    server_handler *answer,
    void *context,
    sandbox_server **out,
    entitle_error *error);

/* Returns once no request is being answered any more. */
void server_stop(sandbox_server *server);

#endif
