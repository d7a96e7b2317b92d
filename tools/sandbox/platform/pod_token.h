/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_POD_TOKEN_H
#define SANDBOX_POD_TOKEN_H

#include "base/buffer.h"

#include <entitle/error.h>

/* A pod in the cluster that the sandbox plays. */
typedef struct pod_token_order {
    const char *region;
    const char *audience;
} pod_token_order;

/*
 * Writes the token that Kubernetes would project into a pod that has just been made:
 * good for 24 hours, signed RS256 by a key that nobody keeps, without a newline.
 */
ENTITLE_CHECKED entitle_status
pod_token_make(const pod_token_order *order, ent_buffer *out, entitle_error *error);

/* Puts it into a file at once, so that a reader never sees half a token. */
ENTITLE_CHECKED entitle_status
pod_token_save(const char *path, const ent_buffer *token, entitle_error *error);

#endif
