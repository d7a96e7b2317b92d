/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_PRINT_TEMPLATE_H
#define CLI_PRINT_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

/* What stands for a <NAME> in a document. */
typedef struct template_value {
    const char *name; /* "ACCOUNT" */
    const char *text; /* NULL: not known, and <NAME> is left standing */
    bool is_missed;   /* set where <NAME> was left standing */
} template_value;

/*
 * The document with each <NAME> that is known replaced. To be freed by free(); NULL for
 * want of memory.
 */
char *template_fill(const char *document, template_value *values, size_t count);

#endif
