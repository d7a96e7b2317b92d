/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_AUTHORIZATION_H
#define SANDBOX_AUTHORIZATION_H

#include <stdbool.h>
#include <stddef.h>

enum {
    AUTHORIZATION_LIMIT = 4096,
    AUTHORIZATION_HEADERS = 64,
    AUTHORIZATION_SIGNATURE_LENGTH = 64
};

/*
 * An Authorization header of Signature Version 4, taken apart:
 * "AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request,
 * SignedHeaders=a;b, Signature=hex".
 */
typedef struct sandbox_authorization {
    const char *access_key_id;
    const char *date;
    const char *region;
    const char *service;
    const char *terminator;
    const char *signed_headers[AUTHORIZATION_HEADERS];
    size_t signed_header_count;
    const char *signature;
    char text[AUTHORIZATION_LIMIT]; /* what the others point into */
} sandbox_authorization;

/* NULL, or the sentence that says what is missing or malformed. */
const char *authorization_parse(const char *value, sandbox_authorization *out);

bool
authorization_signs(const sandbox_authorization *authorization, const char *header);

#endif
