/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_SUPPORT_KEY_FORGE_H
#define TEST_SUPPORT_KEY_FORGE_H

#include <openssl/evp.h>

#include <stddef.h>

/*
 * Makes keys of every kind, the fit ones and the unfit ones. A failure ends the test
 * program.
 */

/* Generated on first use, once a process; RSA keys are kept, once a build folder. */
typedef enum forge_key {
    FORGE_KEY = 0,     /* RSA-2048, 65537: quick to make */
    FORGE_KEY_OTHER,   /* another of the same kind */
    FORGE_KEY_SANDBOX, /* RSA-2048, 65539 */
    FORGE_KEY_3072,    /* RSA-3072, 65537: as AWS issues them */
    FORGE_KEY_1024,    /* too short */
    FORGE_KEY_PSS,     /* RSA-2048, restricted to PSS */
    FORGE_KEY_EC,      /* P-256 */
    FORGE_KEY_ED25519,
    FORGE_KEY_COUNT
} forge_key;

/* The forge keeps it. */
EVP_PKEY *forge_pkey(forge_key key);

/* Any modulus length and exponent; no private half, and no primes. Free the result. */
EVP_PKEY *forge_public_only(unsigned bits, const char *exponent_decimal);
/* The same, with the modulus given as hex digits. */
EVP_PKEY *forge_public_of(const char *modulus_hex, const char *exponent_decimal);

typedef enum forge_form {
    FORGE_SPKI,
    FORGE_PKCS1,
    FORGE_PRIVATE_PKCS8,
    FORGE_PRIVATE_TRADITIONAL,
    FORGE_CERTIFICATE /* self-signed */
} forge_form;

char *forge_pem(EVP_PKEY *pkey, forge_form form);
unsigned char *forge_der(EVP_PKEY *pkey, forge_form form, size_t *length);

#endif
