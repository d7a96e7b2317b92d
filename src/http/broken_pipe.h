/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_HTTP_BROKEN_PIPE_H
#define ENT_HTTP_BROKEN_PIPE_H

#include <signal.h>
#include <stdbool.h>

/*
 * Keeps SIGPIPE from this thread for a while. OpenSSL writes to sockets in a way that
 * raises it when the peer has gone, libcurl no longer minds with CURLOPT_NOSIGNAL, and
 * the signal would end a program that never asked for one. Handlers, which belong to
 * the whole process, are left alone.
 */
typedef struct ent_broken_pipe {
    sigset_t mask_before;
    bool was_pending;
} ent_broken_pipe;

void ent_broken_pipe_hold(ent_broken_pipe *guard);

/* Drops the signal if it came since, and restores the mask. */
void ent_broken_pipe_release(const ent_broken_pipe *guard);

#endif
