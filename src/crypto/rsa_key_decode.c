/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/rsa_key_decode.h"

#include "base/error.h"
#include "crypto/key_refusal.h"
#include "crypto/openssl_error.h"
#include "crypto/rsa_key_state.h"

#include <openssl/x509.h>

#include <limits.h>
#include <string.h>

/* Only to name what is refused anyway. */
static ent_key_refusal
identify(const unsigned char *der, size_t length)
{
    const unsigned char *end = der;
    X509 *certificate = d2i_X509(NULL, &end, (long)length);

    if (certificate != NULL) {
        X509_free(certificate);
        return ENT_KEY_CERTIFICATE;
    }
    end = der;
    EVP_PKEY *private_key = d2i_AutoPrivateKey(NULL, &end, (long)length);
    if (private_key != NULL) {
        EVP_PKEY_free(private_key);
        return ENT_KEY_PRIVATE;
    }
    return ENT_KEY_UNREADABLE;
}

/*
 * Where the RSAPublicKey stands in a SubjectPublicKeyInfo of any key that is long
 * enough, or NULL. A guess: check_canonical() compares all that is skipped here.
 */
static const unsigned char *
guess_inner_key(const unsigned char *der, size_t length)
{
    enum { ALGORITHM_AT = 4, INNER_AT = 24 };
    static const unsigned char rsa_encryption[] = {
        0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
        0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
    };

    if (length <= INNER_AT ||
        memcmp(der + ALGORITHM_AT, rsa_encryption, sizeof(rsa_encryption)) != 0) {
        return NULL;
    }
    return der + INNER_AT;
}

/*
 * OpenSSL's general decoder takes 70 times as long as the one for PKCS#1, and most of a
 * short program's time; so it is asked only where the guess fails.
 */
static EVP_PKEY *
decode_spki(const unsigned char **end, const unsigned char *der, size_t length)
{
    const unsigned char *inner = guess_inner_key(der, length);
    EVP_PKEY *pkey = NULL;

    if (inner != NULL) {
        *end = inner;
        pkey = d2i_PublicKey(
            EVP_PKEY_RSA, NULL, end, (long)(length - (size_t)(inner - der)));
    }
    if (pkey == NULL) {
        *end = der;
        pkey = d2i_PUBKEY(NULL, end, (long)length);
    }
    return pkey;
}

entitle_status
ent_rsa_key_decode(
    ent_rsa_key *key, const unsigned char *der, size_t length, entitle_error *error)
{
    const unsigned char *end = der;

    if (length == 0 || length > LONG_MAX) {
        return ent_key_refuse(error, ENT_KEY_UNREADABLE);
    }
    key->form = ENT_FORM_PKCS1;
    key->pkey = d2i_PublicKey(EVP_PKEY_RSA, NULL, &end, (long)length);
    if (key->pkey == NULL) {
        key->form = ENT_FORM_SPKI;
        key->pkey = decode_spki(&end, der, length);
    }
    if (key->pkey == NULL) {
        ent_key_refusal refusal = identify(der, length);
        bool for_memory = ent_openssl_ran_out_of_memory();
        return for_memory ? ent_fail_memory(error) : ent_key_refuse(error, refusal);
    }
    if (end != der + length) {
        return ent_key_refuse(error, ENT_KEY_TRAILING_BYTES);
    }
    return ENTITLE_OK;
}
