/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/postgres_array.h"

#include <string.h>

enum { ARRAY_LIMIT = 1024 * 1024 * 1024 };

static void
append_number(ent_buffer *bytes, uint64_t value, size_t size)
{
    char out[8];

    for (size_t i = size; i > 0; i--) {
        out[i - 1] = (char)(unsigned char)(value & 0xff);
        value >>= 8;
    }
    (void)ent_buffer_append(bytes, out, size);
}

/* Dimensions, whether any is null, the elements' type, their number, the first one's.
 */
void
ent_postgres_array_begin(
    ent_postgres_array *array,
    const entitle_runtime *runtime,
    ent_sql_type type,
    size_t count)
{
    uint64_t element = type == ENT_SQL_INTEGER_ARRAY ? 20
                       : type == ENT_SQL_TEXT_ARRAY  ? 25
                                                     : 17;

    array->type = type;
    ent_buffer_init(&array->bytes, runtime, ARRAY_LIMIT);
    append_number(&array->bytes, count > 0 ? 1 : 0, 4);
    append_number(&array->bytes, 0, 4);
    append_number(&array->bytes, element, 4);
    if (count > 0) {
        append_number(&array->bytes, count, 4);
        append_number(&array->bytes, 1, 4);
    }
}

void
ent_postgres_array_clear(ent_postgres_array *array)
{
    ent_buffer_clear(&array->bytes);
}

void
ent_postgres_array_add_integer(ent_postgres_array *array, int64_t value)
{
    append_number(&array->bytes, 8, 4);
    append_number(&array->bytes, (uint64_t)value, 8);
}

void
ent_postgres_array_add_blob(ent_postgres_array *array, const void *bytes, size_t length)
{
    append_number(&array->bytes, length, 4);
    (void)ent_buffer_append(&array->bytes, bytes, length);
}

void
ent_postgres_array_add_text(ent_postgres_array *array, const char *text)
{
    ent_postgres_array_add_blob(array, text, strlen(text));
}

ent_sql_value
ent_postgres_array_value(const ent_postgres_array *array)
{
    return (ent_sql_value){ .type = array->type,
                            .bytes = array->bytes.bytes,
                            .length = array->bytes.length };
}

bool
ent_postgres_arrays_hold(const ent_postgres_array *arrays, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (arrays[i].bytes.failed) {
            return false;
        }
    }
    return true;
}
