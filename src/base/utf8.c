/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"

#include <stdbool.h>
#include <string.h>

static bool
is_continuation(unsigned char byte)
{
    return (byte & 0xc0) == 0x80;
}

/* The table of RFC 3629 §4: only the second byte's range depends on the first. */
static bool
second_byte_is_well_formed(unsigned char first, unsigned char second)
{
    switch (first) {
    case 0xe0: /* shorter forms exist below */
        return second >= 0xa0 && second <= 0xbf;
    case 0xed: /* surrogates above */
        return second >= 0x80 && second <= 0x9f;
    case 0xf0: /* shorter forms exist below */
        return second >= 0x90 && second <= 0xbf;
    case 0xf4: /* past U+10FFFF above */
        return second >= 0x80 && second <= 0x8f;
    default:
        return is_continuation(second);
    }
}

size_t
ent_utf8_sequence_length(const unsigned char *bytes, size_t length)
{
    size_t wanted;

    if (length == 0) {
        return 0;
    }
    if (bytes[0] < 0x80) {
        return 1;
    }
    if (bytes[0] < 0xc2 || bytes[0] > 0xf4) {
        return 0;
    }
    wanted = bytes[0] < 0xe0 ? 2 : bytes[0] < 0xf0 ? 3 : 4;
    if (length < wanted || !second_byte_is_well_formed(bytes[0], bytes[1])) {
        return 0;
    }
    for (size_t i = 2; i < wanted; i++) {
        if (!is_continuation(bytes[i])) {
            return 0;
        }
    }
    return wanted;
}

bool
ent_utf8_count(const char *text, size_t *out)
{
    const unsigned char *bytes = (const unsigned char *)text;
    size_t left = strlen(text);
    size_t characters = 0;

    while (left > 0) {
        size_t length = ent_utf8_sequence_length(bytes, left);
        if (length == 0) {
            return false;
        }
        bytes += length;
        left -= length;
        characters++;
    }
    *out = characters;
    return true;
}
