/* SPDX-License-Identifier: Apache-2.0 */
#include "control/query.h"

#include "base/json.h"
#include "base/text.h"

#include <inttypes.h>
#include <string.h>

enum { PART_SIZE = 256 };

/* What a JSON number holds exactly. */
static const uint64_t number_maximum = (UINT64_C(1) << 53) - 1;

/* Copies one name or value; false where it is empty, too long or not plain. */
static bool
copy_part(const char *text, size_t length, char out[PART_SIZE])
{
    if (length == 0 || length >= PART_SIZE) {
        return false;
    }
    memcpy(out, text, length);
    out[length] = '\0';
    return ent_text_is_visible_ascii(out) && strpbrk(out, "%+=") == NULL;
}

static bool
write_pair(const char *pair, size_t length, ent_buffer *out)
{
    char name[PART_SIZE];
    char value[PART_SIZE];
    uint64_t number = 0;
    const char *equals = memchr(pair, '=', length);
    if (equals == NULL) {
        return false;
    }
    size_t name_length = (size_t)(equals - pair);
    size_t value_length = length - name_length - 1;
    if (!copy_part(pair, name_length, name) ||
        !copy_part(equals + 1, value_length, value)) {
        return false;
    }
    ent_json_append_string(out, name);
    if (ent_text_to_unsigned(value, value_length, number_maximum, &number)) {
        ent_buffer_append_format(out, ":%" PRIu64, number);
    } else {
        ent_buffer_append_text(out, ":");
        ent_json_append_string(out, value);
    }
    return true;
}

bool
query_write_object(const char *query, ent_buffer *out)
{
    const char *separator = "";
    ent_buffer_append_text(out, "{");
    while (*query != '\0') {
        size_t length = strcspn(query, "&");
        ent_buffer_append_text(out, separator);
        if (!write_pair(query, length, out)) {
            return false;
        }
        query += length;
        query += *query == '&' ? 1 : 0;
        separator = ",";
    }
    return ent_buffer_append_text(out, "}");
}
