/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_HOST_NAMES_H
#define SANDBOX_HOST_NAMES_H

#include "base/buffer.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

/* What somebody may call the sandbox by. */
typedef struct host_names {
    const struct sockaddr *address; /* where it listens */
    const char *region;
    const char *const *others; /* from the command line */
    size_t other_count;
} host_names;

/* A DNS name or a literal address: nothing that could be taken for two. */
bool host_name_is_valid(const char *name);

/*
 * Appends all of them as "DNS:localhost,IP:127.0.0.1,…": this machine's, those given,
 * and those by which AWS is reached in the Region, so that a container whose /etc/hosts
 * says so meets the sandbox in AWS's place.
 */
void host_names_append(const host_names *names, ent_buffer *out);

#endif
