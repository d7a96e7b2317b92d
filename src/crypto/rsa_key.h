/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_CRYPTO_RSA_KEY_H
#define ENT_CRYPTO_RSA_KEY_H

#include "crypto/digest.h"

#include <entitle/error.h>
#include <entitle/runtime.h>

#include <stddef.h>
#include <stdint.h>

/*
 * An RSA public key that is fit to judge an entitlement, ready to verify with.
 * Immutable: any number of threads may use one.
 */
typedef struct ent_rsa_key ent_rsa_key;

/* The two shapes of a public key: RFC 5280 §4.1.2.7 and RFC 8017 §A.1.1. */
#define ENT_FORM_SPKI  "SubjectPublicKeyInfo"
#define ENT_FORM_PKCS1 "PKCS#1"

enum {
    ENT_RSA_BITS_MIN = 2048,
    ENT_RSA_BITS_MAX = 8192,
    ENT_RSA_EXPONENT_MIN = 65537,
    /* OpenSSL's own bound for long moduli: a longer exponent only costs time. */
    ENT_RSA_EXPONENT_BITS_MAX = 64
};

/*
 * Reads DER: a SubjectPublicKeyInfo, or a PKCS#1 RSAPublicKey. ENTITLE_KEYS_UNUSABLE
 * says which rule of <entitle/keyring.h> it breaks.
 */
ENTITLE_CHECKED entitle_status ent_rsa_key_new(
    const entitle_runtime *runtime,
    const unsigned char *der,
    size_t der_length,
    ent_rsa_key **out,
    entitle_error *error);
void ent_rsa_key_free(ent_rsa_key *key);

uint32_t ent_rsa_key_bits(const ent_rsa_key *key);
size_t ent_rsa_key_modulus_size(const ent_rsa_key *key); /* in bytes */
uint64_t ent_rsa_key_exponent(const ent_rsa_key *key);

/* Of the DER SubjectPublicKeyInfo, whatever the key was read from: 64 hex digits. */
const char *ent_rsa_key_sha256(const ent_rsa_key *key);

/* ENT_FORM_SPKI or ENT_FORM_PKCS1. Static storage. */
const char *ent_rsa_key_form(const ent_rsa_key *key);

#endif
