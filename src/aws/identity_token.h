/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_IDENTITY_TOKEN_H
#define ENT_AWS_IDENTITY_TOKEN_H

#include <entitle/runtime.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What a token says of itself. Nothing here is verified, and nothing goes by it: it is
 * for people to read.
 */
typedef struct ent_identity_token {
    char issuer[256];   /* "" where it is not a text */
    char subject[256];  /* "system:serviceaccount:NAMESPACE:NAME" */
    char audience[256]; /* the first one */
    char pod_uid[64];   /* of the pod that Kubernetes made it for; "" elsewhere */
    bool is_for_sts;    /* sts.amazonaws.com is one of its audiences */
    bool has_expiry;
    int64_t expires_at_s;
    bool lacks_memory; /* where it could not be read: it may say anything */
} ent_identity_token;

/*
 * False where `text` is not the three parts of a JWT with a JSON object in the second.
 */
bool ent_identity_token_decode(
    const entitle_runtime *runtime,
    const char *text,
    size_t length,
    ent_identity_token *out);

#endif
