/* SPDX-License-Identifier: Apache-2.0 */

/* To be preloaded: whoever waits for a descriptor waits for ever, signals or not. */
#include <poll.h>
#include <unistd.h>

int
poll(struct pollfd *descriptors, nfds_t count, int timeout_ms)
{
    (void)descriptors;
    (void)count;
    (void)timeout_ms;
    for (;;) {
        (void)pause();
    }
}
