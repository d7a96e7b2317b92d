/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buffer.h"

#include "base/memory.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

void
ent_buffer_init(ent_buffer *buffer, const entitle_runtime *runtime, size_t limit)
{
    *buffer = (ent_buffer){
        .runtime = runtime,
        .limit = limit < SIZE_MAX / 4 ? limit : SIZE_MAX / 4,
    };
}

void
ent_buffer_clear(ent_buffer *buffer)
{
    if (buffer->bytes != NULL) {
        ent_wipe(buffer->bytes, buffer->capacity);
        ent_release(buffer->runtime, buffer->bytes);
    }
    ent_buffer_init(buffer, buffer->runtime, buffer->limit);
}

/*
 * Makes room for `extra` bytes and a NUL. Moves by hand instead of reallocating, so
 * that no copy of a secret stays behind unwiped.
 */
static bool
reserve(ent_buffer *buffer, size_t extra)
{
    size_t capacity = buffer->capacity == 0 ? 64 : buffer->capacity;
    char *bytes;

    if (buffer->failed) {
        return false;
    }
    if (extra > buffer->limit - buffer->length) {
        buffer->failed = true;
        buffer->is_full = true;
        return false;
    }
    while (capacity < buffer->length + extra + 1) {
        capacity *= 2;
    }
    if (capacity == buffer->capacity) {
        return true;
    }

    bytes = buffer->runtime->allocate(buffer->runtime->context, capacity);
    if (bytes == NULL) {
        buffer->failed = true;
        return false;
    }
    if (buffer->bytes != NULL) {
        memcpy(bytes, buffer->bytes, buffer->length);
        ent_wipe(buffer->bytes, buffer->capacity);
        ent_release(buffer->runtime, buffer->bytes);
    }
    buffer->bytes = bytes;
    buffer->capacity = capacity;
    return true;
}

bool
ent_buffer_append(ent_buffer *buffer, const void *bytes, size_t length)
{
    if (!reserve(buffer, length)) {
        return false;
    }
    if (length > 0) {
        memcpy(buffer->bytes + buffer->length, bytes, length);
    }
    buffer->length += length;
    buffer->bytes[buffer->length] = '\0';
    return true;
}

bool
ent_buffer_append_text(ent_buffer *buffer, const char *text)
{
    return ent_buffer_append(buffer, text, strlen(text));
}

bool
ent_buffer_append_integer(ent_buffer *buffer, int64_t value)
{
    char digits[20]; /* "-9223372036854775808" */
    char *end = digits + sizeof(digits);
    char *first = end;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

    do {
        *--first = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (value < 0) {
        *--first = '-';
    }
    return ent_buffer_append(buffer, first, (size_t)(end - first));
}

/* How long the text is; it stands behind the others where there is room for it. */
__attribute__((format(printf, 2, 0))) static int
try_format(ent_buffer *buffer, const char *format, va_list arguments)
{
    size_t room = buffer->capacity - buffer->length;

    return vsnprintf(
        room > 0 ? buffer->bytes + buffer->length : NULL, room, format, arguments);
}

/* Once is enough for most. */
bool
ent_buffer_append_format(ent_buffer *buffer, const char *format, ...)
{
    va_list arguments;
    size_t room = buffer->capacity - buffer->length;

    if (buffer->failed) {
        return false;
    }
    va_start(arguments, format);
    int length = try_format(buffer, format, arguments);
    va_end(arguments);
    if (length < 0 || !reserve(buffer, (size_t)length)) {
        buffer->failed = true;
        if (room > 0) {
            buffer->bytes[buffer->length] = '\0';
        }
        return false;
    }
    if ((size_t)length >= room) {
        va_start(arguments, format);
        (void)try_format(buffer, format, arguments);
        va_end(arguments);
    }
    buffer->length += (size_t)length;
    return true;
}

const char *
ent_buffer_text(const ent_buffer *buffer)
{
    return buffer->bytes != NULL ? buffer->bytes : "";
}
