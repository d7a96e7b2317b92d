/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_ARENA_H
#define SANDBOX_ARENA_H

#include <entitle/runtime.h>

#include <stddef.h>

/* Many small things that are freed together. */
typedef struct arena_block arena_block;

typedef struct market_arena {
    const entitle_runtime *runtime;
    arena_block *blocks; /* the one that is filled at present comes first */
} market_arena;

void arena_init(market_arena *arena, const entitle_runtime *runtime);
void arena_clear(market_arena *arena);

/* Zeroed, never NULL but for want of memory; `count` and `size` may be 0. */
void *arena_allocate(market_arena *arena, size_t count, size_t size);

/* A copy, or NULL for want of memory. */
const char *arena_copy(market_arena *arena, const char *text);

#endif
