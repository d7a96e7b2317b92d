/* SPDX-License-Identifier: Apache-2.0 */
#include "support/fake_runtime.h"

#include <stdlib.h>
#include <string.h>

static bool
may_allocate(fake_runtime *fake)
{
    int64_t number = fake->allocations;

    fake->allocations++;
    return fake->fail_allocation < 0 || number < fake->fail_allocation;
}

static void *
allocate(void *context, size_t size)
{
    fake_runtime *fake = context;
    void *memory = may_allocate(fake) ? malloc(size) : NULL;

    fake->blocks_in_use += memory != NULL;
    return memory;
}

static void *
reallocate(void *context, void *memory, size_t size)
{
    fake_runtime *fake = context;
    void *moved = may_allocate(fake) ? realloc(memory, size) : NULL;

    fake->blocks_in_use += memory == NULL && moved != NULL;
    return moved;
}

static void
release(void *context, void *memory)
{
    fake_runtime *fake = context;

    fake->blocks_in_use -= memory != NULL;
    free(memory);
}

static bool
fill_random(void *context, void *bytes, size_t length)
{
    fake_runtime *fake = context;
    unsigned char *out = bytes;

    for (size_t i = 0; i < length; i++) {
        fake->random_seed =
            fake->random_seed * 6364136223846793005u + 1442695040888963407u;
        out[i] = (unsigned char)(fake->random_seed >> 56);
    }
    return !fake->random_fails;
}

static int64_t
wall_ms(void *context)
{
    return ((fake_runtime *)context)->wall_ms;
}

static int64_t
monotonic_ms(void *context)
{
    return ((fake_runtime *)context)->monotonic_ms;
}

static void
sleep_ms(void *context, int64_t duration_ms)
{
    fake_runtime *fake = context;

    fake->wall_ms += duration_ms;
    fake->monotonic_ms += duration_ms;
    fake->slept_ms += duration_ms;
}

static const char *
environment(void *context, const char *name)
{
    const fake_runtime *fake = context;

    for (const fake_variable *v = fake->variables; v != NULL && v->name != NULL; v++) {
        if (strcmp(v->name, name) == 0) {
            return v->value;
        }
    }
    return NULL;
}

static void
remember(void *context, entitle_log_level level, const char *message)
{
    fake_runtime *fake = context;
    size_t length = strlen(message);

    (void)level;
    if (fake->log_length + length + 2 <= sizeof(fake->log)) {
        memcpy(fake->log + fake->log_length, message, length);
        fake->log_length += length;
        fake->log[fake->log_length++] = '\n';
        fake->log[fake->log_length] = '\0';
    }
}

static bool
interrupted(void *context)
{
    fake_runtime *fake = context;

    if (fake->interrupt_after < 0) {
        return false;
    }
    if (fake->interrupt_after == 0) {
        return true;
    }
    fake->interrupt_after--;
    return false;
}

void
fake_runtime_init(fake_runtime *fake)
{
    *fake = (fake_runtime){
        .wall_ms = (int64_t)FAKE_NOW_S * 1000,
        .monotonic_ms = 1000,
        .fail_allocation = -1,
        .interrupt_after = -1,
    };
    fake->runtime = (entitle_runtime){
        .struct_size = sizeof(entitle_runtime),
        .context = fake,
        .allocate = allocate,
        .reallocate = reallocate,
        .release = release,
        .random = fill_random,
        .wall_ms = wall_ms,
        .monotonic_ms = monotonic_ms,
        .sleep_ms = sleep_ms,
        .environment = environment,
        .log = remember,
        .interrupted = interrupted,
    };
}
