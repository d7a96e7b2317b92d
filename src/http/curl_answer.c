/* SPDX-License-Identifier: Apache-2.0 */
#include "http/curl_answer.h"

#include "base/error.h"
#include "base/text.h"
#include "http/curl_handle.h"

#include <string.h>

enum { STOP = 0 }; /* anything but the length that was offered ends the transfer */

/* "HTTP/1.1 200 OK"; libcurl has already refused what does not look like it. */
static entitle_status
take_status_line(ent_curl_exchange *exchange, const char *line, size_t length)
{
    const char *space = memchr(line, ' ', length);
    uint64_t http_status = 0;

    if (space == NULL || (size_t)(line + length - space) < 4 ||
        !ent_text_to_unsigned(space + 1, 3, 999, &http_status)) {
        return ent_fail(
            exchange->error, ENTITLE_BAD_RESPONSE, "the answer has no HTTP status");
    }
    exchange->in_header_block = true;
    exchange->is_final = http_status >= 200;
    return entitle_response_begin(
        exchange->response, (int32_t)http_status, exchange->error);
}

static entitle_status
take_field(ent_curl_exchange *exchange, const char *line, size_t length)
{
    const char *colon = memchr(line, ':', length);
    size_t name_length = colon == NULL ? 0 : (size_t)(colon - line);

    if (name_length == 0 || line[0] == ' ' || line[0] == '\t') {
        return ent_fail(
            exchange->error, ENTITLE_BAD_RESPONSE, "the answer has a malformed header");
    }
    const char *value = colon + 1;
    const char *end = line + length;
    while (value < end && (*value == ' ' || *value == '\t')) {
        value++;
    }
    while (end > value && (end[-1] == ' ' || end[-1] == '\t')) {
        end--;
    }
    return entitle_response_add_header(
        exchange->response,
        line,
        name_length,
        value,
        (size_t)(end - value),
        exchange->error);
}

static entitle_status
take_line(ent_curl_exchange *exchange, const char *line, size_t length)
{
    if (exchange->header_bytes > ENT_RESPONSE_HEADER_LIMIT) {
        return ent_fail(
            exchange->error,
            ENTITLE_BAD_RESPONSE,
            "the answer has more than %d KiB of headers",
            ENT_RESPONSE_HEADER_LIMIT / 1024);
    }
    while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r')) {
        length--;
    }
    if (length == 0) {
        exchange->in_header_block = false;
        return ENTITLE_OK;
    }
    if (exchange->in_header_block) {
        return take_field(exchange, line, length);
    }
    /* Trailers say nothing that we ask for, and come too late to be believed. */
    if (exchange->is_final) {
        return ENTITLE_OK;
    }
    return take_status_line(exchange, line, length);
}

size_t
ent_curl_take_header(char *bytes, size_t size, size_t count, void *exchange)
{
    ent_curl_exchange *self = exchange;
    size_t length = size * count;

    self->header_bytes += length;
    self->refused = take_line(self, bytes, length);
    return self->refused == ENTITLE_OK ? length : STOP;
}

size_t
ent_curl_take_body(char *bytes, size_t size, size_t count, void *exchange)
{
    ent_curl_exchange *self = exchange;
    size_t length = size * count;

    self->refused =
        entitle_response_append_body(self->response, bytes, length, self->error);
    return self->refused == ENTITLE_OK ? length : STOP;
}
