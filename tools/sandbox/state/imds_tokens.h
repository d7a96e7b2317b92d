/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_IMDS_TOKENS_H
#define SANDBOX_IMDS_TOKENS_H

#include <entitle/runtime.h>

#include <stdbool.h>
#include <stdint.h>

enum { IMDS_TOKEN_LIMIT = 256, IMDS_TOKEN_SIZE = 57 };

typedef struct imds_token {
    char text[IMDS_TOKEN_SIZE];
    int64_t expires_at_s;
} imds_token;

/* The last session tokens of the instance metadata; older ones are forgotten. */
typedef struct imds_token_list {
    imds_token tokens[IMDS_TOKEN_LIMIT];
    uint64_t count; /* of all ever */
} imds_token_list;

/* False for want of random bytes. */
bool imds_token_make(const entitle_runtime *runtime, imds_token *out);

void imds_tokens_reset(imds_token_list *list);
void imds_tokens_add(imds_token_list *list, const imds_token *token);
bool imds_tokens_hold(const imds_token_list *list, const char *text, int64_t now_s);

#endif
