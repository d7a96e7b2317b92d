/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_CRYPTO_SIGNER_KEY_H
#define ENT_CRYPTO_SIGNER_KEY_H

#include "crypto/digest.h"

#include <entitle/error.h>
#include <entitle/runtime.h>

#include <stddef.h>

/* How a licence may be signed (RFC 7518 §3.1). Zero is none. */
typedef enum ent_signer_algorithm {
    ENT_SIGNER_NONE = 0,
    ENT_SIGNER_ES256, /* ECDSA on P-256 */
    ENT_SIGNER_RS256  /* RSASSA-PKCS1-v1_5 */
} ent_signer_algorithm;

/* "ES256", "RS256". */
const char *ent_signer_algorithm_name(ent_signer_algorithm algorithm);

/*
 * A seller's public key for licences: judged fit, and of one algorithm. A type of its
 * own, so that no ent_rsa_key, which judges for AWS, can be mistaken for it.
 */
typedef struct ent_signer_key {
    entitle_runtime runtime;
    ent_signer_algorithm algorithm;
    size_t signature_size; /* of every signature that it makes */
    char *pem; /* the SubjectPublicKeyInfo once more, as OpenSSL writes it */
    size_t pem_length;
    char sha256_hex[ENT_SHA256_HEX_SIZE];
} ent_signer_key;

/*
 * Reads the DER of a SubjectPublicKeyInfo. ENTITLE_KEYS_UNUSABLE says which rule of
 * <entitle/licence.h> it breaks. Clear it in either case.
 */
ENTITLE_CHECKED entitle_status ent_signer_key_read(
    const entitle_runtime *runtime,
    const unsigned char *der,
    size_t length,
    ent_signer_key *out,
    entitle_error *error);
void ent_signer_key_clear(ent_signer_key *key);

#endif
