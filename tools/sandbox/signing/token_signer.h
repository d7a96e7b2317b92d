/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_TOKEN_SIGNER_H
#define SANDBOX_TOKEN_SIGNER_H

#include "base/buffer.h"

#include <openssl/evp.h>

#include <stdbool.h>
#include <stdint.h>

/* The ways of lying in a token; zero is the truth. */
typedef enum token_twist {
    TOKEN_HONEST = 0,
    TOKEN_OTHER_NONCE,
    TOKEN_OTHER_PRODUCT,
    TOKEN_OTHER_VERSION,
    TOKEN_OTHER_KEY,
    TOKEN_RS256,
    TOKEN_NONE,
    TOKEN_BAD_SIGNATURE,
    TOKEN_REPLAY,
    TOKEN_BOTH_SPELLINGS,
    TOKEN_CAMEL,
    TOKEN_PASCAL,
    TOKEN_SALT0,
    TOKEN_TWIST_COUNT
} token_twist;

/* "other_nonce"; NULL for TOKEN_HONEST. */
const char *token_twist_name(token_twist twist);
bool token_twist_find(const char *name, token_twist *out);

/* What is to be signed, and how. */
typedef struct token_order {
    const char *product_code;
    uint32_t key_version;
    const char *nonce; /* NULL: the request had none */
    int64_t issued_at_s;
    int64_t rotated_at_s; /* 0: the key is in force */
    token_twist twist;
    EVP_PKEY *key;
} token_order;

/*
 * Writes the claims as JSON. A nonce or a product code that differs from the order's is
 * made up where the twist wants it.
 */
bool token_claims_write(const token_order *order, ent_buffer *out);

/*
 * Signs by RFC 7515 and RFC 7518 §3.5. False when OpenSSL fails or for want of memory.
 */
bool token_sign(const token_order *order, ent_buffer *out);

#endif
