/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"

#include <stdint.h>
#include <string.h>

void *
ent_allocate(const entitle_runtime *runtime, size_t size)
{
    void *memory = runtime->allocate(runtime->context, size);

    if (memory != NULL) {
        memset(memory, 0, size);
    }
    return memory;
}

void
ent_release(const entitle_runtime *runtime, void *memory)
{
    if (memory != NULL) {
        runtime->release(runtime->context, memory);
    }
}

char *
ent_duplicate(const entitle_runtime *runtime, const char *text, size_t length)
{
    char *copy;

    if (length == SIZE_MAX) {
        return NULL;
    }
    copy = runtime->allocate(runtime->context, length + 1);
    if (copy == NULL) {
        return NULL;
    }
    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

void
ent_wipe(void *memory, size_t length)
{
    /* Through a volatile pointer, the compiler cannot know that it is memset. */
    static void *(*const volatile set)(void *, int, size_t) = memset;

    if (length > 0) {
        set(memory, 0, length);
    }
}

void
ent_release_secret(const entitle_runtime *runtime, char *secret)
{
    if (secret != NULL) {
        ent_wipe(secret, strlen(secret));
        ent_release(runtime, secret);
    }
}

bool
ent_equal_in_constant_time(const char *left, const char *right)
{
    size_t length = strlen(left);
    volatile unsigned char difference = 0;

    if (strlen(right) != length) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        difference = (unsigned char)(difference | (left[i] ^ right[i]));
    }
    return difference == 0;
}
