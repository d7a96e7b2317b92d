/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/postgres_array.h"
#include "ledger/postgres_backend.h"
#include "ledger/postgres_state.h"

typedef struct finding {
    ent_store *store;
    ent_use_key *keys;
    size_t count;
    bool is_to_make; /* those of them that are wanted, first */
} finding;

enum { KEY_ARRAYS = 7 };

static bool
is_asked(const finding *find, const ent_use_key *key)
{
    return key->id == 0 && (key->is_wanted || !find->is_to_make);
}

static size_t
count_asked(const finding *find)
{
    size_t count = 0;

    for (size_t i = 0; i < find->count; i++) {
        count += is_asked(find, &find->keys[i]) ? 1 : 0;
    }
    return count;
}

static void
fill_keys(const finding *find, ent_postgres_array arrays[KEY_ARRAYS])
{
    size_t count = count_asked(find);

    for (size_t i = 0; i < KEY_ARRAYS; i++) {
        ent_postgres_array_begin(
            &arrays[i],
            &find->store->runtime,
            i == 0 || i == 3 ? ENT_SQL_INTEGER_ARRAY : ENT_SQL_TEXT_ARRAY,
            count);
    }
    for (size_t i = 0; i < find->count; i++) {
        const ent_usage_key *key = &find->keys[i].key;
        if (!is_asked(find, &find->keys[i])) {
            continue;
        }
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
read_keys(const finding *find, const ent_sql_value values[KEY_ARRAYS])
{
    ent_sql_rows *rows = ent_sql_open(
        find->store->sql, (ent_sql_statement)ENT_SQL_FIND_KEYS, values, KEY_ARRAYS);

    while (ent_sql_next(rows)) {
        size_t place = (size_t)ent_sql_integer_of(rows, 0);
        if (place < find->count) {
            find->keys[place].id =
                ent_sql_is_null(rows, 1) ? 0 : ent_sql_integer_of(rows, 1);
        }
    }
    return ent_sql_close(rows);
}

static bool
add_keys(const finding *find, const ent_sql_value values[KEY_ARRAYS])
{
    return ent_sql_run(
        find->store->sql, (ent_sql_statement)ENT_SQL_ADD_KEYS, values, KEY_ARRAYS);
}

static bool
find_keys(const finding *find)
{
    ent_postgres_array arrays[KEY_ARRAYS];
    ent_sql_value values[KEY_ARRAYS];
    fill_keys(find, arrays);
    bool holds = ent_postgres_arrays_hold(arrays, KEY_ARRAYS) ||
                 ent_sql_set_trouble(find->store->sql, ENT_SQL_NO_MEMORY);
    for (size_t i = 0; i < KEY_ARRAYS; i++) {
        values[i] = ent_postgres_array_value(&arrays[i]);
    }
    if (holds && find->is_to_make) {
        holds = add_keys(find, values);
    }
    holds = holds && read_keys(find, values);
    for (size_t i = 0; i < KEY_ARRAYS; i++) {
        ent_postgres_array_clear(&arrays[i]);
    }
    return holds;
}

bool
ent_postgres_find_keys(ent_store *store, ent_use_key *keys, size_t count)
{
    const ent_postgres *sql = (const ent_postgres *)store->sql;
    const finding find = { store, keys, count, false };

    if (!ent_postgres_check_customers(store, keys, count)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        keys[i].id = ent_known_keys_find(&sql->known, &keys[i].key);
        keys[i].is_known = keys[i].id != 0;
    }
    return count_asked(&find) == 0 || find_keys(&find);
}

bool
ent_postgres_make_keys(ent_store *store, ent_use_key *keys, size_t count)
{
    const finding find = { store, keys, count, true };

    if (count_asked(&find) > 0 && !find_keys(&find)) {
        return false;
    }
    return count_asked(&find) == 0 ||
           ent_sql_set_trouble(store->sql, ENT_SQL_ROW_IS_MISSING);
}

void
ent_postgres_remember_keys(ent_store *store, const ent_use_key *keys, size_t count)
{
    ent_postgres *sql = (ent_postgres *)store->sql;

    for (size_t i = 0; i < count; i++) {
        if (keys[i].id != 0 && !keys[i].is_known) {
            ent_known_keys_add(&sql->known, &store->runtime, &keys[i].key, keys[i].id);
        }
    }
}
