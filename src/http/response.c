/* SPDX-License-Identifier: Apache-2.0 */
#include "http/response.h"

#include "base/error.h"
#include "base/text.h"

#include <string.h>

void
ent_response_init(entitle_response *response, const entitle_runtime *runtime)
{
    response->http_status = 0;
    response->is_repeated = false;
    ent_buffer_init(&response->headers, runtime, ENT_RESPONSE_HEADER_LIMIT);
    ent_buffer_init(&response->body, runtime, ENT_RESPONSE_BODY_LIMIT);
}

void
ent_response_clear(entitle_response *response)
{
    response->http_status = 0;
    response->is_repeated = false;
    ent_buffer_clear(&response->headers);
    ent_buffer_clear(&response->body);
}

entitle_status
entitle_response_begin(
    entitle_response *response, int32_t http_status, entitle_error *error)
{
    ent_response_clear(response);
    if (http_status < 100 || http_status > 599) {
        return ent_fail(
            error,
            ENTITLE_BAD_RESPONSE,
            "the answer has the HTTP status %d",
            (int)http_status);
    }
    response->http_status = http_status;
    return ENTITLE_OK;
}

static bool
holds_control_character(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f) {
            return true;
        }
    }
    return false;
}

entitle_status
entitle_response_add_header(
    entitle_response *response,
    const char *name,
    size_t name_length,
    const char *value,
    size_t value_length,
    entitle_error *error)
{
    ent_buffer *headers = &response->headers;
    size_t room = ENT_RESPONSE_HEADER_LIMIT - headers->length;

    if (name_length > room || value_length > room ||
        name_length + value_length + 2 > room) {
        return ent_fail(
            error,
            ENTITLE_BAD_RESPONSE,
            "the answer has more than %d KiB of headers",
            ENT_RESPONSE_HEADER_LIMIT / 1024);
    }
    if (name_length == 0 || holds_control_character(name, name_length) ||
        holds_control_character(value, value_length)) {
        return ent_fail(
            error, ENTITLE_BAD_RESPONSE, "the answer has a malformed header");
    }
    ent_buffer_append(headers, name, name_length);
    ent_buffer_append(headers, "", 1);
    ent_buffer_append(headers, value, value_length);
    ent_buffer_append(headers, "", 1);
    return headers->failed ? ent_fail_memory(error) : ENTITLE_OK;
}

entitle_status
entitle_response_append_body(
    entitle_response *response, const void *bytes, size_t length, entitle_error *error)
{
    if (length > ENT_RESPONSE_BODY_LIMIT - response->body.length) {
        return ent_fail(
            error,
            ENTITLE_BAD_RESPONSE,
            "the answer is longer than %d MiB",
            ENT_RESPONSE_BODY_LIMIT / (1024 * 1024));
    }
    if (!ent_buffer_append(&response->body, bytes, length)) {
        return ent_fail_memory(error);
    }
    return ENTITLE_OK;
}

const char *
ent_response_header(const entitle_response *response, const char *name)
{
    const char *at = response->headers.bytes;
    const char *end = at == NULL ? NULL : at + response->headers.length;

    while (at != end) {
        const char *value = at + strlen(at) + 1;
        if (ent_text_equal_ignoring_case(at, name)) {
            return value;
        }
        at = value + strlen(value) + 1;
    }
    return NULL;
}
