/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include <string.h>

char
ent_text_lower(char character)
{
    return character >= 'A' && character <= 'Z' ? (char)(character - 'A' + 'a')
                                                : character;
}

bool
ent_text_equal_ignoring_case(const char *left, const char *right)
{
    while (*left != '\0' && ent_text_lower(*left) == ent_text_lower(*right)) {
        left++;
        right++;
    }
    return ent_text_lower(*left) == ent_text_lower(*right);
}

bool
ent_text_starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool
ent_text_ends_with(const char *text, const char *suffix)
{
    size_t text_length = strlen(text);
    size_t suffix_length = strlen(suffix);

    return text_length >= suffix_length &&
           strcmp(text + text_length - suffix_length, suffix) == 0;
}

bool
ent_text_is_visible_ascii(const char *text)
{
    if (text[0] == '\0') {
        return false;
    }
    for (; *text != '\0'; text++) {
        if (*text < 0x21 || *text > 0x7e) {
            return false;
        }
    }
    return true;
}

bool
ent_text_to_unsigned(const char *text, size_t length, uint64_t maximum, uint64_t *out)
{
    uint64_t value = 0;

    if (length == 0 || (length > 1 && text[0] == '0')) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        uint64_t digit = (uint64_t)(unsigned char)text[i] - '0';
        if (digit > 9 || digit > maximum || value > (maximum - digit) / 10) {
            return false;
        }
        value = value * 10 + digit;
    }
    *out = value;
    return true;
}

void
ent_text_hex(const unsigned char *bytes, size_t length, char *out)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < length; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 0x0f];
    }
    out[2 * length] = '\0';
}
