/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/postgres_array.h"
#include "ledger/postgres_backend.h"
#include "ledger/postgres_state.h"

/*
 * Two flushers that take usage of one customer under its two names, each of one, must
 * not both find that there is no other. So they lock what is known of the customer.
 */

/* The customers of what is due, in pairs: accounts, and identifiers. */
typedef struct customer_names {
    ent_postgres_array arrays[4];
    size_t counts[2];
} customer_names;

static size_t
kind_of(const ent_usage_key *key)
{
    return key->form == ENT_CUSTOMER_LICENSE ? 0 : 1;
}

static bool
lock_names(ent_store *store, const customer_names *names, size_t *found)
{
    static const int statements[] = { ENT_SQL_LOCK_ACCOUNTS, ENT_SQL_LOCK_IDENTIFIERS };

    for (size_t i = 0; i < 2; i++) {
        if (names->counts[i] > 0 &&
            !ent_sql_run(
                store->sql,
                (ent_sql_statement)statements[i],
                ENT_SQL_WITH(
                    ent_postgres_array_value(&names->arrays[2 * i]),
                    ent_postgres_array_value(&names->arrays[2 * i + 1])))) {
            return false;
        }
        *found += names->counts[i] > 0 ? (size_t)ent_sql_changed(store->sql) : 0;
    }
    return true;
}

/* Two passes over the rows: arrays begin with their length. */
static void
list_names(ent_sql_rows *rows, const entitle_runtime *runtime, customer_names *out)
{
    ent_usage_key key;

    for (out->counts[0] = out->counts[1] = 0; ent_sql_next(rows);) {
        ent_store_read_key(rows, 2, &key);
        out->counts[kind_of(&key)] += key.form != ENT_CUSTOMER_OF_INSTANCE ? 1 : 0;
    }
    for (size_t i = 0; i < 4; i++) {
        ent_postgres_array_begin(
            &out->arrays[i], runtime, ENT_SQL_TEXT_ARRAY, out->counts[i / 2]);
    }
    ent_postgres_rewind(rows);
    while (ent_sql_next(rows)) {
        ent_store_read_key(rows, 2, &key);
        if (key.form != ENT_CUSTOMER_OF_INSTANCE) {
            ent_postgres_array *pair = &out->arrays[2 * kind_of(&key)];
            ent_postgres_array_add_text(&pair[0], key.product_code);
            ent_postgres_array_add_text(&pair[1], key.customer);
        }
    }
}

bool
ent_postgres_lock_customers(ent_store *store, ent_sql_rows *rows, size_t *found)
{
    customer_names names;
    *found = 0;
    list_names(rows, &store->runtime, &names);
    bool holds = ent_postgres_arrays_hold(names.arrays, 4)
                     ? lock_names(store, &names, found)
                     : ent_sql_set_trouble(store->sql, ENT_SQL_NO_MEMORY);
    for (size_t i = 0; i < 4; i++) {
        ent_postgres_array_clear(&names.arrays[i]);
    }
    return holds;
}
