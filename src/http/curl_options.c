/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buffer.h"
#include "base/memory.h"
#include "base/text.h"
#include "http/curl_answer.h"
#include "http/curl_handle.h"
#include "http/url.h"

#include <string.h>

enum { HEADER_LINE_LIMIT = 128 * 1024 };

static bool
set_protocols(CURL *easy)
{
#if LIBCURL_VERSION_NUM >= 0x075500
    return curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK;
#else
    return curl_easy_setopt(
               easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS)) ==
           CURLE_OK;
#endif
}

/*
 * Name resolution runs in a thread of libcurl's that nothing can stop. With this option
 * the handle lets go of it; without it (before 7.87) ending a transfer waits for the
 * resolver's own time limit.
 */
static void
set_quick_exit(CURL *easy)
{
#if LIBCURL_VERSION_NUM >= 0x075700
    (void)curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
#else
    (void)easy;
#endif
}

static bool
set_tls(CURL *easy, const char *ca_bundle)
{
    bool is_set =
        curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) ==
        CURLE_OK;

    is_set &= curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK;
    is_set &= curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK;
    if (ca_bundle != NULL) {
        is_set &= curl_easy_setopt(easy, CURLOPT_CAINFO, ca_bundle) == CURLE_OK;
        /* The CAs of the system do not count beside those that were named. */
        is_set &= curl_easy_setopt(easy, CURLOPT_CAPATH, NULL) == CURLE_OK;
    }
    return is_set;
}

/*
 * libcurl by itself sends a request anew where a connection that it had kept ends
 * before any byte of an answer, though the service may have carried out what it took.
 */
static int
count_sending(
    void *exchange,
    char *remote_address,
    char *local_address,
    int remote_port,
    int local_port)
{
    ent_curl_exchange *self = exchange;

    (void)remote_address;
    (void)local_address;
    (void)remote_port;
    (void)local_port;
    self->sendings++;
    return CURL_PREREQFUNC_OK;
}

static bool
set_callbacks(CURL *easy)
{
    bool is_set = curl_easy_setopt(
                      easy, CURLOPT_HEADERFUNCTION, ent_curl_take_header) == CURLE_OK;

    is_set &=
        curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, ent_curl_take_body) == CURLE_OK;
    is_set &= curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, count_sending) == CURLE_OK;
    return is_set;
}

bool
ent_curl_set_permanent_options(CURL *easy, const char *ca_bundle, char *reason)
{
    bool is_set =
        set_protocols(easy) && set_tls(easy, ca_bundle) && set_callbacks(easy);

    set_quick_exit(easy);
    is_set &= curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, reason) == CURLE_OK;
    is_set &= curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) == CURLE_OK;
    is_set &= curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK;
    is_set &= curl_easy_setopt(easy, CURLOPT_HTTP09_ALLOWED, 0L) == CURLE_OK;
    is_set &= curl_easy_setopt(
                  easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) == CURLE_OK;
    is_set &= curl_easy_setopt(easy, CURLOPT_HTTP_CONTENT_DECODING, 0L) == CURLE_OK;
    is_set &=
        curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) == CURLE_OK;
    is_set &= curl_easy_setopt(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L) == CURLE_OK;
    /* The path is signed as it is written, so it must be sent as it is written. */
    is_set &= curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L) == CURLE_OK;
    /* What a proxy answers to CONNECT is not an answer of the service. */
    is_set &= curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L) == CURLE_OK;
    return is_set;
}

static bool
append_header(ent_curl_exchange *exchange, const char *line)
{
    struct curl_slist *longer = curl_slist_append(exchange->headers, line);

    if (longer == NULL) {
        return false;
    }
    exchange->headers = longer;
    return true;
}

static bool
append_given(ent_curl_exchange *exchange, const entitle_header *header)
{
    ent_buffer line;
    bool is_appended = false;

    ent_buffer_init(&line, exchange->runtime, HEADER_LINE_LIMIT);
    ent_buffer_append_text(&line, header->name);
    /* libcurl's spelling of a header with an empty value is "name;". */
    ent_buffer_append_text(&line, header->value[0] == '\0' ? ";" : ": ");
    ent_buffer_append_text(&line, header->value);
    is_appended = !line.failed && append_header(exchange, line.bytes);
    ent_buffer_clear(&line);
    return is_appended;
}

static bool
has_header(const entitle_request *request, const char *name)
{
    for (size_t i = 0; i < request->header_count; i++) {
        if (ent_text_equal_ignoring_case(request->headers[i].name, name)) {
            return true;
        }
    }
    return false;
}

/* A name without a value keeps libcurl from sending a header of its own. */
static bool
append_headers(ent_curl_exchange *exchange)
{
    static const char *const own[][2] = {
        { "accept", "Accept:" },
        { "content-type", "Content-Type:" },
        { "expect", "Expect:" },
    };
    bool is_appended = true;

    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]) && is_appended; i++) {
        is_appended = has_header(exchange->request, own[i][0]) ||
                      append_header(exchange, own[i][1]);
    }
    for (size_t i = 0; i < exchange->request->header_count && is_appended; i++) {
        is_appended = append_given(exchange, &exchange->request->headers[i]);
    }
    return is_appended;
}

static bool
set_method_and_body(CURL *easy, const entitle_request *request)
{
    bool is_set = true;

    if (strcmp(request->method, "GET") == 0) {
        is_set = curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L) == CURLE_OK;
        is_set &= curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, NULL) == CURLE_OK;
        return is_set;
    }
    is_set = curl_easy_setopt(easy, CURLOPT_POST, 1L) == CURLE_OK;
    is_set &=
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method) == CURLE_OK;
    is_set &=
        curl_easy_setopt(
            easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_length) ==
        CURLE_OK;
    is_set &= curl_easy_setopt(
                  easy,
                  CURLOPT_POSTFIELDS,
                  request->body != NULL ? (const char *)request->body : "") == CURLE_OK;
    return is_set;
}

static bool
is_https(const char *text)
{
    ent_url url;

    return ent_url_parse(text, &url, NULL) == ENTITLE_OK && url.is_https;
}

/*
 * Plain http goes to loopback and to the platform's metadata addresses only: a proxy
 * would carry the request, and the answer's credentials, off this machine in the clear.
 */
static bool
set_proxy_use(CURL *easy, const entitle_request *request)
{
    bool is_direct = request->direct || !is_https(request->url);

    return curl_easy_setopt(easy, CURLOPT_NOPROXY, is_direct ? "*" : NULL) == CURLE_OK;
}

bool
ent_curl_set_request(CURL *easy, ent_curl_exchange *exchange)
{
    const entitle_request *request = exchange->request;
    bool is_set = append_headers(exchange) && set_method_and_body(easy, request) &&
                  set_proxy_use(easy, request);

    is_set &= curl_easy_setopt(easy, CURLOPT_URL, request->url) == CURLE_OK;
    is_set &= curl_easy_setopt(easy, CURLOPT_HTTPHEADER, exchange->headers) == CURLE_OK;
    is_set &= curl_easy_setopt(easy, CURLOPT_HEADERDATA, exchange) == CURLE_OK;
    is_set &= curl_easy_setopt(easy, CURLOPT_WRITEDATA, exchange) == CURLE_OK;
    is_set &= curl_easy_setopt(easy, CURLOPT_PREREQDATA, exchange) == CURLE_OK;
    is_set &= curl_easy_setopt(
                  easy, CURLOPT_CONNECTTIMEOUT_MS, (long)request->connect_timeout_ms) ==
              CURLE_OK;
    is_set &= curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)request->timeout_ms) ==
              CURLE_OK;
    return is_set;
}

void
ent_curl_forget_request(CURL *easy, ent_curl_exchange *exchange)
{
    (void)curl_easy_setopt(easy, CURLOPT_HTTPHEADER, NULL);
    (void)curl_easy_setopt(easy, CURLOPT_POSTFIELDS, NULL);
    (void)curl_easy_setopt(easy, CURLOPT_HEADERDATA, NULL);
    (void)curl_easy_setopt(easy, CURLOPT_WRITEDATA, NULL);
    (void)curl_easy_setopt(easy, CURLOPT_PREREQDATA, NULL);
    for (struct curl_slist *each = exchange->headers; each != NULL; each = each->next) {
        ent_wipe(each->data, strlen(each->data));
    }
    curl_slist_free_all(exchange->headers);
    exchange->headers = NULL;
}
