/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_CRYPTO_RSA_KEY_STATE_H
#define ENT_CRYPTO_RSA_KEY_STATE_H

#include "crypto/rsa_key.h"

#include <openssl/evp.h>

/* For this folder only: what crypto/rsa_key.c makes and crypto/rsa_pss.c uses. */
struct ent_rsa_key {
    entitle_runtime runtime;
    EVP_PKEY *pkey;
    EVP_MD *sha256;
    /*
     * Set up for PS256 once. Copied for each verification, because one in use belongs
     * to one thread, and copying costs a tenth less than setting up anew.
     */
    EVP_PKEY_CTX *verifier;
    uint32_t bits;
    size_t modulus_size;
    uint64_t exponent;
    const char *form;
    char sha256_hex[ENT_SHA256_HEX_SIZE];
};

#endif
