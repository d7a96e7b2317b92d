/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ISSUER_SIGNING_KEY_H
#define ISSUER_SIGNING_KEY_H

#include "base/buffer.h"
#include "console/failure.h"

#include <openssl/types.h>

#include <stdbool.h>
#include <stddef.h>

/* The seller's private key for licences. */
typedef struct signing_key {
    EVP_PKEY *pkey;
    bool is_ec; /* ES256; otherwise RS256 */
} signing_key;

/*
 * Reads it from a file that nobody but its owner may read. EX_IOERR where that cannot
 * be read, EX_CONFIG where it is not as it should be. Close it in any case.
 */
bool signing_key_open(const char *path, signing_key *out, cli_failure *failure);
void signing_key_close(signing_key *key);

/* "ES256" or "RS256" (RFC 7518 §3.1). */
const char *signing_key_algorithm(const signing_key *key);

/* Appends the signature of a text, as base64url. False when OpenSSL or memory fails. */
bool signing_key_append_signature(
    const signing_key *key, const char *text, size_t length, ent_buffer *out);

/* Appends bytes as base64url. */
bool append_base64url(const void *bytes, size_t length, ent_buffer *out);

#endif
