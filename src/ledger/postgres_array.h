/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_LEDGER_POSTGRES_ARRAY_H
#define ENT_LEDGER_POSTGRES_ARRAY_H

#include "base/buffer.h"
#include "ledger/sql.h"

/* An array of PostgreSQL's, in its binary form, as a parameter of a statement. */
typedef struct ent_postgres_array {
    ent_sql_type type;
    ent_buffer bytes;
} ent_postgres_array;

/* Of that type, one of the arrays, with so many elements. Clear it in any case. */
void ent_postgres_array_begin(
    ent_postgres_array *array,
    const entitle_runtime *runtime,
    ent_sql_type type,
    size_t count);
void ent_postgres_array_clear(ent_postgres_array *array);

void ent_postgres_array_add_integer(ent_postgres_array *array, int64_t value);
void ent_postgres_array_add_text(ent_postgres_array *array, const char *text);
void ent_postgres_array_add_blob(
    ent_postgres_array *array, const void *bytes, size_t length);

ent_sql_value ent_postgres_array_value(const ent_postgres_array *array);

/* False: there was no memory for one of them. */
bool ent_postgres_arrays_hold(const ent_postgres_array *arrays, size_t count);

#endif
