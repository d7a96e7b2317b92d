/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_HTTP_CURL_TRANSPORT_H
#define ENT_HTTP_CURL_TRANSPORT_H

#include "http/curl_transfer.h"

#include <stdint.h>

/*
 * One multi handle that drives all requests of a transport: it keeps the connections.
 * Driving it by hand, in slices, is what lets a request be interrupted.
 */
typedef struct ent_curl_transport {
    entitle_transport table; /* first: it is what the caller holds */
    entitle_runtime runtime;
    char *ca_bundle; /* NULL: the system's */
    CURLM *multi;
    ent_curl_transfer single;   /* of perform() */
    ent_curl_transfer *running; /* of start(), in its order */
    ent_curl_transfer *ended;   /* in the order in which they ended */
    ent_curl_transfer *idle;    /* kept for the next */
} ent_curl_transport;

/* Does what can be done without waiting, and notes what has ended. */
void ent_curl_progress(ent_curl_transport *self);

/* Until something has happened: `at_most_ms`, or until a request is out of time. */
void ent_curl_rest(ent_curl_transport *self, int64_t at_most_ms);

/* The members of the table for several requests at once. */
entitle_status ent_curl_start(
    void *context,
    const entitle_request *request,
    entitle_response *response,
    entitle_error *error,
    void *tag);
void *ent_curl_wait(void *context, int64_t at_most_ms, entitle_status *status);
bool ent_curl_cancel(void *context, void *tag);

/* Gives up what is under way, and closes what is kept. */
void ent_curl_close_several(ent_curl_transport *self);

#endif
