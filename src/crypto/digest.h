/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_CRYPTO_DIGEST_H
#define ENT_CRYPTO_DIGEST_H

#include <stdbool.h>
#include <stddef.h>

enum { ENT_SHA256_SIZE = 32, ENT_SHA256_HEX_SIZE = 65 };

/* False only when OpenSSL fails, which is for want of memory. */
bool ent_sha256(const void *bytes, size_t length, unsigned char out[ENT_SHA256_SIZE]);
bool ent_sha256_hex(const void *bytes, size_t length, char out[ENT_SHA256_HEX_SIZE]);
bool ent_hmac_sha256(
    const void *key,
    size_t key_length,
    const void *bytes,
    size_t length,
    unsigned char out[ENT_SHA256_SIZE]);

#endif
