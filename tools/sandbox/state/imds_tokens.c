/* SPDX-License-Identifier: Apache-2.0 */
#include "state/imds_tokens.h"

#include <openssl/evp.h>

#include <string.h>

enum { TOKEN_RANDOM = (IMDS_TOKEN_SIZE - 1) / 4 * 3 };

bool
imds_token_make(const entitle_runtime *runtime, imds_token *out)
{
    unsigned char bytes[TOKEN_RANDOM];
    if (!runtime->random(runtime->context, bytes, sizeof(bytes))) {
        return false;
    }
    (void)EVP_EncodeBlock((unsigned char *)out->text, bytes, sizeof(bytes));
    return true;
}

void
imds_tokens_reset(imds_token_list *list)
{
    list->count = 0;
}

void
imds_tokens_add(imds_token_list *list, const imds_token *token)
{
    list->tokens[list->count % IMDS_TOKEN_LIMIT] = *token;
    list->count++;
}

bool
imds_tokens_hold(const imds_token_list *list, const char *text, int64_t now_s)
{
    size_t held =
        list->count < IMDS_TOKEN_LIMIT ? (size_t)list->count : IMDS_TOKEN_LIMIT;
    for (size_t i = 0; i < held; i++) {
        const imds_token *token = &list->tokens[i];
        if (strcmp(token->text, text) == 0) {
            return token->expires_at_s > now_s;
        }
    }
    return false;
}
