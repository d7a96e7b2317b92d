/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_HTTP_CURL_TRANSFER_H
#define ENT_HTTP_CURL_TRANSFER_H

#include "base/deadline.h"
#include "http/curl_handle.h"

#include <stdbool.h>
#include <stdint.h>

/* An easy handle, kept, and the request that it carries. It stays where it is. */
typedef struct ent_curl_transfer {
    CURL *easy;
    char reason[CURL_ERROR_SIZE]; /* libcurl's own words */
    ent_curl_exchange exchange;
    ent_deadline deadline;
    CURLcode result; /* CURLE_AGAIN while it is under way */
    bool is_used;    /* the handle has carried a request */
    void *tag;       /* of one of several */
    struct ent_curl_transfer *next;
} ent_curl_transfer;

ENTITLE_CHECKED entitle_status ent_curl_transfer_open(
    ent_curl_transfer *transfer, const char *ca_bundle, entitle_error *error);
void ent_curl_transfer_close(ent_curl_transfer *transfer);

/* Hands what `exchange` asks for to `multi`. False: no memory, and nothing begun. */
ENTITLE_CHECKED bool ent_curl_transfer_begin(
    ent_curl_transfer *transfer, CURLM *multi, const ent_curl_exchange *exchange);

/* Whether it is under way though its time is up by the caller's own clock. */
bool ent_curl_transfer_is_late(const ent_curl_transfer *transfer);

/* Takes it out of `multi`, whether it has ended or not; nothing of the request stays.
 */
void ent_curl_transfer_end(ent_curl_transfer *transfer, CURLM *multi);

#endif
