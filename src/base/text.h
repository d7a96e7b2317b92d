/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_BASE_TEXT_H
#define ENT_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ASCII only, whatever the locale. */
bool ent_text_equal_ignoring_case(const char *left, const char *right);
bool ent_text_starts_with(const char *text, const char *prefix);
bool ent_text_ends_with(const char *text, const char *suffix);
char ent_text_lower(char character);

/* Non-empty, and printable ASCII (0x21 to 0x7e, no space) throughout. */
bool ent_text_is_visible_ascii(const char *text);

/*
 * Decimal digits only: no sign, no space, no leading zero but for "0" itself, and no
 * more than `maximum`.
 */
bool
ent_text_to_unsigned(const char *text, size_t length, uint64_t maximum, uint64_t *out);

/* Lower-case hex digits of `length` bytes and a NUL: `out` takes 2 * length + 1. */
void ent_text_hex(const unsigned char *bytes, size_t length, char *out);

#endif
