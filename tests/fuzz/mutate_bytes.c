/* SPDX-License-Identifier: Apache-2.0 */

/* What libFuzzer has built in, for programs without it. */
#include "draw.h"
#include "fuzz.h"

#include <string.h>

size_t
LLVMFuzzerMutate(uint8_t *bytes, size_t length, size_t room)
{
    static fuzz_draw draw;
    size_t at = length > 0 ? draw_below(&draw, length) : 0;
    size_t kind = draw_below(&draw, 4);

    if (length < room && (length == 0 || kind == 0)) {
        memmove(bytes + at + 1, bytes + at, length - at);
        bytes[at] = (uint8_t)draw_below(&draw, 256);
        return length + 1;
    }
    if (length == 0) {
        return 0;
    }
    if (length > 1 && kind == 1) {
        memmove(bytes + at, bytes + at + 1, length - at - 1);
        return length - 1;
    }
    bytes[at] = kind == 2 ? (uint8_t)draw_below(&draw, 256)
                          : (uint8_t)(bytes[at] ^ 1u << draw_below(&draw, 8));
    return length;
}
