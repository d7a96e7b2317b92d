/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/rsa_pss.h"

#include "crypto/openssl_error.h"
#include "crypto/rsa_key_state.h"

#include <openssl/err.h>
#include <openssl/rsa.h>

#include <limits.h>

/* `salt_length` in bytes, or RSA_PSS_SALTLEN_AUTO for any. */
static ent_pss_result
verify_digest(
    const ent_rsa_key *key,
    const unsigned char digest[ENT_SHA256_SIZE],
    const unsigned char *signature,
    size_t signature_length,
    int salt_length)
{
    EVP_PKEY_CTX *verifier = EVP_PKEY_CTX_dup(key->verifier);
    ent_pss_result result = ENT_PSS_ERROR;

    if (verifier == NULL) {
        return ENT_PSS_ERROR;
    }
    if (salt_length == ENT_SHA256_SIZE ||
        EVP_PKEY_CTX_set_rsa_pss_saltlen(verifier, salt_length) == 1) {
        ERR_clear_error();
        if (EVP_PKEY_verify(
                verifier, signature, signature_length, digest, ENT_SHA256_SIZE) == 1) {
            result = ENT_PSS_VALID;
        } else if (ent_openssl_refused_signature()) {
            result = ENT_PSS_INVALID;
        }
    }
    EVP_PKEY_CTX_free(verifier);
    return result;
}

static bool
digest_message(
    const ent_rsa_key *key,
    const void *message,
    size_t message_length,
    unsigned char out[ENT_SHA256_SIZE])
{
    return EVP_Digest(message, message_length, out, NULL, key->sha256, NULL) == 1;
}

ent_pss_result
ent_rsa_pss_verify(
    const ent_rsa_key *key,
    const void *message,
    size_t message_length,
    const unsigned char *signature,
    size_t signature_length)
{
    unsigned char digest[ENT_SHA256_SIZE];

    /* OpenSSL would also take a signature whose leading zero bytes were cut off. */
    if (signature_length != key->modulus_size) {
        return ENT_PSS_INVALID;
    }
    if (!digest_message(key, message, message_length, digest)) {
        return ENT_PSS_ERROR;
    }
    return verify_digest(key, digest, signature, signature_length, ENT_SHA256_SIZE);
}

int
ent_rsa_pss_salt_length(
    const ent_rsa_key *key,
    const void *message,
    size_t message_length,
    const unsigned char *signature,
    size_t signature_length)
{
    unsigned char digest[ENT_SHA256_SIZE];

    if (signature_length != key->modulus_size ||
        !digest_message(key, message, message_length, digest) ||
        verify_digest(key, digest, signature, signature_length, RSA_PSS_SALTLEN_AUTO) !=
            ENT_PSS_VALID) {
        return -1;
    }
    /* Only who holds the private key gets here, so nobody else can make us work. */
    int longest = (int)key->modulus_size - ENT_SHA256_SIZE - 2;
    for (int length = 0; length <= longest; length++) {
        if (verify_digest(key, digest, signature, signature_length, length) ==
            ENT_PSS_VALID) {
            return length;
        }
    }
    return -1;
}
