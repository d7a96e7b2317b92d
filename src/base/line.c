/* SPDX-License-Identifier: Apache-2.0 */
#include "base/line.h"

#include "base/utf8.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

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
ent_line_format_v(char *text, size_t size, const char *format, va_list arguments)
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

void
ent_line_format(char *text, size_t size, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    ent_line_format_v(text, size, format, arguments);
    va_end(arguments);
}
