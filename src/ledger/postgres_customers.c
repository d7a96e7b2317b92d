/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/postgres_array.h"
#include "ledger/postgres_backend.h"
#include "ledger/postgres_state.h"

#include <string.h>

/*
 * What has to be asked each time, whatever is known: whether this is still the database
 * that it is known of, and which customers have used something under another name. One
 * that was put back to an older state, or into which another was loaded, lacks the last
 * commit of this session.
 */
enum { ARRAYS = 4, OF_SESSION = -1 };

typedef struct check {
    ent_store *store;
    ent_postgres *sql;
    ent_use_key *keys;
    size_t count;
    ent_postgres_array arrays[ARRAYS];
    bool is_same_database;
} check;

int
ent_postgres_compare_customers(const ent_usage_key *one, const ent_usage_key *other)
{
    int order = one->product_code == other->product_code
                    ? 0
                    : strcmp(one->product_code, other->product_code);
    if (order != 0 || one->form != other->form) {
        return order != 0 ? order : (int)one->form - (int)other->form;
    }
    return one->customer == other->customer ? 0
                                            : strcmp(one->customer, other->customer);
}

/* The first of a customer's keys stands for all of them. */
static bool
is_first_of_customer(const check *of, size_t i)
{
    const ent_usage_key *key = &of->keys[i].key;

    return key->form != ENT_CUSTOMER_OF_INSTANCE &&
           (i == 0 || ent_postgres_compare_customers(&of->keys[i - 1].key, key) != 0);
}

static void
fill_customers(check *of)
{
    size_t customers = 0;
    for (size_t i = 0; i < of->count; i++) {
        customers += is_first_of_customer(of, i) ? 1 : 0;
    }
    for (size_t i = 0; i < ARRAYS; i++) {
        ent_postgres_array_begin(
            &of->arrays[i],
            &of->store->runtime,
            i % 2 == 0 ? ENT_SQL_INTEGER_ARRAY : ENT_SQL_TEXT_ARRAY,
            customers);
    }
    for (size_t i = 0; i < of->count; i++) {
        const ent_usage_key *key = &of->keys[i].key;
        if (is_first_of_customer(of, i)) {
            ent_postgres_array_add_integer(&of->arrays[0], (int64_t)i);
            ent_postgres_array_add_text(&of->arrays[1], key->product_code);
            ent_postgres_array_add_integer(&of->arrays[2], key->form);
            ent_postgres_array_add_text(&of->arrays[3], key->customer);
        }
    }
}

static void
note_other_name(check *of, size_t first)
{
    for (size_t i = first;
         i < of->count && (i == first || !is_first_of_customer(of, i));
         i++) {
        of->keys[i].has_other_name = true;
    }
}

/* Then one may be the other: by the database alone, neither has been used before. */
static bool
has_both_forms(const check *of)
{
    bool has_form[] = { false, false, false };

    for (size_t i = 0; i < of->count; i++) {
        has_form[of->keys[i].key.form] = true;
    }
    return has_form[ENT_CUSTOMER_IDENTIFIER] && has_form[ENT_CUSTOMER_LICENSE];
}

static bool
ask(check *of)
{
    ent_sql_rows *rows = ent_sql_open(
        of->store->sql,
        (ent_sql_statement)ENT_SQL_CHECK_CUSTOMERS,
        ENT_SQL_WITH(
            ent_sql_text(of->sql->session),
            ent_postgres_array_value(&of->arrays[0]),
            ent_postgres_array_value(&of->arrays[1]),
            ent_postgres_array_value(&of->arrays[2]),
            ent_postgres_array_value(&of->arrays[3]),
            ent_sql_integer(has_both_forms(of))));

    while (ent_sql_next(rows)) {
        int64_t place = ent_sql_integer_of(rows, 0);
        if (place == OF_SESSION) {
            of->is_same_database =
                ent_sql_integer_of(rows, 1) == of->sql->commit_number;
        } else if (place >= 0 && (size_t)place < of->count) {
            note_other_name(of, (size_t)place);
        }
    }
    return ent_sql_close(rows);
}

bool
ent_postgres_check_customers(ent_store *store, ent_use_key *keys, size_t count)
{
    check of = {
        .store = store, .sql = (ent_postgres *)store->sql, .keys = keys, .count = count
    };

    fill_customers(&of);
    bool holds = ent_postgres_arrays_hold(of.arrays, ARRAYS)
                     ? ask(&of)
                     : ent_sql_set_trouble(store->sql, ENT_SQL_NO_MEMORY);
    for (size_t i = 0; i < ARRAYS; i++) {
        ent_postgres_array_clear(&of.arrays[i]);
    }
    if (holds && !of.is_same_database) {
        ent_known_keys_clear(&of.sql->known, &store->runtime);
    }
    return holds;
}
