/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_SIGV4_H
#define ENT_AWS_SIGV4_H

#include "base/buffer.h"
#include "crypto/digest.h"

#include <entitle/transport.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * AWS Signature Version 4:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */

/* What is signed. All of it as it is on the wire. */
typedef struct ent_sigv4_request {
    const char *method;
    const char *path;  /* already percent-encoded once; "/" where empty */
    const char *query; /* without "?" */
    /* Those to sign, Host among them, in any order and case. */
    const entitle_header *headers;
    size_t header_count;
    const char *payload_sha256; /* hex, of the exact bytes of the body */
} ent_sigv4_request;

enum { ENT_SIGV4_SECRET_LIMIT = 256, ENT_SIGV4_DATE_SIZE = 9 };

/*
 * The key that a secret makes for a day, of one region and one service: it takes four
 * of the five digests of a signature. Zero: there is none. As secret as the secret is.
 */
typedef struct ent_sigv4_kept_key {
    char secret_access_key[ENT_SIGV4_SECRET_LIMIT + 1];
    char date[ENT_SIGV4_DATE_SIZE];
    unsigned char key[ENT_SHA256_SIZE];
} ent_sigv4_kept_key;

typedef struct ent_sigv4_scope {
    const char *access_key_id;
    const char *secret_access_key;
    const char *region;
    const char *service;
    int64_t at_s; /* must be the moment that the x-amz-date header names */
    /* Of that region and service alone, for the next signature. NULL: nothing is kept.
     */
    ent_sigv4_kept_key *kept;
} ent_sigv4_scope;

/*
 * The canonical request: headers lower-cased, sorted, their values trimmed and their
 * inner white space folded, repeated ones joined by commas; the path normalised and
 * encoded once more, as every service but S3 wants it; the query sorted. False for want
 * of memory.
 */
bool ent_sigv4_canonical_request(const ent_sigv4_request *request, ent_buffer *out);

/* The names of the signed headers as "content-type;host;x-amz-date". */
bool ent_sigv4_signed_headers(const ent_sigv4_request *request, ent_buffer *out);

/* "AWS4-HMAC-SHA256\n…" over a canonical request. */
bool ent_sigv4_string_to_sign(
    const ent_sigv4_scope *scope, const char *canonical_request, ent_buffer *out);

/* The signature of a string to sign, in hex. Derived keys that are not kept are wiped.
 */
bool ent_sigv4_signature(
    const ent_sigv4_scope *scope,
    const char *string_to_sign,
    char out[ENT_SHA256_HEX_SIZE]);

/* All of the above: the value of the Authorization header. */
bool ent_sigv4_authorization(
    const ent_sigv4_scope *scope, const ent_sigv4_request *request, ent_buffer *out);

#endif
