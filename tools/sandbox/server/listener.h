/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_LISTENER_H
#define SANDBOX_LISTENER_H

#include "program/options.h"

#include <stdbool.h>

enum { LISTENER_URL_SIZE = 96 };

/* Listens at the address of the options; the socket, and its URL for that scheme. */
ENTITLE_CHECKED entitle_status listener_open(
    const sandbox_options *options,
    int *out,
    char url[LISTENER_URL_SIZE],
    entitle_error *error);

/* 127.0.0.0/8, ::1, and the former inside IPv6. */
bool listener_is_loopback(const struct sockaddr *address);

#endif
