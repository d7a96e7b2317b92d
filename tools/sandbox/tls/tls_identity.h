/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_TLS_IDENTITY_H
#define SANDBOX_TLS_IDENTITY_H

#include "tls/host_names.h"

#include <entitle/error.h>
#include <entitle/runtime.h>

enum { TLS_PATH_SIZE = 4096 };

/* What the server shows, as PEM. */
typedef struct tls_identity {
    char ca_path[TLS_PATH_SIZE]; /* DIR/ca.pem, which clients have to trust */
    ent_buffer certificate;
    ent_buffer private_key;
} tls_identity;

/*
 * The CA of the folder, DIR/ca.pem with its key in DIR/private, is made once, and again
 * only when it nears its end. The server's certificate is new at every start: so it has
 * today's names and never expires in use.
 */
ENTITLE_CHECKED entitle_status tls_identity_open(
    const entitle_runtime *runtime,
    const char *state_directory,
    const host_names *names,
    tls_identity *out,
    entitle_error *error);
void tls_identity_close(tls_identity *identity);

#endif
