/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_SERVER_H
#define SANDBOX_SERVER_H

#include "wire/answer.h"
#include "wire/request.h"

#include <entitle/error.h>

#include <stdbool.h>

/*
 * The HTTP server: one thread that reads, answers and writes, and a pool for answers
 * that take long. A thread a connection would be simpler; but thousands of idle ones
 * would cost a stack each, and then be refused, and 64 busy ones would spend a tenth of
 * a core on waking each other. Here an idle connection costs a descriptor and some
 * kilobytes, and an answer that is delayed by order waits without a thread.
 *
 * Connections are closed after a minute of silence, and earlier where a newcomer needs
 * the room (crowd.h).
 */
typedef struct sandbox_server sandbox_server;

/* What is served. Both functions are called from many threads at once. */
typedef struct server_application {
    void *context;
    /* Answers one request. */
    void (*answer)(
        void *context, const sandbox_request *request, sandbox_answer *answer);
    /* Whether others should not have to wait for that answer. */
    bool (*takes_long)(const sandbox_request *request);
} server_application;

/* What https needs, as PEM. */
typedef struct server_certificate {
    const char *chain;
    const char *private_key;
} server_certificate;

/*
 * Takes over the listening socket. Without a certificate (NULL) it speaks plain HTTP.
 */
ENTITLE_CHECKED entitle_status server_start(
    const entitle_runtime *runtime,
    int listener,
    const server_certificate *certificate,
    const server_application *application,
    sandbox_server **out,
    entitle_error *error);

/* Returns once no request is being answered any more. */
void server_stop(sandbox_server *server);

#endif
