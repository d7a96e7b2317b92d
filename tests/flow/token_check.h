/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_FLOW_TOKEN_CHECK_H
#define TEST_FLOW_TOKEN_CHECK_H

#include <cjson/cJSON.h>

#include <stdbool.h>

/*
 * A token taken apart by plain OpenSSL and cJSON: another reading of RFC 7515 than the
 * library's, so that the two cannot share a mistake.
 */
typedef struct token_view {
    cJSON *header;
    cJSON *claims;
    char signing_input[8192];
    unsigned char signature[2048];
    size_t signature_length;
} token_view;

/*
 * Takes the Signature member of a RegisterUsage answer. False when there is
 * no such token.
 */
bool token_view_init(token_view *view, const char *answer);
void token_view_clear(token_view *view);

/*
 * Whether the signature holds under a PEM public key: with PSS and that salt, or with
 * PKCS #1 v1.5 where `salt_length` is negative.
 */
bool token_view_verifies(const token_view *view, const char *pem_path, int salt_length);

/* "" or -1 where the claim is missing or of another type. */
const char *token_view_text(const cJSON *object, const char *name);
double token_view_number(const cJSON *object, const char *name);

#endif
