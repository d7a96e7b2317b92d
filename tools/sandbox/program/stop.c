/* SPDX-License-Identifier: Apache-2.0 */
#include "program/stop.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>

static atomic_bool requested;

static void
stop_signals(sigset_t *signals)
{
    sigemptyset(signals);
    sigaddset(signals, SIGTERM);
    sigaddset(signals, SIGINT);
}

bool
stop_prepare(void)
{
    struct sigaction ignore = { .sa_handler = SIG_IGN };
    sigaction(SIGPIPE, &ignore, NULL);
    sigset_t signals;
    stop_signals(&signals);
    return pthread_sigmask(SIG_BLOCK, &signals, NULL) == 0;
}

void
stop_wait(void)
{
    sigset_t signals;
    stop_signals(&signals);
    int received = 0;
    while (sigwait(&signals, &received) != 0) {
    }
    atomic_store(&requested, true);
}

bool
stop_requested(void)
{
    if (atomic_load(&requested)) {
        return true;
    }
    /* Before stop_wait() is reached, a signal has only become pending. */
    sigset_t pending;
    return sigpending(&pending) == 0 &&
           (sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1);
}
