/* SPDX-License-Identifier: Apache-2.0 */

/*
 * For inputs that are JSON or hold some: lists of it, or HTTP with it as a body. One of
 * its values is altered as a tree; now and then the bytes are, as libFuzzer does it.
 */
#include "fuzz.h"
#include "json_edit.h"

#include <stdbool.h>
#include <string.h>

enum { ROOM = 256 * 1024, TRIES = 4 };

/* Where an object or array may begin: the n-th "{" or "[" from a random place on. */
static bool
find_beginning(const uint8_t *bytes, size_t length, fuzz_draw *draw, size_t *out)
{
    size_t start = draw_below(draw, 2) == 0 ? 0 : draw_below(draw, length);

    for (size_t i = start; i < length; i++) {
        if (bytes[i] == '{' || bytes[i] == '[') {
            *out = i;
            return true;
        }
    }
    return false;
}

/* 0: there was no value, or no room. */
static size_t
edit_at(uint8_t *bytes, size_t length, size_t room, size_t at, fuzz_draw *draw)
{
    static char edited[ROOM];
    size_t taken = 0;
    size_t left = room - at < sizeof(edited) ? room - at : sizeof(edited);
    size_t written =
        json_edit((char *)bytes + at, length - at, draw, edited, left, &taken);
    size_t behind = length - at - taken;

    if (written == 0 || written + behind > left) {
        return 0;
    }
    memmove(bytes + at + written, bytes + at + taken, behind);
    memcpy(bytes + at, edited, written);
    return at + written + behind;
}

size_t
LLVMFuzzerCustomMutator(uint8_t *bytes, size_t length, size_t room, unsigned seed)
{
    fuzz_draw draw = draw_from(seed);
    size_t at = 0;

    if (length == 0 || draw_below(&draw, 4) == 0) {
        return LLVMFuzzerMutate(bytes, length, room);
    }
    for (int i = 0; i < TRIES && find_beginning(bytes, length, &draw, &at); i++) {
        size_t edited = edit_at(bytes, length, room, at, &draw);
        if (edited > 0) {
            return edited;
        }
    }
    return LLVMFuzzerMutate(bytes, length, room);
}
