/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"

#include "base/utf8.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

const char *
entitle_status_name(entitle_status status)
{
    switch (status) {
#define ENT_NAME(identifier, number, name, text)                                       \
    case ENTITLE_##identifier:                                                         \
        return name;
        ENTITLE_STATUS_MAP(ENT_NAME)
#undef ENT_NAME
    }
    return "internal_error";
}

const char *
entitle_status_text(entitle_status status)
{
    switch (status) {
#define ENT_TEXT(identifier, number, name, text)                                       \
    case ENTITLE_##identifier:                                                         \
        return text;
        ENTITLE_STATUS_MAP(ENT_TEXT)
#undef ENT_TEXT
    }
    return "internal error";
}

entitle_category
entitle_status_category(entitle_status status)
{
    unsigned category = (unsigned)status >> 8;

    return category <= ENTITLE_CATEGORY_INPUT ? (entitle_category)category
                                              : ENTITLE_CATEGORY_INTERNAL;
}

/* Control characters could drive a terminal; C1 controls are two bytes in UTF-8. */
static bool
is_printable(const unsigned char *bytes, size_t sequence_length)
{
    if (sequence_length == 1) {
        return bytes[0] >= 0x20 && bytes[0] != 0x7f;
    }
    if (bytes[0] == 0xc2) {
        return bytes[1] >= 0xa0;
    }
    /* U+2028 to U+202E and U+2066 to U+2069 break lines or reverse the direction. */
    if (bytes[0] == 0xe2 && bytes[1] == 0x80) {
        return bytes[2] < 0xa8 || bytes[2] > 0xae;
    }
    if (bytes[0] == 0xe2 && bytes[1] == 0x81) {
        return bytes[2] < 0xa6 || bytes[2] > 0xa9;
    }
    return true;
}

void
ent_format_line(char *text, size_t size, const char *format, va_list arguments)
{
    unsigned char *bytes = (unsigned char *)text;
    size_t length;
    size_t at = 0;

    text[0] = '\0';
    if (vsnprintf(text, size, format, arguments) < 0) {
        text[0] = '\0';
    }
    length = strlen(text);
    while (at < length) {
        size_t sequence = ent_utf8_sequence_length(bytes + at, length - at);
        if (sequence == 0 || !is_printable(bytes + at, sequence)) {
            /* A sequence that the end of the text cut is dropped, not shown as '?'. */
            bytes[at] =
                length + 1 == size && length - at < 4 && sequence == 0 ? '\0' : '?';
            for (size_t i = 1; i < sequence; i++) {
                bytes[at + i] = '?';
            }
        }
        at += sequence == 0 ? 1 : sequence;
    }
}

entitle_status
ent_fail(entitle_error *error, entitle_status status, const char *format, ...)
{
    va_list arguments;

    if (error == NULL) {
        return status;
    }
    memset(error, 0, sizeof(*error));
    error->status = status;
    va_start(arguments, format);
    ent_format_line(error->message, sizeof(error->message), format, arguments);
    va_end(arguments);
    return status;
}

void
ent_hint(entitle_error *error, const char *format, ...)
{
    va_list arguments;

    if (error == NULL) {
        return;
    }
    va_start(arguments, format);
    ent_format_line(error->hint, sizeof(error->hint), format, arguments);
    va_end(arguments);
}

entitle_status
ent_fail_memory(entitle_error *error)
{
    return ent_fail(error, ENTITLE_OUT_OF_MEMORY, "out of memory");
}
