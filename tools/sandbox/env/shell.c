/* SPDX-License-Identifier: Apache-2.0 */
#include "env/shell.h"

#include <string.h>

/* In single quotes nothing is special to a shell but the single quote. */
static void
append_quoted(ent_buffer *out, const char *text)
{
    ent_buffer_append_text(out, "'");
    for (const char *quote = NULL; (quote = strchr(text, '\'')) != NULL;
         text = quote + 1) {
        ent_buffer_append(out, text, (size_t)(quote - text));
        ent_buffer_append_text(out, "'\\''");
    }
    ent_buffer_append_text(out, text);
    ent_buffer_append_text(out, "'");
}

void
shell_append_export(ent_buffer *out, const char *name, const char *value)
{
    ent_buffer_append_format(out, "export %s=", name);
    append_quoted(out, value);
    ent_buffer_append_text(out, "\n");
}
