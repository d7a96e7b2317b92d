/* SPDX-License-Identifier: Apache-2.0 */
#include "support/licence_forge.h"

#include "support/token_forge.h"

#include <openssl/bn.h>
#include <openssl/ec.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
require(bool holds)
{
    if (!holds) {
        fprintf(stderr, "the licence forge failed\n");
        exit(EXIT_FAILURE);
    }
}

EVP_PKEY *
licence_forge_key(const char *curve)
{
    EVP_PKEY *pkey = EVP_PKEY_Q_keygen(NULL, NULL, "EC", curve);

    require(pkey != NULL);
    return pkey;
}

static EVP_PKEY *
key_of(const licence_recipe *recipe)
{
    return recipe->key != NULL ? recipe->key : forge_pkey(FORGE_KEY_EC);
}

static char *
signing_input(const licence_recipe *recipe)
{
    const char *header = recipe->header != NULL ? recipe->header : LICENCE_HEADER;
    const char *payload = recipe->payload != NULL ? recipe->payload : LICENCE_PAYLOAD;
    size_t header_length =
        recipe->header_length != 0 ? recipe->header_length : strlen(header);
    size_t payload_length =
        recipe->payload_length != 0 ? recipe->payload_length : strlen(payload);
    char *first = forge_base64url(header, header_length);
    char *second = forge_base64url(payload, payload_length);
    size_t size = strlen(first) + strlen(second) + 2;
    char *input = malloc(size);

    require(input != NULL);
    (void)snprintf(input, size, "%s.%s", first, second);
    free(first);
    free(second);
    return input;
}

static unsigned char *
sign(EVP_PKEY *pkey, const char *input, size_t *length)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    unsigned char *signature = calloc(1, (size_t)EVP_PKEY_get_size(pkey));

    require(context != NULL && signature != NULL);
    *length = (size_t)EVP_PKEY_get_size(pkey);
    require(EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, pkey) == 1);
    require(
        EVP_DigestSign(
            context, signature, length, (const unsigned char *)input, strlen(input)) ==
        1);
    EVP_MD_CTX_free(context);
    return signature;
}

/* RFC 7518 §3.4: r and s one after the other, each as long as the curve's order. */
static void
flatten(EVP_PKEY *pkey, unsigned char **signature, size_t *length)
{
    const unsigned char *der = *signature;
    ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &der, (long)*length);
    int half = (EVP_PKEY_get_bits(pkey) + 7) / 8;
    unsigned char *flat = calloc(2, (size_t)half);

    require(pair != NULL && flat != NULL);
    require(BN_bn2binpad(ECDSA_SIG_get0_r(pair), flat, half) == half);
    require(BN_bn2binpad(ECDSA_SIG_get0_s(pair), flat + half, half) == half);
    ECDSA_SIG_free(pair);
    free(*signature);
    *signature = flat;
    *length = 2 * (size_t)half;
}

static char *
assemble(const licence_recipe *recipe, bool is_der)
{
    EVP_PKEY *pkey = key_of(recipe);
    char *input = signing_input(recipe);
    size_t length = 0;
    unsigned char *signature = sign(pkey, input, &length);

    if (EVP_PKEY_is_a(pkey, "EC") && !is_der) {
        flatten(pkey, &signature, &length);
    }
    char *third = forge_base64url(signature, length);
    size_t size = strlen(input) + strlen(third) + 2;
    char *licence = malloc(size);
    require(licence != NULL);
    (void)snprintf(licence, size, "%s.%s", input, third);
    free(signature);
    free(third);
    free(input);
    return licence;
}

char *
licence_forge(const licence_recipe *recipe)
{
    return assemble(recipe, false);
}

char *
licence_forge_with_der(const licence_recipe *recipe)
{
    return assemble(recipe, true);
}
