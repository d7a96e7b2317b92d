/* SPDX-License-Identifier: Apache-2.0 */
#include "console/start_state.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static struct sigaction pipe_action;

/*
 * The root folder, opened to be read, is there without /dev, too, and a write to it
 * fails with EBADF, as it does with a closed descriptor.
 */
static void
hold_standard_descriptors(void)
{
    for (int descriptor = 0; descriptor <= STDERR_FILENO; descriptor++) {
        if (fcntl(descriptor, F_GETFD) < 0) {
            /* The lowest one that is free is this one. */
            (void)open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        }
    }
}

void
start_state_prepare(void)
{
    struct sigaction ignore;

    hold_standard_descriptors();
    memset(&ignore, 0, sizeof(ignore));
    ignore.sa_handler = SIG_IGN;
    (void)sigemptyset(&ignore.sa_mask);
    (void)sigaction(SIGPIPE, &ignore, &pipe_action);
}

void
start_state_restore(void)
{
    (void)sigaction(SIGPIPE, &pipe_action, NULL);
}
