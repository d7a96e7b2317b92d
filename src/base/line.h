/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_BASE_LINE_H
#define ENT_BASE_LINE_H

#include <stdarg.h>
#include <stddef.h>

/*
 * Formats into `text`, cut at a whole character where it is too long, with '?' for what
 * is not printable: what a hostile peer sent can neither drive a terminal nor forge a
 * log line.
 */
void ent_line_format(char *text, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void ent_line_format_v(char *text, size_t size, const char *format, va_list arguments)
    __attribute__((format(printf, 3, 0)));

#endif
