/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/signer_key.h"

#include "base/error.h"
#include "base/memory.h"
#include "crypto/openssl_error.h"
#include "crypto/rsa_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <limits.h>
#include <string.h>

enum { ES256_SIGNATURE_SIZE = 64 };

/* What entitle-sandbox gives to its keys, so that they are trusted nowhere else. */
static const BN_ULONG sandbox_exponent = 65539;

const char *
ent_signer_algorithm_name(ent_signer_algorithm algorithm)
{
    switch (algorithm) {
    case ENT_SIGNER_ES256:
        return "ES256";
    case ENT_SIGNER_RS256:
        return "RS256";
    case ENT_SIGNER_NONE:
        break;
    }
    return "none";
}

static entitle_status
refuse(entitle_error *error, const char *message)
{
    ent_fail(error, ENTITLE_KEYS_UNUSABLE, "%s", message);
    ent_hint(
        error,
        "sign licences with a key of the curve P-256, or of RSA-3072 for RS256, and "
        "write its public half with openssl pkey -pubout");
    return ENTITLE_KEYS_UNUSABLE;
}

/* The named curve P-256, and a point on it that is not the neutral one. */
static entitle_status
judge_ec(EVP_PKEY *pkey, ent_signer_key *key, entitle_error *error)
{
    char curve[32] = "";
    size_t length = 0;

    if (EVP_PKEY_get_group_name(pkey, curve, sizeof(curve), &length) != 1 ||
        strcmp(curve, "prime256v1") != 0) {
        return refuse(
            error, "this elliptic-curve key is not of P-256, the curve of ES256");
    }
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(pkey, NULL);
    if (context == NULL) {
        return ent_fail_memory(error);
    }
    bool is_on_curve = EVP_PKEY_public_check(context) == 1;
    EVP_PKEY_CTX_free(context);
    if (!is_on_curve) {
        return refuse(error, "this elliptic-curve key is no point of its curve");
    }
    key->algorithm = ENT_SIGNER_ES256;
    key->signature_size = ES256_SIGNATURE_SIZE;
    return ENTITLE_OK;
}

static entitle_status
judge_exponent(const BIGNUM *exponent, entitle_error *error)
{
    if (BN_is_odd(exponent) != 1 || BN_num_bits(exponent) > ENT_RSA_EXPONENT_BITS_MAX ||
        BN_num_bits(exponent) < 17) {
        return refuse(
            error,
            "the public exponent of this RSA key is even, below 65537 or over 64 bits");
    }
    if (BN_is_word(exponent, sandbox_exponent)) {
        return refuse(error, "this is a key of entitle-sandbox, which signs for all");
    }
    return ENTITLE_OK;
}

static entitle_status
judge_rsa(EVP_PKEY *pkey, ent_signer_key *key, entitle_error *error)
{
    int bits = EVP_PKEY_get_bits(pkey);
    BIGNUM *exponent = NULL;

    if (bits < ENT_RSA_BITS_MIN || bits > ENT_RSA_BITS_MAX) {
        return refuse(error, "an RSA key for licences has 2048 to 8192 bits");
    }
    if (EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_E, &exponent) != 1) {
        return ent_fail_memory(error);
    }
    entitle_status status = judge_exponent(exponent, error);
    BN_free(exponent);
    if (status == ENTITLE_OK) {
        key->algorithm = ENT_SIGNER_RS256;
        key->signature_size = (size_t)EVP_PKEY_get_size(pkey);
    }
    return status;
}

static entitle_status
judge(EVP_PKEY *pkey, ent_signer_key *key, entitle_error *error)
{
    if (EVP_PKEY_is_a(pkey, "EC") == 1) {
        return judge_ec(pkey, key, error);
    }
    if (EVP_PKEY_is_a(pkey, "RSA") == 1) {
        return judge_rsa(pkey, key, error);
    }
    return refuse(error, "this key is neither of P-256 nor an ordinary RSA key");
}

/* The text from which libjwt reads the key, made from what was judged. */
static bool
keep_pem(EVP_PKEY *pkey, ent_signer_key *key)
{
    BIO *text = BIO_new(BIO_s_mem());
    char *bytes = NULL;

    if (text == NULL || PEM_write_bio_PUBKEY(text, pkey) != 1) {
        BIO_free(text);
        return false;
    }
    long length = BIO_get_mem_data(text, &bytes);
    if (length > 0) {
        key->pem_length = (size_t)length;
        key->pem = ent_duplicate(&key->runtime, bytes, key->pem_length);
    }
    BIO_free(text);
    return key->pem != NULL;
}

/* Exactly the given bytes, so that one key has one fingerprint. */
static bool
is_canonical(EVP_PKEY *pkey, const unsigned char *der, size_t length)
{
    unsigned char *again = NULL;
    int again_length = i2d_PUBKEY(pkey, &again);
    bool is_same = again_length > 0 && (size_t)again_length == length &&
                   memcmp(again, der, length) == 0;

    OPENSSL_free(again);
    return is_same;
}

static entitle_status
read_and_judge(
    const unsigned char *der, size_t length, ent_signer_key *key, entitle_error *error)
{
    const unsigned char *end = der;
    EVP_PKEY *pkey = d2i_PUBKEY(NULL, &end, (long)length);

    if (pkey == NULL) {
        return refuse(error, "this is not a public key that can be read");
    }
    entitle_status status = judge(pkey, key, error);
    if (status == ENTITLE_OK && !is_canonical(pkey, der, length)) {
        status = refuse(error, "the key is not in the one form that DER allows");
    }
    if (status == ENTITLE_OK &&
        (!ent_sha256_hex(der, length, key->sha256_hex) || !keep_pem(pkey, key))) {
        status = ent_fail_memory(error);
    }
    EVP_PKEY_free(pkey);
    return status;
}

entitle_status
ent_signer_key_read(
    const entitle_runtime *runtime,
    const unsigned char *der,
    size_t length,
    ent_signer_key *out,
    entitle_error *error)
{
    entitle_error cause = { .status = ENTITLE_OK };

    *out = (ent_signer_key){ .runtime = *runtime };
    if (length == 0 || length > LONG_MAX) {
        return refuse(error, "this is not a public key that can be read");
    }
    entitle_status status = read_and_judge(der, length, out, &cause);
    /* Where memory is wanting OpenSSL finds fault with any key. */
    if (status == ENTITLE_KEYS_UNUSABLE && !ent_openssl_wants_memory()) {
        return refuse(error, cause.message);
    }
    return status == ENTITLE_OK ? ENTITLE_OK : ent_fail_memory(error);
}

void
ent_signer_key_clear(ent_signer_key *key)
{
    ent_release(&key->runtime, key->pem);
    *key = (ent_signer_key){ .pem = NULL };
}
