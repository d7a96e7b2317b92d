/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_FLOW_PLATFORM_CLIENT_H
#define TEST_FLOW_PLATFORM_CLIENT_H

#include "service_client.h"

#include <stddef.h>
#include <stdint.h>

/* Temporary credentials as a container got them; what was not there is "". */
typedef struct platform_credentials {
    char access_key_id[64];
    char secret_access_key[128];
    char token[1024];
    char expiration[64];
} platform_credentials;

/* A GET, or any method, of the group's sandbox. Fails the test without an answer. */
void platform_get(const char *path, const char *const *headers, http_reply *reply);
void platform_request(
    const char *method,
    const char *path,
    const char *const *headers,
    http_reply *reply);

void platform_read_json(const http_reply *reply, platform_credentials *out);
void platform_read_xml(const http_reply *reply, platform_credentials *out);

/* The text of the first element of that name, decoded; "" where there is none. */
void platform_xml_text(const char *xml, const char *name, char *out, size_t out_size);

/* That operation with them, signed by libcurl. */
void platform_call(
    const platform_credentials *credentials,
    const char *operation,
    const char *body,
    http_reply *reply);

/* RegisterUsage with them, signed by libcurl. */
void platform_register(const platform_credentials *credentials, http_reply *reply);

/* Asserts that RegisterUsage with them is answered so; NULL: with a token. */
void platform_assert_register(
    const platform_credentials *credentials, const char *want_error);

/* Asserts that they expire that many seconds from now, give or take a minute. */
void platform_assert_lifetime(const platform_credentials *credentials, int64_t want_s);

/* Puts one fault in force; `members` are those of the fault. */
void platform_set_fault(const char *members);

/* HEADER.CLAIMS.SIGNATURE, the last made up: nobody can check it. */
void platform_forge_token(const char *claims, char *out, size_t out_size);

/* The claims of a pod's token that expires that many seconds from now. */
void platform_write_claims(
    const char *audience,
    const char *pod_uid,
    int64_t lifetime_s,
    char *out,
    size_t out_size);

#endif
