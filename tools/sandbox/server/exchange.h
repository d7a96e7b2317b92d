/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_EXCHANGE_H
#define SANDBOX_EXCHANGE_H

#include "server/pool.h"
#include "wire/answer.h"
#include "wire/request.h"

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>

typedef enum exchange_stage {
    EXCHANGE_NEW,       /* the headers are there, but nobody looked at them */
    EXCHANGE_RECEIVING, /* the body */
    EXCHANGE_COMPLETE,  /* to be answered by the pool */
    EXCHANGE_DELAYED,   /* answered; to be sent later */
    EXCHANGE_SUSPENDED, /* either of these goes on in the pool */
    EXCHANGE_ANSWERED,  /* and may be sent */
    EXCHANGE_DROPPED    /* the server ends: there will be no answer */
} exchange_stage;

/* A request and the answer to it. */
typedef struct http_exchange {
    pool_task task; /* first: the pool's handle on it */
    struct MHD_Connection *connection;
    sandbox_request request;
    sandbox_answer answer;
    exchange_stage stage;
    bool is_answered;
    size_t excess; /* bytes beyond the limit of the body */
} http_exchange;

/* `target` is as it was on the wire. NULL for want of memory. */
http_exchange *exchange_new(
    const entitle_runtime *runtime,
    struct MHD_Connection *connection,
    const char *target);
void exchange_free(const entitle_runtime *runtime, http_exchange *exchange);

/* Takes over method and headers. False when the announced body is too large. */
bool exchange_take_head(http_exchange *exchange, const char *method);

/* A piece of the body. False when it has gone on for too long after the limit. */
bool exchange_take_body(http_exchange *exchange, const char *bytes, size_t length);

#endif
