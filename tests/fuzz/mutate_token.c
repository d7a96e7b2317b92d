/* SPDX-License-Identifier: Apache-2.0 */

/*
 * For tokens: takes header or payload out of its base64url, alters it as JSON, and puts
 * it back in; or flips bits of the signature, exchanges parts, adds and drops them. So
 * what is tried is behind the first check and not always in front of it.
 */
#include "base/base64url.h"
#include "fuzz.h"
#include "json_edit.h"

#include <stdbool.h>
#include <string.h>

enum { ROOM = 64 * 1024, PARTS = 3 };

/* Three parts, by where they begin and how long they are. */
typedef struct token_parts {
    size_t begin[PARTS];
    size_t length[PARTS];
} token_parts;

static bool
take_apart(const uint8_t *bytes, size_t length, token_parts *out)
{
    size_t begin = 0;

    for (size_t i = 0; i < PARTS; i++) {
        const uint8_t *dot =
            i < PARTS - 1 ? memchr(bytes + begin, '.', length - begin) : bytes + length;
        if (dot == NULL) {
            return false;
        }
        out->begin[i] = begin;
        out->length[i] = (size_t)(dot - bytes) - begin;
        begin = (size_t)(dot - bytes) + 1;
    }
    return true;
}

/* Puts a text in the place of a part. 0: there is no room. */
static size_t
put(uint8_t *bytes,
    size_t length,
    size_t room,
    const token_parts *parts,
    size_t index,
    const char *text,
    size_t text_length)
{
    size_t begin = parts->begin[index];
    size_t behind = length - begin - parts->length[index];

    if (begin + text_length + behind > room) {
        return 0;
    }
    memmove(bytes + begin + text_length, bytes + length - behind, behind);
    memcpy(bytes + begin, text, text_length);
    return begin + text_length + behind;
}

static size_t
edit_json(uint8_t *bytes, size_t length, size_t room, size_t index, fuzz_draw *draw)
{
    static unsigned char decoded[ROOM];
    static char edited[ROOM];
    static char encoded[2 * ROOM];
    token_parts parts;
    size_t decoded_length = 0;
    size_t taken = 0;

    if (!take_apart(bytes, length, &parts) || parts.length[index] > ROOM ||
        !ent_base64url_decode(
            (char *)bytes + parts.begin[index],
            parts.length[index],
            decoded,
            &decoded_length)) {
        return 0;
    }
    size_t edited_length =
        json_edit((char *)decoded, decoded_length, draw, edited, ROOM, &taken);
    if (edited_length == 0) {
        return 0;
    }
    ent_base64url_encode((unsigned char *)edited, edited_length, encoded);
    return put(bytes, length, room, &parts, index, encoded, strlen(encoded));
}

static size_t
flip_signature(uint8_t *bytes, size_t length, size_t room, fuzz_draw *draw)
{
    static unsigned char decoded[ROOM];
    static char encoded[2 * ROOM];
    token_parts parts;
    size_t count = 0;

    if (!take_apart(bytes, length, &parts) || parts.length[2] > ROOM ||
        !ent_base64url_decode(
            (char *)bytes + parts.begin[2], parts.length[2], decoded, &count) ||
        count == 0) {
        return 0;
    }
    decoded[draw_below(draw, count)] ^= (unsigned char)(1u << draw_below(draw, 8));
    count -= draw_below(draw, 8) == 0 ? 1 : 0;
    ent_base64url_encode(decoded, count, encoded);
    return put(bytes, length, room, &parts, 2, encoded, strlen(encoded));
}

/* One part in the place of another. */
static size_t
exchange(uint8_t *bytes, size_t length, size_t room, fuzz_draw *draw)
{
    static char part[ROOM];
    token_parts parts;
    size_t from = draw_below(draw, PARTS);

    if (!take_apart(bytes, length, &parts) || parts.length[from] > ROOM) {
        return 0;
    }
    memcpy(part, bytes + parts.begin[from], parts.length[from]);
    return put(
        bytes, length, room, &parts, draw_below(draw, PARTS), part, parts.length[from]);
}

size_t
LLVMFuzzerCustomMutator(uint8_t *bytes, size_t length, size_t room, unsigned seed)
{
    fuzz_draw draw = draw_from(seed);
    size_t altered = 0;

    switch (draw_below(&draw, 8)) {
    case 0:
    case 1:
    case 2:
        altered = edit_json(bytes, length, room, 0, &draw);
        break;
    case 3:
    case 4:
        altered = edit_json(bytes, length, room, 1, &draw);
        break;
    case 5:
        altered = flip_signature(bytes, length, room, &draw);
        break;
    case 6:
        altered = exchange(bytes, length, room, &draw);
        break;
    default:
        break;
    }
    return altered > 0 ? altered : LLVMFuzzerMutate(bytes, length, room);
}
