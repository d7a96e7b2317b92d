/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONSOLE_PRINTABLE_H
#define CONSOLE_PRINTABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Takes one character off the front of `*text`. False where the bytes are not UTF-8
 * (RFC 3629); one byte is then taken.
 */
bool utf8_next(const char **text, uint32_t *out_character);

/*
 * Whether a terminal or a log shows the character and does nothing else: no control
 * character, no line separator, nothing that changes the direction of the text.
 */
bool is_printable(uint32_t character);

/*
 * Copies a text from outside for a terminal: what is not printable UTF-8 becomes '?',
 * and what does not fit is cut off at a whole character.
 */
void printable_copy(char *out, size_t size, const char *text);

#endif
