/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_LISTEN_ADDRESS_H
#define SANDBOX_LISTEN_ADDRESS_H

#include <entitle/error.h>

#include <sys/socket.h>

/* What bind() takes. */
typedef struct listen_address {
    struct sockaddr_storage address;
    socklen_t length;
} listen_address;

/* 127.0.0.1, and a free port. */
void listen_address_default(listen_address *out);

/*
 * "127.0.0.1:8700" or "[::1]:8700": literal addresses only, so that nothing is
 * resolved. Anything else is refused (ENTITLE_INVALID_ARGUMENT).
 */
ENTITLE_CHECKED entitle_status
listen_address_parse(const char *text, listen_address *out, entitle_error *error);

#endif
