/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AGENT_GUESTS_H
#define AGENT_GUESTS_H

#include "crowd/crowd.h"

#include <entitle/runtime.h>

#include <microhttpd.h>
#include <pthread.h>

/*
 * The connections of all the server's threads. When there are too many, the one that
 * has waited longest without a whole request gives way.
 */
typedef struct agent_guests {
    const entitle_runtime *runtime;
    pthread_mutex_t lock;
    server_crowd crowd;
} agent_guests;

void guests_init(agent_guests *guests, const entitle_runtime *runtime, size_t limit);
void guests_clear(agent_guests *guests);

/* What MHD_OPTION_NOTIFY_CONNECTION wants; `context` is the guests. */
void guests_notice(
    void *context,
    struct MHD_Connection *connection,
    void **slot,
    enum MHD_ConnectionNotificationCode code);

/* Ends connections that have waited for so long without a whole request. */
void guests_end_slow(agent_guests *guests, int64_t limit_ms);

/* Its request is whole, and being answered; and the answer is over. */
void guests_serve(agent_guests *guests, struct MHD_Connection *connection);
void guests_wait(agent_guests *guests, struct MHD_Connection *connection);

#endif
