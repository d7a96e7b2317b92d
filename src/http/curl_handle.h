/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_HTTP_CURL_HANDLE_H
#define ENT_HTTP_CURL_HANDLE_H

#include "http/response.h"

#include <entitle/transport.h>

#include <curl/curl.h>

#include <stdbool.h>
#include <stddef.h>

/* One request on its way through libcurl. */
typedef struct ent_curl_exchange {
    const entitle_runtime *runtime;
    const entitle_request *request;
    entitle_response *response;
    entitle_error *error;
    struct curl_slist *headers;
    unsigned sendings; /* how often it has been put on a line */

    /* ENTITLE_OK until a callback refuses what has arrived. */
    entitle_status refused;
    size_t header_bytes; /* of interim answers and trailers, too */
    bool in_header_block;
    bool is_final; /* the last header block was not that of an interim answer */
} ent_curl_exchange;

/* The handle by which such a transport makes single requests. */
CURL *ent_curl_handle_of(const entitle_transport *transport);

/* What stays the same for every request. False when libcurl lacks something. */
bool ent_curl_set_permanent_options(CURL *easy, const char *ca_bundle, char *reason);

/* What this request needs; undone by ent_curl_forget_request(). */
bool ent_curl_set_request(CURL *easy, ent_curl_exchange *exchange);

/* Leaves nothing of the request in the handle, and wipes the copies of its headers. */
void ent_curl_forget_request(CURL *easy, ent_curl_exchange *exchange);

/* What libcurl's result means. `reason` is libcurl's own text, which may be empty. */
entitle_status ent_curl_judge(
    CURL *easy, CURLcode result, const char *reason, const ent_curl_exchange *exchange);

/* True only where certainly no byte of the request has been sent. */
bool ent_curl_is_unsent(CURL *easy);

#endif
