/* SPDX-License-Identifier: Apache-2.0 */
#include "http/broken_pipe.h"

#include <errno.h>
#include <stddef.h>
#include <time.h>

static sigset_t
only_sigpipe(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    return set;
}

static bool
is_pending(void)
{
    sigset_t pending;

    sigemptyset(&pending);
    (void)sigpending(&pending);
    return sigismember(&pending, SIGPIPE) == 1;
}

void
ent_broken_pipe_hold(ent_broken_pipe *guard)
{
    sigset_t set = only_sigpipe();

    guard->was_pending = is_pending();
    (void)pthread_sigmask(SIG_BLOCK, &set, &guard->mask_before);
}

void
ent_broken_pipe_release(const ent_broken_pipe *guard)
{
    const struct timespec at_once = { 0 };
    sigset_t set = only_sigpipe();

    if (!guard->was_pending && is_pending()) {
        while (sigtimedwait(&set, NULL, &at_once) < 0 && errno == EINTR) {
        }
    }
    (void)pthread_sigmask(SIG_SETMASK, &guard->mask_before, NULL);
}
