/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_CRYPTO_RSA_PSS_H
#define ENT_CRYPTO_RSA_PSS_H

#include "crypto/rsa_key.h"

#include <stddef.h>

/* Zero refuses. */
typedef enum ent_pss_result {
    ENT_PSS_INVALID = 0,
    ENT_PSS_VALID,
    ENT_PSS_ERROR /* nothing was judged: no memory */
} ent_pss_result;

/*
 * RSASSA-PSS with SHA-256, MGF1-SHA-256 and a salt of exactly 32 bytes (RFC 7518 §3.5,
 * RFC 8017 §8.1.2). A signature of another length than the modulus is invalid.
 */
ent_pss_result ent_rsa_pss_verify(
    const ent_rsa_key *key,
    const void *message,
    size_t message_length,
    const unsigned char *signature,
    size_t signature_length);

/*
 * For the message after a refusal only: the salt length with which an invalid signature
 * would hold under this key, or -1 when it holds with none.
 */
int ent_rsa_pss_salt_length(
    const ent_rsa_key *key,
    const void *message,
    size_t message_length,
    const unsigned char *signature,
    size_t signature_length);

#endif
