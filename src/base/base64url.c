/* SPDX-License-Identifier: Apache-2.0 */
#include "base/base64url.h"

#include <stdint.h>

static const char alphabet[64] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/*
 * Reverse of `alphabet`, shifted by one so that what is not named here is
 * zero: refused.
 */
#define VALUE(character, value) [character] = (value) + 1
#define ROW(first, value)                                                              \
    VALUE((first), (value)), VALUE((first) + 1, (value) + 1),                          \
        VALUE((first) + 2, (value) + 2), VALUE((first) + 3, (value) + 3),              \
        VALUE((first) + 4, (value) + 4), VALUE((first) + 5, (value) + 5),              \
        VALUE((first) + 6, (value) + 6), VALUE((first) + 7, (value) + 7),              \
        VALUE((first) + 8, (value) + 8), VALUE((first) + 9, (value) + 9)
#define ROW_OF_THREE(first, value)                                                     \
    VALUE((first), (value)), VALUE((first) + 1, (value) + 1),                          \
        VALUE((first) + 2, (value) + 2)

static const unsigned char values_plus_one[256] = {
    ROW('A', 0),  ROW('K', 10),   ROW_OF_THREE('U', 20), ROW_OF_THREE('X', 23),
    ROW('a', 26), ROW('k', 36),   ROW_OF_THREE('u', 46), ROW_OF_THREE('x', 49),
    ROW('0', 52), VALUE('-', 62), VALUE('_', 63),
};

/* The six bits of a character; 0xff, with the two high bits set, where it has none. */
static unsigned
value_of(char character)
{
    return (unsigned char)(values_plus_one[(unsigned char)character] - 1);
}

size_t
ent_base64url_decoded_size(size_t length)
{
    return length / 4 * 3 + (length % 4 == 0 ? 0 : length % 4 - 1);
}

/* The last two or three characters, whose unused bits must be zero. */
static bool
decode_tail(const char *text, size_t length, unsigned char *out)
{
    unsigned a = value_of(text[0]);
    unsigned b = value_of(text[1]);
    unsigned c = length == 3 ? value_of(text[2]) : 0;
    unsigned unused = length == 3 ? c & 0x03 : b & 0x0f;

    if (((a | b | c) & 0xc0) != 0 || unused != 0) {
        return false;
    }
    out[0] = (unsigned char)(a << 2 | b >> 4);
    if (length == 3) {
        out[1] = (unsigned char)((b & 0x0f) << 4 | c >> 2);
    }
    return true;
}

bool
ent_base64url_decode(
    const char *text, size_t length, unsigned char *out, size_t *out_length)
{
    size_t whole = length / 4 * 4;
    unsigned faults = 0;

    if (length % 4 == 1) {
        return false;
    }
    for (size_t i = 0; i < whole; i += 4, out += 3) {
        unsigned a = value_of(text[i]);
        unsigned b = value_of(text[i + 1]);
        unsigned c = value_of(text[i + 2]);
        unsigned d = value_of(text[i + 3]);

        faults |= a | b | c | d;
        out[0] = (unsigned char)(a << 2 | b >> 4);
        out[1] = (unsigned char)((b & 0x0f) << 4 | c >> 2);
        out[2] = (unsigned char)((c & 0x03) << 6 | d);
    }
    if ((faults & 0xc0) != 0) {
        return false;
    }
    if (length > whole && !decode_tail(text + whole, length - whole, out)) {
        return false;
    }
    *out_length = ent_base64url_decoded_size(length);
    return true;
}

void
ent_base64url_encode(const unsigned char *bytes, size_t length, char *out)
{
    uint32_t bits = 0;
    unsigned count = 0;

    for (size_t i = 0; i < length; i++) {
        bits = bits << 8 | bytes[i];
        count += 8;
        while (count >= 6) {
            count -= 6;
            *out++ = alphabet[bits >> count & 0x3f];
        }
    }
    if (count > 0) {
        *out++ = alphabet[bits << (6 - count) & 0x3f];
    }
    *out = '\0';
}
