/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_BASE_BUFFER_H
#define ENT_BASE_BUFFER_H

#include <entitle/runtime.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A growing byte string, always NUL-terminated once anything was appended. A failed
 * append (no memory, or over `limit`) marks the buffer as failed; later appends then do
 * nothing, so that a row of them needs one check at the end.
 */
typedef struct ent_buffer {
    const entitle_runtime *runtime;
    char *bytes;
    size_t length;
    size_t capacity;
    size_t limit;
    bool failed;
    bool is_full; /* it failed for the limit, not for want of memory */
} ent_buffer;

void ent_buffer_init(ent_buffer *buffer, const entitle_runtime *runtime, size_t limit);

/* Wipes and frees. The buffer is empty afterwards and may be used again. */
void ent_buffer_clear(ent_buffer *buffer);

bool ent_buffer_append(ent_buffer *buffer, const void *bytes, size_t length);
bool ent_buffer_append_text(ent_buffer *buffer, const char *text);
bool ent_buffer_append_integer(ent_buffer *buffer, int64_t value);
bool ent_buffer_append_format(ent_buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The text, never NULL: "" while empty. */
const char *ent_buffer_text(const ent_buffer *buffer);

#endif
