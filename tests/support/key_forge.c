/* SPDX-License-Identifier: Apache-2.0 */
#include "support/key_forge.h"

#include "support/key_file.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/encoder.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
require(bool holds)
{
    if (!holds) {
        fprintf(stderr, "the key forge failed\n");
        exit(EXIT_FAILURE);
    }
}

static EVP_PKEY *
generate_rsa(const char *type, int bits, unsigned long exponent)
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    BIGNUM *e = BN_new();
    EVP_PKEY *pkey = NULL;

    require(context != NULL && e != NULL && BN_set_word(e, exponent) == 1);
    require(EVP_PKEY_keygen_init(context) == 1);
    require(EVP_PKEY_CTX_set_rsa_keygen_bits(context, bits) == 1);
    require(EVP_PKEY_CTX_set1_rsa_keygen_pubexp(context, e) == 1);
    require(EVP_PKEY_generate(context, &pkey) == 1);
    BN_free(e);
    EVP_PKEY_CTX_free(context);
    return pkey;
}

static const struct {
    const char *name; /* of its file */
    const char *type;
    int bits;
    unsigned long exponent;
} rsa_keys[FORGE_KEY_COUNT] = {
    [FORGE_KEY] = { "first", "RSA", 2048, 65537 },
    [FORGE_KEY_OTHER] = { "other", "RSA", 2048, 65537 },
    [FORGE_KEY_SANDBOX] = { "sandbox", "RSA", 2048, 65539 },
    [FORGE_KEY_3072] = { "3072", "RSA", 3072, 65537 },
    [FORGE_KEY_1024] = { "1024", "RSA", 1024, 65537 },
    [FORGE_KEY_PSS] = { "pss", "RSA-PSS", 2048, 65537 },
};

static EVP_PKEY *
find_or_generate_rsa(forge_key key)
{
    char path[1024];

    (void)snprintf(
        path, sizeof(path), "%s/%s.pem", FORGED_KEYS_FOLDER, rsa_keys[key].name);
    EVP_PKEY *pkey = key_file_read(path);
    if (pkey == NULL) {
        pkey = generate_rsa(
            rsa_keys[key].type, rsa_keys[key].bits, rsa_keys[key].exponent);
        key_file_keep(path, pkey);
    }
    return pkey;
}

static EVP_PKEY *
find_or_generate(forge_key key)
{
    switch (key) {
    case FORGE_KEY_EC:
        return EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
    case FORGE_KEY_ED25519:
        return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    default:
        return find_or_generate_rsa(key);
    }
}

static EVP_PKEY *kept[FORGE_KEY_COUNT];

static void
release_kept(void)
{
    for (size_t i = 0; i < FORGE_KEY_COUNT; i++) {
        EVP_PKEY_free(kept[i]);
        kept[i] = NULL;
    }
}

EVP_PKEY *
forge_pkey(forge_key key)
{
    static bool registered;

    if (!registered) {
        registered = true;
        require(atexit(release_kept) == 0);
    }
    if (kept[key] == NULL) {
        kept[key] = find_or_generate(key);
        require(kept[key] != NULL);
    }
    return kept[key];
}

static EVP_PKEY *
public_from(const BIGNUM *modulus, const char *exponent_decimal)
{
    BIGNUM *exponent = NULL;
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    EVP_PKEY *pkey = NULL;

    require(BN_dec2bn(&exponent, exponent_decimal) > 0);
    require(OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, modulus) == 1);
    require(OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, exponent) == 1);
    OSSL_PARAM *parameters = OSSL_PARAM_BLD_to_param(builder);
    require(EVP_PKEY_fromdata_init(context) == 1);
    require(EVP_PKEY_fromdata(context, &pkey, EVP_PKEY_PUBLIC_KEY, parameters) == 1);
    OSSL_PARAM_free(parameters);
    OSSL_PARAM_BLD_free(builder);
    EVP_PKEY_CTX_free(context);
    BN_free(exponent);
    return pkey;
}

EVP_PKEY *
forge_public_only(unsigned bits, const char *exponent_decimal)
{
    BIGNUM *modulus = BN_new();

    require(modulus != NULL);
    require(BN_rand(modulus, (int)bits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ODD));
    EVP_PKEY *pkey = public_from(modulus, exponent_decimal);
    BN_free(modulus);
    return pkey;
}

EVP_PKEY *
forge_public_of(const char *modulus_hex, const char *exponent_decimal)
{
    BIGNUM *modulus = NULL;

    require(BN_hex2bn(&modulus, modulus_hex) > 0);
    EVP_PKEY *pkey = public_from(modulus, exponent_decimal);
    BN_free(modulus);
    return pkey;
}

static X509 *
certify(EVP_PKEY *pkey)
{
    X509 *certificate = X509_new();

    require(certificate != NULL);
    require(ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1) == 1);
    require(X509_gmtime_adj(X509_getm_notBefore(certificate), 0) != NULL);
    require(X509_gmtime_adj(X509_getm_notAfter(certificate), 3600) != NULL);
    require(X509_set_pubkey(certificate, pkey) == 1);
    require(X509_sign(certificate, pkey, EVP_sha256()) > 0);
    return certificate;
}

static void
encode(EVP_PKEY *pkey, forge_form form, const char *format, BIO *out)
{
    static const struct {
        int selection;
        const char *structure;
    } forms[] = {
        [FORGE_SPKI] = { EVP_PKEY_PUBLIC_KEY, "SubjectPublicKeyInfo" },
        [FORGE_PKCS1] = { EVP_PKEY_PUBLIC_KEY, "pkcs1" },
        [FORGE_PRIVATE_PKCS8] = { EVP_PKEY_KEYPAIR, "PrivateKeyInfo" },
        [FORGE_PRIVATE_TRADITIONAL] = { EVP_PKEY_KEYPAIR, "type-specific" },
    };
    OSSL_ENCODER_CTX *encoder = OSSL_ENCODER_CTX_new_for_pkey(
        pkey, forms[form].selection, format, forms[form].structure, NULL);

    require(encoder != NULL && OSSL_ENCODER_to_bio(encoder, out) == 1);
    OSSL_ENCODER_CTX_free(encoder);
}

static unsigned char *
write_key(EVP_PKEY *pkey, forge_form form, const char *format, size_t *length)
{
    BIO *out = BIO_new(BIO_s_mem());
    char *data = NULL;

    require(out != NULL);
    if (form == FORGE_CERTIFICATE) {
        X509 *certificate = certify(pkey);
        bool is_pem = strcmp(format, "PEM") == 0;
        require(
            (is_pem ? PEM_write_bio_X509(out, certificate)
                    : i2d_X509_bio(out, certificate)) == 1);
        X509_free(certificate);
    } else {
        encode(pkey, form, format, out);
    }
    *length = (size_t)BIO_get_mem_data(out, &data);
    unsigned char *bytes = calloc(1, *length + 1);
    require(bytes != NULL);
    memcpy(bytes, data, *length);
    BIO_free(out);
    return bytes;
}

char *
forge_pem(EVP_PKEY *pkey, forge_form form)
{
    size_t length = 0;

    return (char *)write_key(pkey, form, "PEM", &length);
}

unsigned char *
forge_der(EVP_PKEY *pkey, forge_form form, size_t *length)
{
    return write_key(pkey, form, "DER", length);
}
