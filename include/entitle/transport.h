/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENTITLE_TRANSPORT_H
#define ENTITLE_TRANSPORT_H

#include <entitle/error.h>
#include <entitle/export.h>
#include <entitle/runtime.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * How one HTTP request travels. The library brings a transport on libcurl; a program
 * that has an HTTP client of its own, or a test, gives another.
 */

/* NUL-terminated; neither part holds CR, LF or other control characters. */
typedef struct entitle_header {
    const char *name;
    const char *value;
} entitle_header;

/* Made by the library and valid during perform(). May grow at its end. */
typedef struct entitle_request {
    const char *method; /* "POST", "GET", "PUT" */
    /* Absolute, percent-encoded; https, or http to this machine or its metadata. */
    const char *url;
    const entitle_header *headers; /* to be sent as they are: they are signed */
    size_t header_count;
    const void *body; /* NULL for GET */
    size_t body_length;
    int64_t connect_timeout_ms; /* name resolution, TCP and TLS together */
    int64_t timeout_ms;         /* everything */
    bool direct; /* never through a proxy: a metadata address of the platform */
} entitle_request;

/* Where a transport puts the answer. Belongs to the library. */
typedef struct entitle_response entitle_response;

/*
 * perform() sends the request once, without redirects, cookies, retries or stored
 * credentials, and fills `response` through the three functions below. It returns
 * ENTITLE_OK for any complete HTTP answer, whatever its status code, and otherwise
 * ENTITLE_UNREACHABLE (no connection, or one that ended before the answer did),
 * ENTITLE_TIMEOUT, ENTITLE_TLS_ERROR, ENTITLE_BAD_RESPONSE (not HTTP, or too long),
 * ENTITLE_INTERRUPTED or ENTITLE_OUT_OF_MEMORY, with the cause in `error`. It checks
 * the server's certificate and name, with TLS 1.2 or later. An HTTP library that sends
 * again by itself what a kept connection took and did not answer has to be told not to:
 * the service may have done it, and the answer to the second sending does not say so.
 *
 * The library does not use one transport from two threads at once unless the program
 * does.
 */
typedef struct entitle_transport {
    size_t struct_size; /* sizeof(entitle_transport) */
    void *context;
    entitle_status (*perform)(
        void *context,
        const entitle_request *request,
        entitle_response *response,
        entitle_error *error);

    /*
     * Several requests at once, on one thread: all three, or NULL where a transport can
     * only do one after the other. perform() may be called meanwhile, too.
     *
     * start() begins what perform() would do and does not wait for the answer.
     * ENTITLE_OK: the request is under way, and its struct with all that it points to,
     * `response` and `error` stay where they are until wait() has returned its `tag`,
     * which is never NULL, or cancel() was given it. Otherwise it has not begun.
     */
    entitle_status (*start)(
        void *context,
        const entitle_request *request,
        entitle_response *response,
        entitle_error *error,
        void *tag);

    /*
     * The tag of a request that has ended, in the order in which they end, and in
     * `*status` what perform() would have returned; NULL where none has within
     * `at_most_ms`, which is 50 at most and 0 for a mere look. May return early. Need
     * not ask whether to stop: the library does, between two waits.
     */
    void *(*wait)(void *context, int64_t at_most_ms, entitle_status *status);

    /* Gives a request up. True only where certainly no byte of it has been sent. */
    bool (*cancel)(void *context, void *tag);
} entitle_transport;

typedef struct entitle_curl_options {
    size_t struct_size;             /* sizeof(entitle_curl_options) */
    const entitle_runtime *runtime; /* may be NULL */
    const char *ca_bundle; /* PEM file of the trusted CAs; NULL: those of the system */
} entitle_curl_options;

ENTITLE_BEGIN_DECLS

/*
 * For transports: what has arrived. Each refuses (ENTITLE_BAD_RESPONSE) what is over
 * the limits: a status outside 100 to 599, more than 64 KiB of headers, a body over 2
 * MiB. The transport then ends the transfer and passes the status on.
 * entitle_response_begin() forgets what an earlier, interim response left.
 */
ENTITLE_CHECKED entitle_status entitle_response_begin(
    entitle_response *response, int32_t http_status, entitle_error *error);
ENTITLE_CHECKED entitle_status entitle_response_add_header(
    entitle_response *response,
    const char *name,
    size_t name_length,
    const char *value,
    size_t value_length,
    entitle_error *error);
ENTITLE_CHECKED entitle_status entitle_response_append_body(
    entitle_response *response, const void *bytes, size_t length, entitle_error *error);

/*
 * The transport on libcurl, for one request or several at once: its handles are kept,
 * so that connections are reused; TLS 1.2 or later, verified; no redirects; for https
 * the proxies that libcurl finds in https_proxy, all_proxy and no_proxy, for plain http
 * none. `options` may be NULL. Free with entitle_transport_free().
 *
 * libcurl is initialised once a process, behind pthread_once, and never cleaned up.
 */
ENTITLE_CHECKED entitle_status entitle_transport_new_curl(
    const entitle_curl_options *options, entitle_transport **out, entitle_error *error);

/* For those made by entitle_transport_new_curl(). Accepts NULL. */
void entitle_transport_free(entitle_transport *transport);

ENTITLE_END_DECLS

#endif
