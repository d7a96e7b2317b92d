/* SPDX-License-Identifier: Apache-2.0 */
#include "signing/token_signer.h"

#include "signing/jws.h"

#include <openssl/rsa.h>

#include <string.h>

/* Of the largest key: RSA-16384. */
enum { SIGNATURE_LIMIT = 2048, CLAIMS_LIMIT = 16 * 1024, PSS_SALT_LENGTH = 32 };

static const char *const twist_names[TOKEN_TWIST_COUNT] = {
    [TOKEN_OTHER_NONCE] = "other_nonce",
    [TOKEN_OTHER_PRODUCT] = "other_product",
    [TOKEN_OTHER_VERSION] = "other_version",
    [TOKEN_OTHER_KEY] = "other_key",
    [TOKEN_RS256] = "rs256",
    [TOKEN_NONE] = "none",
    [TOKEN_BAD_SIGNATURE] = "bad_signature",
    [TOKEN_REPLAY] = "replay",
    [TOKEN_BOTH_SPELLINGS] = "both_spellings",
    [TOKEN_CAMEL] = "camel",
    [TOKEN_PASCAL] = "pascal",
    [TOKEN_SALT0] = "salt0",
};

const char *
token_twist_name(token_twist twist)
{
    return twist_names[twist];
}

bool
token_twist_find(const char *name, token_twist *out)
{
    for (size_t i = TOKEN_HONEST + 1; i < TOKEN_TWIST_COUNT; i++) {
        if (strcmp(twist_names[i], name) == 0) {
            *out = (token_twist)i;
            return true;
        }
    }
    return false;
}

static bool
set_padding(EVP_PKEY_CTX *context, token_twist twist)
{
    if (twist == TOKEN_RS256) {
        return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
    }
    int salt_length = twist == TOKEN_SALT0 ? 0 : PSS_SALT_LENGTH;
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(context, salt_length) == 1;
}

static bool
sign_bytes(
    const token_order *order,
    const void *bytes,
    size_t length,
    unsigned char *signature,
    size_t *signature_length)
{
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    EVP_PKEY_CTX *context = NULL; /* belongs to `digest` */
    bool signed_well =
        digest != NULL &&
        EVP_DigestSignInit(digest, &context, EVP_sha256(), NULL, order->key) == 1 &&
        set_padding(context, order->twist) &&
        EVP_DigestSign(digest, signature, signature_length, bytes, length) == 1;
    EVP_MD_CTX_free(digest);
    return signed_well;
}

static bool
append_signature(const token_order *order, ent_buffer *out)
{
    if (order->twist == TOKEN_NONE) {
        return ent_buffer_append_text(out, ".");
    }
    unsigned char signature[SIGNATURE_LIMIT];
    size_t length = sizeof(signature);
    if (!sign_bytes(order, out->bytes, out->length, signature, &length)) {
        return false;
    }
    if (order->twist == TOKEN_BAD_SIGNATURE) {
        signature[length / 2] ^= 1U;
    }
    ent_buffer_append_text(out, ".");
    return jws_append_base64url(out, signature, length);
}

static const char *
jose_header(token_twist twist)
{
    switch (twist) {
    case TOKEN_RS256:
        return "{\"alg\":\"RS256\",\"typ\":\"JWT\"}";
    case TOKEN_NONE:
        return "{\"alg\":\"none\",\"typ\":\"JWT\"}";
    default:
        return "{\"alg\":\"PS256\",\"typ\":\"JWT\"}";
    }
}

static bool
append_signing_input(const token_order *order, ent_buffer *out)
{
    const char *header = jose_header(order->twist);
    ent_buffer claims;
    ent_buffer_init(&claims, out->runtime, CLAIMS_LIMIT);

    bool appended = token_claims_write(order, &claims) &&
                    jws_append_base64url(out, header, strlen(header)) &&
                    ent_buffer_append_text(out, ".") &&
                    jws_append_base64url(out, claims.bytes, claims.length);

    ent_buffer_clear(&claims);
    return appended;
}

bool
token_sign(const token_order *order, ent_buffer *out)
{
    return append_signing_input(order, out) && append_signature(order, out);
}
