/* SPDX-License-Identifier: Apache-2.0 */
#include "print_template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The value whose <NAME> `text` begins with, or NULL. */
static template_value *
find(const char *text, template_value *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(values[i].name);

        if (text[0] == '<' && strncmp(text + 1, values[i].name, length) == 0 &&
            text[length + 1] == '>') {
            return &values[i];
        }
    }
    return NULL;
}

static void
write_filled(
    FILE *out, const char *document, template_value *values, size_t value_count)
{
    while (*document != '\0') {
        template_value *value = find(document, values, value_count);

        if (value == NULL || value->text == NULL) {
            (void)fputc(*document++, out);
        } else {
            (void)fputs(value->text, out);
            document += strlen(value->name) + 2;
        }
        if (value != NULL && value->text == NULL) {
            value->is_missed = true;
        }
    }
}

char *
template_fill(const char *document, template_value *values, size_t count)
{
    char *text = NULL;
    size_t length = 0;
    bool is_written = false;
    FILE *out = open_memstream(&text, &length);

    if (out == NULL) {
        return NULL;
    }
    write_filled(out, document, values, count);
    is_written = ferror(out) == 0;
    if (fclose(out) != 0 || !is_written) {
        free(text);
        return NULL;
    }
    return text;
}
