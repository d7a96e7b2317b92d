/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "http/curl_handle.h"
#include "http/url.h"

/*
 * An answer that is cut short counts as unreachable, as a reset does: the line broke,
 * and the next attempt may well be answered. What arrived whole but is not HTTP, or is
 * longer than anything that we may be told, is a bad response.
 */
static entitle_status
status_of(CURLcode result)
{
    switch ((int)result) {
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_ENGINE_SETFAILED:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_USE_SSL_FAILED:
    case CURLE_SSL_ENGINE_INITFAILED:
    case CURLE_SSL_SHUTDOWN_FAILED:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_INVALIDCERTSTATUS:
        return ENTITLE_TLS_ERROR;
    case CURLE_SSL_CACERT_BADFILE:
        return ENTITLE_CONFIGURATION;
    case CURLE_UNSUPPORTED_PROTOCOL: /* HTTP/0.9: the URL's scheme has been checked */
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_FILESIZE_EXCEEDED:
#if LIBCURL_VERSION_NUM >= 0x080600
    case CURLE_TOO_LARGE:
#endif
        return ENTITLE_BAD_RESPONSE;
    case CURLE_FAILED_INIT:
    case CURLE_NOT_BUILT_IN:
    case CURLE_BAD_FUNCTION_ARGUMENT:
    case CURLE_UNKNOWN_OPTION:
    case CURLE_URL_MALFORMAT:
        return ENTITLE_INTERNAL_ERROR;
    case CURLE_OUT_OF_MEMORY:
        return ENTITLE_OUT_OF_MEMORY;
    default:
        return ENTITLE_UNREACHABLE;
    }
}

static bool
has_taken_place(CURL *easy, CURLINFO moment)
{
    curl_off_t microseconds = 0;

    return curl_easy_getinfo(easy, moment, &microseconds) == CURLE_OK &&
           microseconds > 0;
}

static entitle_status
judge_silence(CURL *easy, const char *host, const ent_curl_exchange *exchange)
{
    const entitle_request *request = exchange->request;
    int64_t connect_ms = request->connect_timeout_ms < request->timeout_ms
                             ? request->connect_timeout_ms
                             : request->timeout_ms;

    if (!has_taken_place(easy, CURLINFO_PRETRANSFER_TIME_T)) {
        ent_fail(
            exchange->error,
            ENTITLE_UNREACHABLE,
            "no connection to %s within %lld ms",
            host,
            (long long)connect_ms);
        ent_hint(
            exchange->error,
            "let the container reach %s: a route, a proxy or an interface VPC endpoint",
            host);
        return ENTITLE_UNREACHABLE;
    }
    ent_fail(
        exchange->error,
        ENTITLE_TIMEOUT,
        "%s did not answer within %lld ms",
        host,
        (long long)request->timeout_ms);
    ent_hint(exchange->error, "try again later, or allow more time");
    return ENTITLE_TIMEOUT;
}

static void
add_hint(entitle_status status, const char *host, entitle_error *error)
{
    switch (status) {
    case ENTITLE_TLS_ERROR:
        ent_hint(
            error,
            "install ca-certificates, or name the "
            "CA that signs for %s in AWS_CA_BUNDLE",
            host);
        return;
    case ENTITLE_CONFIGURATION:
        ent_hint(
            error,
            "install ca-certificates, or let AWS_CA_BUNDLE name a PEM file of CAs");
        return;
    case ENTITLE_UNREACHABLE:
        ent_hint(
            error,
            "let the container reach %s: DNS, a route, a proxy or a VPC endpoint",
            host);
        return;
    case ENTITLE_BAD_RESPONSE:
        ent_hint(
            error,
            "check that %s is an endpoint of AWS and not something between",
            host);
        return;
    default:
        return;
    }
}

bool
ent_curl_is_unsent(CURL *easy)
{
    long sent = -1;

    return curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &sent) == CURLE_OK &&
           sent == 0;
}

/* libcurl takes an end amid the headers for that of an answer without a body. */
static entitle_status
judge_success(const char *host, const ent_curl_exchange *exchange)
{
    if (!exchange->in_header_block) {
        return ENTITLE_OK;
    }
    ent_fail(
        exchange->error,
        ENTITLE_UNREACHABLE,
        "%s: the answer ended amid its headers",
        host);
    add_hint(ENTITLE_UNREACHABLE, host, exchange->error);
    return ENTITLE_UNREACHABLE;
}

static entitle_status
judge_result(
    CURL *easy, CURLcode result, const char *reason, const ent_curl_exchange *exchange)
{
    ent_url url;
    const char *host = ent_url_parse(exchange->request->url, &url, NULL) == ENTITLE_OK
                           ? url.host
                           : "the host";

    if (exchange->refused != ENTITLE_OK) {
        add_hint(exchange->refused, host, exchange->error);
        return exchange->refused;
    }
    if (result == CURLE_OK) {
        return judge_success(host, exchange);
    }
    if (result == CURLE_OPERATION_TIMEDOUT) {
        return judge_silence(easy, host, exchange);
    }
    entitle_status status = status_of(result);
    /*
     * libcurl also says "out of memory" of a header line over its own limit, and "bad
     * function argument" of one with a return within.
     */
    if ((status == ENTITLE_OUT_OF_MEMORY || status == ENTITLE_INTERNAL_ERROR) &&
        has_taken_place(easy, CURLINFO_STARTTRANSFER_TIME_T)) {
        status = ENTITLE_BAD_RESPONSE;
    }
    ent_fail(
        exchange->error,
        status,
        "%s: %s",
        host,
        reason[0] != '\0' ? reason : curl_easy_strerror(result));
    add_hint(status, host, exchange->error);
    return status;
}

entitle_status
ent_curl_judge(
    CURL *easy, CURLcode result, const char *reason, const ent_curl_exchange *exchange)
{
    entitle_status status = judge_result(easy, result, reason, exchange);

    exchange->response->is_repeated = exchange->sendings > 1;
    /* What no byte of was sent has done nothing at the other end. */
    if (status != ENTITLE_OK && exchange->error != NULL) {
        exchange->error->is_certainly_undone = ent_curl_is_unsent(easy);
    }
    return status;
}
