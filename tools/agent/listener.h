/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AGENT_LISTENER_H
#define AGENT_LISTENER_H

#include <entitle/error.h>

#include <stdbool.h>
#include <sys/types.h>

enum { LISTENER_URL_SIZE = 160 };

typedef struct agent_listener {
    int descriptor;
    bool is_local_file; /* a Unix socket: no browser gets there */
    char url[LISTENER_URL_SIZE];
    char path[108]; /* of the Unix socket */
} agent_listener;

/*
 * Listens at "127.0.0.1:PORT", "[::1]:PORT" or "unix:PATH", the latter with `mode`. Any
 * address but those of this machine alone is ENTITLE_INVALID_ARGUMENT, and one that is
 * taken ENTITLE_UNREACHABLE. A Unix socket that nobody listens at any more is replaced.
 */
ENTITLE_CHECKED entitle_status listener_open(
    const char *place, mode_t mode, agent_listener *out, entitle_error *error);

/* Takes the Unix socket out of its folder. The descriptor is the server's. */
void listener_remove(const agent_listener *listener);

#endif
