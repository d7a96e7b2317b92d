/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/flusher.h"

#include <sys/random.h>
#include <time.h>

/*
 * Up to a tenth more or less, so that agents that were started together do not come
 * together; and the first soon, for what the one before has left behind.
 */
static int64_t
next_wait_ms(int64_t interval_ms, bool is_first)
{
    int64_t tenth_ms = interval_ms / 10;
    uint32_t number = 0;

    (void)!getrandom(&number, sizeof(number), GRND_NONBLOCK);
    if (is_first) {
        return (int64_t)(number % (uint64_t)(tenth_ms + 1));
    }
    return interval_ms - tenth_ms + (int64_t)(number % (uint64_t)(2 * tenth_ms + 1));
}

/* False once it is to end. With the lock held. */
static bool
wait_for_turn(agent_flusher *flusher, int64_t wait_ms)
{
    int64_t until_ms = agent_monotonic_ms() + wait_ms;
    const struct timespec until = { .tv_sec = (time_t)(until_ms / 1000),
                                    .tv_nsec = (long)(until_ms % 1000) * 1000000 };

    while (!flusher->is_stopping && agent_monotonic_ms() < until_ms) {
        (void)pthread_cond_timedwait(&flusher->changed, &flusher->lock, &until);
    }
    return !flusher->is_stopping;
}

static void *
run(void *context)
{
    agent_flusher *flusher = context;
    bool is_first = true;

    (void)pthread_mutex_lock(&flusher->lock);
    while (wait_for_turn(flusher, next_wait_ms(flusher->interval_ms, is_first))) {
        is_first = false;
        (void)pthread_mutex_unlock(&flusher->lock);
        agent_flush(flusher->agent, false);
        (void)pthread_mutex_lock(&flusher->lock);
    }
    (void)pthread_mutex_unlock(&flusher->lock);
    return NULL;
}

bool
flusher_start(agent_flusher *flusher, usage_agent *agent, int64_t interval_ms)
{
    pthread_condattr_t attributes;

    flusher->agent = agent;
    flusher->interval_ms = interval_ms;
    flusher->is_stopping = false;
    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&flusher->changed, &attributes);
    (void)pthread_condattr_destroy(&attributes);
    (void)pthread_mutex_init(&flusher->lock, NULL);
    return pthread_create(&flusher->thread, NULL, run, flusher) == 0;
}

void
flusher_stop(agent_flusher *flusher)
{
    (void)pthread_mutex_lock(&flusher->lock);
    flusher->is_stopping = true;
    (void)pthread_cond_signal(&flusher->changed);
    (void)pthread_mutex_unlock(&flusher->lock);
    (void)pthread_join(flusher->thread, NULL);
    (void)pthread_cond_destroy(&flusher->changed);
    (void)pthread_mutex_destroy(&flusher->lock);
}
