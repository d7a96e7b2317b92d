/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_FUZZ_DRAW_H
#define TEST_FUZZ_DRAW_H

#include <stddef.h>
#include <stdint.h>

/* Numbers that look random and come again with the same seed. */
typedef struct fuzz_draw {
    uint64_t state;
} fuzz_draw;

/* One below `bound`, which is above 0. */
static inline size_t
draw_below(fuzz_draw *draw, size_t bound)
{
    draw->state = draw->state * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(draw->state >> 33) % bound;
}

static inline fuzz_draw
draw_from(unsigned seed)
{
    fuzz_draw draw = { seed };

    (void)draw_below(&draw, 2);
    return draw;
}

#endif
