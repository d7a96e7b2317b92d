/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_CRYPTO_KEY_REFUSAL_H
#define ENT_CRYPTO_KEY_REFUSAL_H

#include <entitle/error.h>

#include <stdbool.h>

/*
 * Why a key is not fit to judge an entitlement. Each has its own sentence and remedy.
 */
typedef enum ent_key_refusal {
    ENT_KEY_EMPTY,
    ENT_KEY_TOO_MUCH,
    ENT_KEY_LEADING_BYTES,
    ENT_KEY_CUT_PEM,
    ENT_KEY_SEVERAL_PEM,
    ENT_KEY_OTHER_PEM,
    ENT_KEY_NOT_BASE64,
    ENT_KEY_MISLABELLED,
    ENT_KEY_UNREADABLE,
    ENT_KEY_TRAILING_BYTES,
    ENT_KEY_NOT_CANONICAL,
    ENT_KEY_PRIVATE,
    ENT_KEY_CERTIFICATE,
    ENT_KEY_EC,
    ENT_KEY_PSS_RESTRICTED,
    ENT_KEY_NOT_RSA,
    ENT_KEY_DOCUMENTATION_SAMPLE,
    ENT_KEY_EVEN_MODULUS,
    ENT_KEY_EVEN_EXPONENT,
    ENT_KEY_SMALL_EXPONENT,
    ENT_KEY_LARGE_EXPONENT
} ent_key_refusal;

/* Returns ENTITLE_KEYS_UNUSABLE. */
entitle_status ent_key_refuse(entitle_error *error, ent_key_refusal refusal);

/* The same for a modulus outside 2,048 to 8,192 bits. */
entitle_status ent_key_refuse_size(entitle_error *error, int bits);

/*
 * Whether a key is the sample of AWS's seller guide, which ends up in products whose
 * author copied the whole listing. `sha256_hex` is that of the SubjectPublicKeyInfo.
 */
bool ent_key_is_documentation_sample(const char *sha256_hex);

#endif
