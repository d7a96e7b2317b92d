/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/stop.h"

#include "agent/agent.h"

#include <signal.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

/* Of the 20 s; the rest is for answers under way and for closing the ledger. */
enum { FLUSH_MS = 18 * 1000 };

static atomic_llong due_ms; /* 0: not stopping */

static void
fill(sigset_t *signals)
{
    (void)sigemptyset(signals);
    (void)sigaddset(signals, SIGTERM);
    (void)sigaddset(signals, SIGINT);
}

void
stop_prepare(void)
{
    sigset_t signals;

    fill(&signals);
    (void)pthread_sigmask(SIG_BLOCK, &signals, NULL);
}

/* As process 1 there is no default action: a handler has to do it. */
static void
end_at_once(int signal)
{
    _exit(128 + signal);
}

void
stop_wait(void (*tick)(void *context), void *context)
{
    static const struct timespec pause = { .tv_sec = 5 };
    struct sigaction action = { .sa_handler = end_at_once };
    sigset_t signals;

    fill(&signals);
    while (sigtimedwait(&signals, NULL, &pause) < 0) {
        tick(context);
    }
    atomic_store(&due_ms, agent_monotonic_ms() + FLUSH_MS);
    (void)sigaction(SIGTERM, &action, NULL);
    (void)sigaction(SIGINT, &action, NULL);
    (void)pthread_sigmask(SIG_UNBLOCK, &signals, NULL);
}

bool
stop_is_overdue(void *context)
{
    (void)context;
    long long due = atomic_load(&due_ms);

    return due != 0 && agent_monotonic_ms() >= due;
}
