/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/form.h"

#include <string.h>

static bool
is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '-' || c == '.' || c == '_' || c == '~';
}

static void
append_encoded(ent_buffer *form, const char *text)
{
    static const char digits[] = "0123456789ABCDEF";

    for (const char *c = text; *c != '\0'; c++) {
        unsigned char byte = (unsigned char)*c;
        const char encoded[] = { '%', digits[byte >> 4], digits[byte & 15] };

        if (is_unreserved(*c)) {
            ent_buffer_append(form, c, 1);
        } else {
            ent_buffer_append(form, encoded, sizeof(encoded));
        }
    }
}

bool
ent_form_append(ent_buffer *form, const char *name, const char *value)
{
    if (form->length > 0) {
        ent_buffer_append_text(form, "&");
    }
    append_encoded(form, name);
    ent_buffer_append_text(form, "=");
    append_encoded(form, value);
    return !form->failed;
}
