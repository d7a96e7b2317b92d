/* SPDX-License-Identifier: Apache-2.0 */

/* A target's own mutator as AFL++ wants it (AFL_CUSTOM_MUTATOR_LIBRARY). */
#include "draw.h"
#include "fuzz.h"

#include <string.h>

void *afl_custom_init(void *afl, unsigned seed);
void afl_custom_deinit(void *self);
size_t afl_custom_fuzz(
    void *self,
    uint8_t *bytes,
    size_t length,
    uint8_t **out,
    uint8_t *other,
    size_t other_length,
    size_t room);

typedef struct afl_mutator {
    fuzz_draw draw;
    uint8_t *bytes;
    size_t size;
} afl_mutator;

void *
afl_custom_init(void *afl, unsigned seed)
{
    afl_mutator *self = calloc(1, sizeof(*self));

    (void)afl;
    FUZZ_REQUIRE(self != NULL);
    self->draw = draw_from(seed);
    return self;
}

void
afl_custom_deinit(void *self)
{
    free(((afl_mutator *)self)->bytes);
    free(self);
}

static void
make_room(afl_mutator *mutator, size_t room)
{
    if (mutator->size < room) {
        mutator->bytes = realloc(mutator->bytes, room);
        FUZZ_REQUIRE(mutator->bytes != NULL);
        mutator->size = room;
    }
}

size_t
afl_custom_fuzz(
    void *self,
    uint8_t *bytes,
    size_t length,
    uint8_t **out,
    uint8_t *other,
    size_t other_length,
    size_t room)
{
    afl_mutator *mutator = self;

    (void)other;
    (void)other_length;
    make_room(mutator, room);
    length = length < room ? length : room;
    memcpy(mutator->bytes, bytes, length);
    *out = mutator->bytes;
    return LLVMFuzzerCustomMutator(
        mutator->bytes, length, room, (unsigned)draw_below(&mutator->draw, 1u << 30));
}
