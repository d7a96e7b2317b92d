/* SPDX-License-Identifier: Apache-2.0 */
#include "token_check.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <stdio.h>
#include <string.h>

enum { PART_SIZE = 8192 };

/* OpenSSL decodes plain base64 with padding only. The length, or -1. */
static int
decode(const char *text, size_t length, unsigned char *out)
{
    unsigned char plain[PART_SIZE];
    if (length + 4 > sizeof(plain)) {
        return -1;
    }
    for (size_t i = 0; i < length; i++) {
        char character = text[i];
        character = character == '-' ? '+' : character;
        plain[i] = (unsigned char)(character == '_' ? '/' : character);
    }
    int padding = 0;
    for (; length % 4 != 0; padding++) {
        plain[length++] = '=';
    }
    int decoded = EVP_DecodeBlock(out, plain, (int)length);
    return decoded < 0 ? -1 : decoded - padding;
}

static cJSON *
decode_json(const char *text, size_t length)
{
    unsigned char bytes[PART_SIZE];
    int decoded = decode(text, length, bytes);
    return decoded < 0 ? NULL
                       : cJSON_ParseWithLength((const char *)bytes, (size_t)decoded);
}

static bool
take_apart(token_view *view, const char *token)
{
    const char *first = strchr(token, '.');
    const char *second = first != NULL ? strchr(first + 1, '.') : NULL;
    if (second == NULL || (size_t)(second - token) >= sizeof(view->signing_input)) {
        return false;
    }
    view->header = decode_json(token, (size_t)(first - token));
    view->claims = decode_json(first + 1, (size_t)(second - first - 1));
    memcpy(view->signing_input, token, (size_t)(second - token));
    unsigned char bytes[PART_SIZE];
    int length = decode(second + 1, strlen(second + 1), bytes);
    if (length < 0 || (size_t)length > sizeof(view->signature)) {
        return false;
    }
    memcpy(view->signature, bytes, (size_t)length);
    view->signature_length = (size_t)length;
    return view->header != NULL && view->claims != NULL;
}

bool
token_view_init(token_view *view, const char *answer)
{
    *view = (token_view){ .header = NULL };
    cJSON *object = cJSON_Parse(answer);
    const char *token =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, "Signature"));
    bool is_taken = token != NULL && take_apart(view, token);
    cJSON_Delete(object);
    return is_taken;
}

void
token_view_clear(token_view *view)
{
    cJSON_Delete(view->header);
    cJSON_Delete(view->claims);
}

static EVP_PKEY *
read_key(const char *path)
{
    FILE *file = fopen(path, "re");
    EVP_PKEY *key = file != NULL ? PEM_read_PUBKEY(file, NULL, NULL, NULL) : NULL;
    if (file != NULL) {
        (void)fclose(file);
    }
    return key;
}

bool
token_view_verifies(const token_view *view, const char *pem_path, int salt_length)
{
    EVP_PKEY *key = read_key(pem_path);
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    EVP_PKEY_CTX *context = NULL;
    int padding = salt_length < 0 ? RSA_PKCS1_PADDING : RSA_PKCS1_PSS_PADDING;
    bool verifies =
        key != NULL && digest != NULL &&
        EVP_DigestVerifyInit(digest, &context, EVP_sha256(), NULL, key) == 1 &&
        EVP_PKEY_CTX_set_rsa_padding(context, padding) == 1 &&
        (salt_length < 0 ||
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, salt_length) == 1) &&
        EVP_DigestVerify(
            digest,
            view->signature,
            view->signature_length,
            (const unsigned char *)view->signing_input,
            strlen(view->signing_input)) == 1;
    EVP_MD_CTX_free(digest);
    EVP_PKEY_free(key);
    return verifies;
}

const char *
token_view_text(const cJSON *object, const char *name)
{
    const char *text =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
    return text != NULL ? text : "";
}

double
token_view_number(const cJSON *object, const char *name)
{
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, name);
    return cJSON_IsNumber(member) ? cJSON_GetNumberValue(member) : -1;
}
