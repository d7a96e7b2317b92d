/* SPDX-License-Identifier: Apache-2.0 */
#include "control/origin.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <string.h>

enum { HOST_SIZE = 256 };

/* Copies a host without its port and brackets. False where it is none. */
static bool
copy_host(const char *text, char out[HOST_SIZE])
{
    bool is_bracketed = text[0] == '[';
    text += is_bracketed ? 1 : 0;
    size_t length = strcspn(text, is_bracketed ? "]" : ":");
    if (length >= HOST_SIZE || (is_bracketed && text[length] != ']')) {
        return false;
    }
    memcpy(out, text, length);
    out[length] = '\0';
    return true;
}

static bool
is_address(const char *host)
{
    unsigned char address[sizeof(struct in6_addr)];
    return inet_pton(AF_INET, host, address) == 1 ||
           inet_pton(AF_INET6, host, address) == 1;
}

/* Browsers and resolvers keep these names for the machine itself (RFC 6761). */
static bool
is_localhost(const char *host)
{
    size_t length = strlen(host);
    static const char suffix[] = ".localhost";
    if (ent_text_equal_ignoring_case(host, suffix + 1)) {
        return true;
    }
    return length >= sizeof(suffix) &&
           ent_text_equal_ignoring_case(host + length - (sizeof(suffix) - 1), suffix);
}

bool
origin_check_host(const sandbox_request *request, sandbox_answer *answer)
{
    char host[HOST_SIZE];
    const char *header = request_header(request, "Host");
    if (header == NULL) {
        /* HTTP/1.0, which no browser speaks. */
        return true;
    }
    if (request_count_header(request, "Host") == 1 && copy_host(header, host) &&
        (is_address(host) || is_localhost(host))) {
        return true;
    }
    answer_set_refusal(
        answer,
        403,
        "the control interface is reached by an address or as localhost only");
    return false;
}

/* Whether `origin` is "http://HOST" or "https://HOST". */
static bool
is_own_origin(const sandbox_request *request, const char *origin)
{
    static const char *const schemes[] = { "http://", "https://" };
    const char *host = request_header(request, "Host");
    for (size_t i = 0; host != NULL && i < sizeof(schemes) / sizeof(schemes[0]); i++) {
        if (ent_text_starts_with(origin, schemes[i]) &&
            ent_text_equal_ignoring_case(origin + strlen(schemes[i]), host)) {
            return true;
        }
    }
    return false;
}

/* None: somebody typed the address, or followed a bookmark. */
static bool
is_own_site(const char *site)
{
    return strcmp(site, "same-origin") == 0 || strcmp(site, "none") == 0;
}

static bool
is_json(const sandbox_request *request)
{
    static const char json[] = "application/json";
    const char *type = request_header(request, "Content-Type");
    if (type == NULL || !ent_text_starts_with(type, json)) {
        return false;
    }
    char next = type[sizeof(json) - 1];
    return next == '\0' || next == ';' || next == ' ';
}

static bool
is_reading(const sandbox_request *request)
{
    return strcmp(request->method, "GET") == 0 || strcmp(request->method, "HEAD") == 0;
}

bool
origin_check_sender(const sandbox_request *request, sandbox_answer *answer)
{
    const char *origin = request_header(request, "Origin");
    const char *site = request_header(request, "Sec-Fetch-Site");
    if (request_count_header(request, "Origin") > 1 ||
        request_count_header(request, "Sec-Fetch-Site") > 1 ||
        (origin != NULL && !is_own_origin(request, origin)) ||
        (site != NULL && !is_own_site(site))) {
        answer_set_refusal(
            answer, 403, "the control interface obeys no page but its own");
        return false;
    }
    bool is_from_browser = origin != NULL || site != NULL;
    if (is_from_browser && !is_reading(request) && !is_json(request)) {
        answer_set_refusal(
            answer, 415, "a page has to send Content-Type: application/json");
        return false;
    }
    return true;
}
