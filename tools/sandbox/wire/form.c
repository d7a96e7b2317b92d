/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/form.h"

#include "base/text.h"

#include <string.h>

static const char media_type[] = "application/x-www-form-urlencoded";

/* The raw value of a field, up to "&" or the end; NULL when there is none. */
static const char *
find_value(const sandbox_request *request, const char *name, size_t *length)
{
    size_t name_length = strlen(name);
    const char *field = ent_buffer_text(&request->body);
    while (*field != '\0') {
        size_t field_length = strcspn(field, "&");
        if (field_length > name_length && field[name_length] == '=' &&
            strncmp(field, name, name_length) == 0) {
            *length = field_length - name_length - 1;
            return field + name_length + 1;
        }
        field += field_length;
        field += *field == '&' ? 1 : 0;
    }
    return NULL;
}

static int
hex_value(char digit)
{
    static const char digits[] = "0123456789abcdef";
    const char *place = digit != '\0' ? strchr(digits, ent_text_lower(digit)) : NULL;
    return place != NULL ? (int)(place - digits) : -1;
}

/* The byte that "%XX" stands for; 0, which no field may hold, where it is none. */
static char
decode_escape(const char *text, size_t length)
{
    if (length < 3) {
        return '\0';
    }
    int high = hex_value(text[1]);
    int low = hex_value(text[2]);
    return high < 0 || low < 0 ? '\0' : (char)(high * 16 + low);
}

static bool
append_decoded(const char *text, size_t length, ent_buffer *out)
{
    for (size_t i = 0; i < length; i++) {
        char byte = text[i] == '+' ? ' ' : text[i];
        if (byte == '%') {
            byte = decode_escape(text + i, length - i);
            i += 2;
        }
        if (byte == '\0' || !ent_buffer_append(out, &byte, 1)) {
            return false;
        }
    }
    return true;
}

bool
form_is_in(const sandbox_request *request)
{
    size_t length = 0;
    const char *type = request_header(request, "Content-Type");
    return type != NULL && strncmp(type, media_type, sizeof(media_type) - 1) == 0 &&
           find_value(request, "Action", &length) != NULL;
}

bool
form_read(const sandbox_request *request, const char *name, ent_buffer *out)
{
    size_t length = 0;
    const char *value = find_value(request, name, &length);
    return value != NULL && append_decoded(value, length, out);
}
