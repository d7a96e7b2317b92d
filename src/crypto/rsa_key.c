/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/rsa_key.h"

#include "base/error.h"
#include "base/memory.h"
#include "crypto/key_refusal.h"
#include "crypto/rsa_key_decode.h"
#include "crypto/rsa_key_state.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <string.h>

static entitle_status
check_kind(const ent_rsa_key *key, entitle_error *error)
{
    switch (EVP_PKEY_get_base_id(key->pkey)) {
    case EVP_PKEY_RSA:
        return ENTITLE_OK;
    case EVP_PKEY_RSA_PSS:
        return ent_key_refuse(error, ENT_KEY_PSS_RESTRICTED);
    case EVP_PKEY_EC:
        return ent_key_refuse(error, ENT_KEY_EC);
    default:
        return ent_key_refuse(error, ENT_KEY_NOT_RSA);
    }
}

/*
 * There is one DER for each key; whoever computes its SHA-256 with other means must
 * come to the same. So what OpenSSL would write has to be what was given.
 */
static entitle_status
check_canonical(
    ent_rsa_key *key, const unsigned char *der, size_t length, entitle_error *error)
{
    bool is_spki = strcmp(key->form, ENT_FORM_SPKI) == 0;
    unsigned char *spki = NULL;
    unsigned char *pkcs1 = NULL;
    int spki_length = i2d_PUBKEY(key->pkey, &spki);
    int pkcs1_length = is_spki ? 0 : i2d_PublicKey(key->pkey, &pkcs1);
    const unsigned char *written = is_spki ? spki : pkcs1;
    int written_length = is_spki ? spki_length : pkcs1_length;
    entitle_status status = ENTITLE_OK;

    if (spki_length <= 0 || written_length <= 0 ||
        !ent_sha256_hex(spki, (size_t)spki_length, key->sha256_hex)) {
        status = ent_fail_memory(error);
    } else if ((size_t)written_length != length || memcmp(written, der, length) != 0) {
        status = ent_key_refuse(error, ENT_KEY_NOT_CANONICAL);
    }
    OPENSSL_free(spki);
    OPENSSL_free(pkcs1);
    return status;
}

static entitle_status
check_modulus(ent_rsa_key *key, entitle_error *error)
{
    int bits = EVP_PKEY_get_bits(key->pkey);
    BIGNUM *modulus = NULL;

    if (ent_key_is_documentation_sample(key->sha256_hex)) {
        return ent_key_refuse(error, ENT_KEY_DOCUMENTATION_SAMPLE);
    }
    if (bits < ENT_RSA_BITS_MIN || bits > ENT_RSA_BITS_MAX) {
        return ent_key_refuse_size(error, bits);
    }
    if (EVP_PKEY_get_bn_param(key->pkey, OSSL_PKEY_PARAM_RSA_N, &modulus) != 1) {
        return ent_fail_memory(error);
    }
    bool is_odd = BN_is_odd(modulus);
    BN_free(modulus);
    if (!is_odd) {
        return ent_key_refuse(error, ENT_KEY_EVEN_MODULUS);
    }
    key->bits = (uint32_t)bits;
    key->modulus_size = ((size_t)bits + 7) / 8;
    return ENTITLE_OK;
}

static entitle_status
check_exponent(ent_rsa_key *key, entitle_error *error)
{
    BIGNUM *exponent = NULL;
    unsigned char bytes[ENT_RSA_EXPONENT_BITS_MAX / 8];

    if (EVP_PKEY_get_bn_param(key->pkey, OSSL_PKEY_PARAM_RSA_E, &exponent) != 1) {
        return ent_fail_memory(error);
    }
    bool is_odd = BN_is_odd(exponent);
    bool fits = BN_bn2binpad(exponent, bytes, sizeof(bytes)) == sizeof(bytes);
    BN_free(exponent);
    if (!is_odd) {
        return ent_key_refuse(error, ENT_KEY_EVEN_EXPONENT);
    }
    if (!fits) {
        return ent_key_refuse(error, ENT_KEY_LARGE_EXPONENT);
    }
    for (size_t i = 0; i < sizeof(bytes); i++) {
        key->exponent = key->exponent << 8 | bytes[i];
    }
    if (key->exponent < ENT_RSA_EXPONENT_MIN) {
        return ent_key_refuse(error, ENT_KEY_SMALL_EXPONENT);
    }
    return ENTITLE_OK;
}

static bool
prepare_verifier(ent_rsa_key *key)
{
    key->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    key->verifier = EVP_PKEY_CTX_new_from_pkey(NULL, key->pkey, NULL);
    if (key->sha256 == NULL || key->verifier == NULL) {
        return false;
    }
    return EVP_PKEY_verify_init(key->verifier) == 1 &&
           EVP_PKEY_CTX_set_rsa_padding(key->verifier, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_signature_md(key->verifier, key->sha256) == 1 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(key->verifier, key->sha256) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(key->verifier, ENT_SHA256_SIZE) == 1;
}

static entitle_status
load(ent_rsa_key *key, const unsigned char *der, size_t length, entitle_error *error)
{
    entitle_status status = ent_rsa_key_decode(key, der, length, error);

    if (status == ENTITLE_OK) {
        status = check_kind(key, error);
    }
    if (status == ENTITLE_OK) {
        status = check_canonical(key, der, length, error);
    }
    if (status == ENTITLE_OK) {
        status = check_modulus(key, error);
    }
    if (status == ENTITLE_OK) {
        status = check_exponent(key, error);
    }
    if (status == ENTITLE_OK && !prepare_verifier(key)) {
        status = ent_fail_memory(error);
    }
    return status;
}

entitle_status
ent_rsa_key_new(
    const entitle_runtime *runtime,
    const unsigned char *der,
    size_t der_length,
    ent_rsa_key **out,
    entitle_error *error)
{
    ent_rsa_key *key = ent_allocate(runtime, sizeof(*key));

    *out = NULL;
    if (key == NULL) {
        return ent_fail_memory(error);
    }
    key->runtime = *runtime;
    ERR_clear_error();
    entitle_status status = load(key, der, der_length, error);
    ERR_clear_error();
    if (status != ENTITLE_OK) {
        ent_rsa_key_free(key);
        return status;
    }
    *out = key;
    return ENTITLE_OK;
}

void
ent_rsa_key_free(ent_rsa_key *key)
{
    if (key == NULL) {
        return;
    }
    EVP_PKEY_CTX_free(key->verifier);
    EVP_MD_free(key->sha256);
    EVP_PKEY_free(key->pkey);

    entitle_runtime runtime = key->runtime;
    ent_release(&runtime, key);
}

uint32_t
ent_rsa_key_bits(const ent_rsa_key *key)
{
    return key->bits;
}

size_t
ent_rsa_key_modulus_size(const ent_rsa_key *key)
{
    return key->modulus_size;
}

uint64_t
ent_rsa_key_exponent(const ent_rsa_key *key)
{
    return key->exponent;
}

const char *
ent_rsa_key_sha256(const ent_rsa_key *key)
{
    return key->sha256_hex;
}

const char *
ent_rsa_key_form(const ent_rsa_key *key)
{
    return key->form;
}
