/* SPDX-License-Identifier: Apache-2.0 */
#include "market/arena.h"

#include "base/memory.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { BLOCK_SIZE = 32 * 1024 };

struct arena_block {
    arena_block *next;
    size_t used;
    size_t size;
    max_align_t bytes[];
};

void
arena_init(market_arena *arena, const entitle_runtime *runtime)
{
    *arena = (market_arena){ .runtime = runtime };
}

void
arena_clear(market_arena *arena)
{
    while (arena->blocks != NULL) {
        arena_block *next = arena->blocks->next;
        ent_release(arena->runtime, arena->blocks);
        arena->blocks = next;
    }
}

static arena_block *
add_block(market_arena *arena, size_t wanted)
{
    size_t size = wanted > BLOCK_SIZE ? wanted : BLOCK_SIZE;
    arena_block *fresh =
        ent_allocate(arena->runtime, offsetof(arena_block, bytes) + size);
    if (fresh == NULL) {
        return NULL;
    }
    fresh->next = arena->blocks;
    fresh->size = size;
    arena->blocks = fresh;
    return fresh;
}

void *
arena_allocate(market_arena *arena, size_t count, size_t size)
{
    const size_t unit = sizeof(max_align_t);
    const size_t most = SIZE_MAX / 4;
    if (size != 0 && count > most / size) {
        return NULL;
    }
    size_t wanted = (count * size + unit - 1) / unit * unit;
    arena_block *block = arena->blocks;
    if (block == NULL || block->size - block->used < wanted) {
        block = add_block(arena, wanted);
    }
    if (block == NULL) {
        return NULL;
    }
    void *memory = (char *)block->bytes + block->used;
    block->used += wanted;
    return memory;
}

const char *
arena_copy(market_arena *arena, const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = arena_allocate(arena, size, 1);
    if (copy != NULL) {
        memcpy(copy, text, size);
    }
    return copy;
}
