/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/digest.h"

#include "base/text.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <limits.h>

bool
ent_sha256(const void *bytes, size_t length, unsigned char out[ENT_SHA256_SIZE])
{
    return EVP_Digest(bytes, length, out, NULL, EVP_sha256(), NULL) == 1;
}

bool
ent_sha256_hex(const void *bytes, size_t length, char out[ENT_SHA256_HEX_SIZE])
{
    unsigned char digest[ENT_SHA256_SIZE];

    if (!ent_sha256(bytes, length, digest)) {
        return false;
    }
    ent_text_hex(digest, sizeof(digest), out);
    return true;
}

bool
ent_hmac_sha256(
    const void *key,
    size_t key_length,
    const void *bytes,
    size_t length,
    unsigned char out[ENT_SHA256_SIZE])
{
    if (key_length > INT_MAX) {
        return false;
    }
    return HMAC(EVP_sha256(), key, (int)key_length, bytes, length, out, NULL) != NULL;
}
