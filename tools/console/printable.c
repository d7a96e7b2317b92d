/* SPDX-License-Identifier: Apache-2.0 */
#include "console/printable.h"

#include <string.h>

/*
 * How many bytes a character that begins like this has, and the least it may stand for:
 * a longer form of the same character is not UTF-8.
 */
static size_t
sequence_length(unsigned char first, uint32_t *out_minimum)
{
    if (first < 0x80) {
        *out_minimum = 0;
        return 1;
    }
    if ((first & 0xe0) == 0xc0) {
        *out_minimum = 0x80;
        return 2;
    }
    if ((first & 0xf0) == 0xe0) {
        *out_minimum = 0x800;
        return 3;
    }
    if ((first & 0xf8) == 0xf0) {
        *out_minimum = 0x10000;
        return 4;
    }
    return 0;
}

static bool
is_scalar(uint32_t character)
{
    return character <= 0x10ffff && !(character >= 0xd800 && character <= 0xdfff);
}

bool
utf8_next(const char **text, uint32_t *out_character)
{
    static const unsigned char payload_mask[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
    const unsigned char *bytes = (const unsigned char *)*text;
    uint32_t minimum = 0;
    size_t length = sequence_length(bytes[0], &minimum);
    uint32_t character = bytes[0] & payload_mask[length];

    *text += 1;
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xc0) != 0x80) {
            return false;
        }
        character = character << 6 | (bytes[i] & 0x3fu);
    }
    if (length == 0 || character < minimum || !is_scalar(character)) {
        return false;
    }
    *text += length - 1;
    *out_character = character;
    return true;
}

bool
is_printable(uint32_t character)
{
    static const struct {
        uint32_t first;
        uint32_t last;
    } unprintable[] = {
        { 0x00, 0x1f },     { 0x7f, 0x9f },     { 0x200e, 0x200f },
        { 0x2028, 0x202e }, { 0x2066, 0x2069 }, { 0xfeff, 0xfeff },
    };

    for (size_t i = 0; i < sizeof(unprintable) / sizeof(unprintable[0]); i++) {
        if (character >= unprintable[i].first && character <= unprintable[i].last) {
            return false;
        }
    }
    return true;
}

void
printable_copy(char *out, size_t size, const char *text)
{
    size_t used = 0;

    while (*text != '\0') {
        const char *start = text;
        uint32_t character = 0;
        bool is_shown = utf8_next(&text, &character) && is_printable(character);
        size_t length = is_shown ? (size_t)(text - start) : 1;

        if (used + length >= size) {
            break;
        }
        memcpy(out + used, is_shown ? start : "?", length);
        used += length;
    }
    out[used] = '\0';
}
