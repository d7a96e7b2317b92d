/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_TOKEN_COMPACT_H
#define ENT_TOKEN_COMPACT_H

#include <entitle/error.h>
#include <entitle/runtime.h>

#include <stddef.h>

enum { ENT_TOKEN_LENGTH_MAX = 65536 };

/* A compact JWS (RFC 7515 §7.1) that was taken apart. Nothing in it is proven. */
typedef struct ent_compact {
    const char *signing_input; /* the caller's own bytes: header, dot and payload */
    size_t signing_input_length;
    const char *header; /* decoded and NUL-terminated, as the two below */
    size_t header_length;
    const char *payload;
    size_t payload_length;
    const unsigned char *signature;
    size_t signature_length;
    unsigned char *decoded; /* where all three stand */
} ent_compact;

/* ENTITLE_MALFORMED_TOKEN, or no memory. Close it in either case. */
ENTITLE_CHECKED entitle_status ent_compact_open(
    const entitle_runtime *runtime,
    const char *token,
    size_t length,
    ent_compact *out,
    entitle_error *error);
void ent_compact_close(const entitle_runtime *runtime, ent_compact *compact);

#endif
