/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_BASE_WARNINGS_H
#define ENT_BASE_WARNINGS_H

#include <stddef.h>

enum { ENT_WARNING_COUNT = 8, ENT_WARNING_SIZE = 384 };

/* What did not change an outcome but should be known. Holds a few; more are dropped. */
typedef struct ent_warnings {
    size_t count;
    char text[ENT_WARNING_COUNT][ENT_WARNING_SIZE];
} ent_warnings;

void ent_warn(ent_warnings *warnings, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
