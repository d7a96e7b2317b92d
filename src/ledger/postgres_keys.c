/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/postgres_array.h"
#include "ledger/postgres_backend.h"

typedef struct finding {
    ent_store *store;
    ent_use_key *keys;
    size_t count;
} finding;

enum { KEY_ARRAYS = 7 };

static void
fill_keys(const finding *find, ent_postgres_array arrays[KEY_ARRAYS])
{
    for (size_t i = 0; i < KEY_ARRAYS; i++) {
        ent_postgres_array_begin(
            &arrays[i],
            &find->store->runtime,
            i == 0 || i == 3 ? ENT_SQL_INTEGER_ARRAY : ENT_SQL_TEXT_ARRAY,
            find->count);
    }
    for (size_t i = 0; i < find->count; i++) {
        const ent_usage_key *key = &find->keys[i].key;
        ent_postgres_array_add_integer(&arrays[0], (int64_t)i);
        ent_postgres_array_add_text(&arrays[1], key->product_code);
        ent_postgres_array_add_text(&arrays[2], key->dimension);
        ent_postgres_array_add_integer(&arrays[3], key->form);
        ent_postgres_array_add_text(&arrays[4], key->customer);
        ent_postgres_array_add_text(&arrays[5], key->license_arn);
        ent_postgres_array_add_text(&arrays[6], key->instance);
    }
}

static bool
read_keys(const finding *find, const ent_postgres_array arrays[KEY_ARRAYS])
{
    ent_sql_value values[KEY_ARRAYS];
    for (size_t i = 0; i < KEY_ARRAYS; i++) {
        values[i] = ent_postgres_array_value(&arrays[i]);
    }
    ent_sql_rows *rows = ent_sql_open(
        find->store->sql, (ent_sql_statement)ENT_SQL_FIND_KEYS, values, KEY_ARRAYS);
    while (ent_sql_next(rows)) {
        size_t place = (size_t)ent_sql_integer_of(rows, 0);
        if (place < find->count) {
            find->keys[place].id =
                ent_sql_is_null(rows, 1) ? 0 : ent_sql_integer_of(rows, 1);
            find->keys[place].has_other_name = ent_sql_integer_of(rows, 2) != 0;
        }
    }
    return ent_sql_close(rows);
}

bool
ent_postgres_find_keys(ent_store *store, ent_use_key *keys, size_t count)
{
    const finding find = { store, keys, count };
    ent_postgres_array arrays[KEY_ARRAYS];
    fill_keys(&find, arrays);
    bool holds = ent_postgres_arrays_hold(arrays, KEY_ARRAYS)
                     ? read_keys(&find, arrays)
                     : ent_sql_set_trouble(store->sql, ENT_SQL_NO_MEMORY);
    for (size_t i = 0; i < KEY_ARRAYS; i++) {
        ent_postgres_array_clear(&arrays[i]);
    }
    return holds;
}
