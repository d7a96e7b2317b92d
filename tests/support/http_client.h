/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_SUPPORT_HTTP_CLIENT_H
#define TEST_SUPPORT_HTTP_CLIENT_H

#include <curl/curl.h>

#include <stdbool.h>
#include <stddef.h>

enum { HTTP_REPLY_BODY_SIZE = 64 * 1024, HTTP_REPLY_HEADERS_SIZE = 8 * 1024 };

typedef struct http_reply {
    CURLcode code; /* CURLE_OK: there was an answer */
    long status;
    char body[HTTP_REPLY_BODY_SIZE]; /* NUL-terminated; cut where it is longer */
    size_t body_length;
    char headers[HTTP_REPLY_HEADERS_SIZE]; /* as received */
} http_reply;

/*
 * A request. What is NULL or zero is left out or ordinary: method GET, or POST with a
 * body.
 */
typedef struct http_call {
    const char *method;
    const char *url;
    const char *path; /* added to the URL as it is */
    const char *body;
    size_t body_length;            /* 0: of the text */
    const char *const *headers;    /* ends with NULL */
    const char *signing_parameter; /* "aws:amz:REGION:SERVICE": libcurl signs */
    const char *access_key;
    const char *secret_key;
    bool is_chunked; /* sent in chunks; not together with signing */
    CURL *handle;    /* a connection to be reused */
} http_call;

/* False when the call could not even be prepared. */
bool http_perform(const http_call *call, http_reply *reply);

/* Copies the value of a header of the answer, in any case. False when there is none. */
bool http_reply_header(
    const http_reply *reply, const char *name, char *out, size_t out_size);

/*
 * Sends bytes as they are to the host and port of `url`, and reads until the end or for
 * at most 5 s. The number of bytes read.
 */
size_t http_exchange_raw(
    const char *url, const void *bytes, size_t length, char *out, size_t out_size);

#endif
