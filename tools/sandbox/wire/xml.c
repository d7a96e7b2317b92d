/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/xml.h"

static void
append_character(ent_buffer *out, char character)
{
    switch (character) {
    case '&':
        ent_buffer_append_text(out, "&amp;");
        return;
    case '<':
        ent_buffer_append_text(out, "&lt;");
        return;
    case '>':
        ent_buffer_append_text(out, "&gt;");
        return;
    case '"':
        ent_buffer_append_text(out, "&quot;");
        return;
    case '\'':
        ent_buffer_append_text(out, "&#39;");
        return;
    default:
        break;
    }
    unsigned char byte = (unsigned char)character;
    ent_buffer_append(out, byte < ' ' && byte != '\n' ? "?" : &character, 1);
}

void
xml_append_element(ent_buffer *out, const char *name, const char *text)
{
    ent_buffer_append_format(out, "<%s>", name);
    for (; *text != '\0'; text++) {
        append_character(out, *text);
    }
    ent_buffer_append_format(out, "</%s>", name);
}
