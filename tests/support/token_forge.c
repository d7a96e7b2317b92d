/* SPDX-License-Identifier: Apache-2.0 */
#include "support/token_forge.h"

#include <openssl/core_names.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
require(bool holds)
{
    if (!holds) {
        fprintf(stderr, "the token forge failed\n");
        exit(EXIT_FAILURE);
    }
}

static char *
join(const char *first, const char *separator, const char *second)
{
    size_t size = strlen(first) + strlen(separator) + strlen(second) + 1;
    char *joined = malloc(size);

    require(joined != NULL);
    snprintf(joined, size, "%s%s%s", first, separator, second);
    return joined;
}

char *
forge_base64(const void *bytes, size_t length)
{
    char *text = malloc((length + 2) / 3 * 4 + 1);

    require(text != NULL);
    EVP_EncodeBlock((unsigned char *)text, bytes, (int)length);
    return text;
}

char *
forge_base64url(const void *bytes, size_t length)
{
    char *text = forge_base64(bytes, length);

    for (char *digit = text; *digit != '\0'; digit++) {
        switch (*digit) {
        case '+':
            *digit = '-';
            break;
        case '/':
            *digit = '_';
            break;
        case '=':
            *digit = '\0';
            return text;
        default:
            break;
        }
    }
    return text;
}

static const EVP_MD *
digest_of(forge_algorithm algorithm)
{
    switch (algorithm) {
    case FORGE_PS384:
        return EVP_sha384();
    case FORGE_PS512:
        return EVP_sha512();
    default:
        return EVP_sha256();
    }
}

static unsigned char *
sign_hmac(EVP_PKEY *pkey, const void *bytes, size_t length, size_t *out_length)
{
    char *secret = forge_pem(pkey, FORGE_SPKI);
    unsigned char *signature = malloc(EVP_MAX_MD_SIZE);
    unsigned size = 0;

    require(signature != NULL);
    require(
        HMAC(
            EVP_sha256(),
            secret,
            (int)strlen(secret),
            bytes,
            length,
            signature,
            &size) != NULL);
    free(secret);
    *out_length = size;
    return signature;
}

static void
choose_padding(const forge_recipe *recipe, EVP_PKEY_CTX *signer)
{
    int salt_length =
        recipe->has_salt_length ? recipe->salt_length : RSA_PSS_SALTLEN_DIGEST;

    require(EVP_PKEY_CTX_set_rsa_padding(signer, RSA_PKCS1_PSS_PADDING) == 1);
    require(EVP_PKEY_CTX_set_rsa_pss_saltlen(signer, salt_length) == 1);
}

unsigned char *
forge_signature(
    const forge_recipe *recipe, const void *bytes, size_t length, size_t *out_length)
{
    EVP_PKEY *pkey = forge_pkey(recipe->key);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_PKEY_CTX *signer = NULL;
    unsigned char *signature = calloc(1, (size_t)EVP_PKEY_get_size(pkey));

    require(context != NULL && signature != NULL);
    if (recipe->algorithm == FORGE_HS256) {
        free(signature);
        EVP_MD_CTX_free(context);
        return sign_hmac(pkey, bytes, length, out_length);
    }
    *out_length = (size_t)EVP_PKEY_get_size(pkey);
    if (recipe->algorithm != FORGE_UNSIGNED) {
        const EVP_MD *digest = digest_of(recipe->algorithm);
        require(EVP_DigestSignInit(context, &signer, digest, NULL, pkey) == 1);
        if (recipe->algorithm != FORGE_RS256) {
            choose_padding(recipe, signer);
        }
        require(EVP_DigestSign(context, signature, out_length, bytes, length) == 1);
    }
    EVP_MD_CTX_free(context);
    return signature;
}

char *
forge_join(const char *header, const char *payload, const char *signature)
{
    char *input = join(header, ".", payload);
    char *token = join(input, ".", signature);

    free(input);
    return token;
}

static size_t
length_or(size_t length, const char *text)
{
    return length != 0 ? length : strlen(text);
}

static char *
signing_input(const forge_recipe *recipe)
{
    const char *header = recipe->header != NULL ? recipe->header : FORGE_HEADER;
    const char *payload = recipe->payload != NULL ? recipe->payload : FORGE_PAYLOAD;
    char *first = forge_base64url(header, length_or(recipe->header_length, header));
    char *second = forge_base64url(payload, length_or(recipe->payload_length, payload));
    char *input = join(first, ".", second);

    free(first);
    free(second);
    return input;
}

static char *
assemble(const forge_recipe *recipe, size_t flipped_byte, unsigned flipped_bits)
{
    char *input = signing_input(recipe);
    size_t length = 0;
    unsigned char *signature = forge_signature(recipe, input, strlen(input), &length);

    signature[flipped_byte % length] ^= (unsigned char)flipped_bits;
    char *third = forge_base64url(signature, length);
    char *token = join(input, ".", third);
    free(third);
    free(signature);
    free(input);
    return token;
}

char *
forge_token(const forge_recipe *recipe)
{
    return assemble(recipe, 0, 0);
}

char *
forge_tampered(const forge_recipe *recipe, size_t byte, unsigned bit)
{
    return assemble(recipe, byte, 1u << bit);
}
