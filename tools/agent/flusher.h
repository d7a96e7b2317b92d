/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AGENT_FLUSHER_H
#define AGENT_FLUSHER_H

#include "agent/agent.h"

/* The thread that sends the hours that are over, again and again. */
typedef struct agent_flusher {
    usage_agent *agent;
    int64_t interval_ms;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool is_stopping;
} agent_flusher;

/* False: no thread could be started. */
bool flusher_start(agent_flusher *flusher, usage_agent *agent, int64_t interval_ms);

/* Waits for the flush that has begun. */
void flusher_stop(agent_flusher *flusher);

#endif
