/* SPDX-License-Identifier: Apache-2.0 */
#include "token/compact.h"

#include "base/base64url.h"
#include "base/error.h"
#include "base/memory.h"

#include <string.h>

enum { PART_COUNT = 3 };

typedef struct part {
    const char *text;
    size_t length;
} part;

static const char *const part_names[PART_COUNT] = { "header", "payload", "signature" };

static entitle_status
split(const char *token, size_t length, part parts[PART_COUNT], entitle_error *error)
{
    const char *rest = token;
    const char *end = token + length;
    size_t count = 0;

    if (length > ENT_TOKEN_LENGTH_MAX) {
        return ent_fail(
            error, ENTITLE_MALFORMED_TOKEN, "the token is longer than 64 KiB");
    }
    for (;;) {
        const char *dot = memchr(rest, '.', (size_t)(end - rest));
        const char *stop = dot == NULL ? end : dot;
        if (count < PART_COUNT) {
            parts[count] = (part){ rest, (size_t)(stop - rest) };
        }
        count++;
        if (dot == NULL) {
            break;
        }
        rest = dot + 1;
    }
    if (count != PART_COUNT) {
        return ent_fail(
            error,
            ENTITLE_MALFORMED_TOKEN,
            "a token has 3 parts, this one has %zu",
            count);
    }
    for (size_t i = 0; i < PART_COUNT; i++) {
        if (parts[i].length == 0) {
            return ent_fail(
                error,
                ENTITLE_MALFORMED_TOKEN,
                "the token's %s is empty",
                part_names[i]);
        }
    }
    return ENTITLE_OK;
}

entitle_status
ent_compact_open(
    const entitle_runtime *runtime,
    const char *token,
    size_t length,
    ent_compact *out,
    entitle_error *error)
{
    part parts[PART_COUNT] = { { NULL, 0 } };
    unsigned char *decoded[PART_COUNT];
    size_t lengths[PART_COUNT];
    size_t used = 0;

    *out = (ent_compact){ 0 };
    entitle_status status = split(token, length, parts, error);
    if (status != ENTITLE_OK) {
        return status;
    }
    /* Zeroed, and a byte more for each part: so each ends in NUL. */
    out->decoded =
        ent_allocate(runtime, ent_base64url_decoded_size(length) + PART_COUNT);
    if (out->decoded == NULL) {
        return ent_fail_memory(error);
    }
    for (size_t i = 0; i < PART_COUNT; i++) {
        decoded[i] = out->decoded + used;
        if (!ent_base64url_decode(
                parts[i].text, parts[i].length, decoded[i], &lengths[i])) {
            return ent_fail(
                error,
                ENTITLE_MALFORMED_TOKEN,
                "the token's %s is not canonical base64url",
                part_names[i]);
        }
        used += lengths[i] + 1;
    }
    out->signing_input = token;
    out->signing_input_length = parts[0].length + 1 + parts[1].length;
    out->header = (const char *)decoded[0];
    out->header_length = lengths[0];
    out->payload = (const char *)decoded[1];
    out->payload_length = lengths[1];
    out->signature = decoded[2];
    out->signature_length = lengths[2];
    return ENTITLE_OK;
}

void
ent_compact_close(const entitle_runtime *runtime, ent_compact *compact)
{
    ent_release(runtime, compact->decoded);
    *compact = (ent_compact){ 0 };
}
