/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_BASE_UTF8_H
#define ENT_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The length of the well-formed UTF-8 sequence at `bytes` (1 to 4), or 0: overlong
 * forms, surrogates, code points past U+10FFFF and cut sequences are not well-formed
 * (RFC 3629 §4).
 */
size_t ent_utf8_sequence_length(const unsigned char *bytes, size_t length);

/* How many characters a text has; false when it is not well-formed. */
bool ent_utf8_count(const char *text, size_t *out);

#endif
