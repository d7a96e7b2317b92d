/* SPDX-License-Identifier: Apache-2.0 */
#include "http/transport.h"

#include "base/error.h"
#include "http/response.h"
#include "http/url.h"

#include <string.h>

/* RFC 9110 §5.6.2: what a method and a header's name are made of. */
static bool
is_http_token(const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        bool is_alphanumeric = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
                               (*c >= '0' && *c <= '9');
        if (!is_alphanumeric && strchr("!#$%&'*+-.^_`|~", *c) == NULL) {
            return false;
        }
    }
    return text[0] != '\0';
}

static bool
is_header_value(const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        if (((unsigned char)*c < 0x20 && *c != '\t') || *c == 0x7f) {
            return false;
        }
    }
    return true;
}

/* A CR or LF in a header would let its value write headers of its own. */
static entitle_status
check_headers(const entitle_request *request, entitle_error *error)
{
    if (!is_http_token(request->method)) {
        return ent_fail(error, ENTITLE_INTERNAL_ERROR, "the HTTP method is malformed");
    }
    for (size_t i = 0; i < request->header_count; i++) {
        const entitle_header *header = &request->headers[i];
        if (!is_http_token(header->name)) {
            return ent_fail(
                error, ENTITLE_INTERNAL_ERROR, "a header's name is malformed");
        }
        if (!is_header_value(header->value)) {
            return ent_fail(
                error,
                ENTITLE_CONFIGURATION,
                "the value of the header %s holds a control character",
                header->name);
        }
    }
    return ENTITLE_OK;
}

entitle_status
ent_transport_check_request(const entitle_request *request, entitle_error *error)
{
    ent_url url;
    entitle_status status = ent_url_parse(request->url, &url, error);

    if (status == ENTITLE_OK) {
        status = ent_url_check_allowed(&url, request->direct, error);
    }
    if (status == ENTITLE_OK) {
        status = check_headers(request, error);
    }
    return status;
}

entitle_status
ent_transport_check_answer(
    const entitle_request *request,
    const entitle_response *response,
    entitle_error *error)
{
    ent_url url;

    if (response->http_status >= 200) {
        return ENTITLE_OK;
    }
    bool is_known = ent_url_parse(request->url, &url, NULL) == ENTITLE_OK;
    return ent_fail(
        error,
        ENTITLE_BAD_RESPONSE,
        "%s gave no final answer",
        is_known ? url.host : "the host");
}

entitle_status
ent_transport_perform(
    const entitle_transport *transport,
    const entitle_request *request,
    entitle_response *response,
    entitle_error *error)
{
    entitle_status status = ent_transport_check_request(request, error);

    if (status != ENTITLE_OK) {
        if (error != NULL) {
            error->is_certainly_undone = true;
        }
        return status;
    }
    ent_response_clear(response);
    status = transport->perform(transport->context, request, response, error);
    if (status != ENTITLE_OK) {
        return status;
    }
    return ent_transport_check_answer(request, response, error);
}
