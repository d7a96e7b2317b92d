/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_BASE_MEMORY_H
#define ENT_BASE_MEMORY_H

#include <entitle/runtime.h>

#include <stdbool.h>
#include <stddef.h>

/*
 * Zeroed memory, or NULL. The only places where the library allocates:
 * here and buffer.c.
 */
void *ent_allocate(const entitle_runtime *runtime, size_t size);

/* Accepts NULL. */
void ent_release(const entitle_runtime *runtime, void *memory);

/* A NUL-terminated copy, or NULL. */
char *ent_duplicate(const entitle_runtime *runtime, const char *text, size_t length);

/* Overwrites in a way that the compiler may not remove. */
void ent_wipe(void *memory, size_t length);

/* Wipes a NUL-terminated text, then releases it. Accepts NULL. */
void ent_release_secret(const entitle_runtime *runtime, char *secret);

/*
 * The time that it takes says nothing about where two texts differ; only
 * the lengths show.
 */
bool ent_equal_in_constant_time(const char *left, const char *right);

#endif
