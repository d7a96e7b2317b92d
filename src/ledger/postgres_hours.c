/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/postgres_array.h"
#include "ledger/postgres_backend.h"

#include <stdlib.h>

typedef struct summing {
    ent_store *store;
    ent_hour_sum *sums;
    size_t sum_count;
    int64_t now_s;
} summing;

static int
compare_sums(const void *left, const void *right)
{
    const ent_hour_sum *one = left;
    const ent_hour_sum *other = right;

    return one->key != other->key
               ? (one->key > other->key) - (one->key < other->key)
               : (one->hour_s > other->hour_s) - (one->hour_s < other->hour_s);
}

size_t
ent_postgres_add_up(ent_hour_sum *sums, size_t count)
{
    size_t kept = 0;
    if (count > 1) {
        qsort(sums, count, sizeof(*sums), compare_sums);
    }
    for (size_t i = 0; i < count; i++) {
        if (kept > 0 && compare_sums(&sums[kept - 1], &sums[i]) == 0) {
            sums[kept - 1].quantity += sums[i].quantity;
        } else {
            sums[kept++] = sums[i];
        }
    }
    return kept;
}

static bool
add_to_hours(summing *adding, const ent_postgres_array arrays[3])
{
    ent_sql_rows *rows = ent_sql_open(
        adding->store->sql,
        (ent_sql_statement)ENT_SQL_ADD_USAGES,
        ENT_SQL_WITH(
            ent_postgres_array_value(&arrays[0]),
            ent_postgres_array_value(&arrays[1]),
            ent_postgres_array_value(&arrays[2])));

    while (ent_sql_next(rows)) {
        const ent_hour_sum there = { .key = ent_sql_integer_of(rows, 0),
                                     .hour_s = ent_sql_integer_of(rows, 1) };
        ent_hour_sum *sum = bsearch(
            &there, adding->sums, adding->sum_count, sizeof(there), compare_sums);
        if (sum != NULL) {
            sum->is_there = true;
        }
    }
    return ent_sql_close(rows);
}

static bool
load_sums(summing *adding)
{
    ent_postgres_array arrays[3];
    for (size_t i = 0; i < 3; i++) {
        ent_postgres_array_begin(
            &arrays[i],
            &adding->store->runtime,
            ENT_SQL_INTEGER_ARRAY,
            adding->sum_count);
    }
    for (size_t i = 0; i < adding->sum_count; i++) {
        ent_postgres_array_add_integer(&arrays[0], adding->sums[i].key);
        ent_postgres_array_add_integer(&arrays[1], adding->sums[i].hour_s);
        ent_postgres_array_add_integer(&arrays[2], adding->sums[i].quantity);
    }
    bool holds = ent_postgres_arrays_hold(arrays, 3)
                     ? add_to_hours(adding, arrays)
                     : ent_sql_set_trouble(adding->store->sql, ENT_SQL_NO_MEMORY);
    for (size_t i = 0; i < 3; i++) {
        ent_postgres_array_clear(&arrays[i]);
    }
    return holds;
}

/* Their hour has been sent: to the first that has not. */
static bool
load_late(const summing *adding)
{
    for (size_t i = 0; i < adding->sum_count; i++) {
        const ent_hour_sum *sum = &adding->sums[i];
        ent_load load = { .key = sum->key,
                          .hour_s = sum->hour_s,
                          .token = "",
                          .quantity = sum->quantity,
                          .tags = "",
                          .is_new = true };
        int64_t record = 0;
        if (!sum->is_there &&
            (ent_store_load(adding->store, &load, adding->now_s, &record) !=
                 ENT_LOADED ||
             (load.hour_s != sum->hour_s &&
              !ent_store_link(adding->store, record, sum->hour_s, sum->quantity)))) {
            return false;
        }
    }
    return true;
}

bool
ent_postgres_load_sums(
    ent_store *store, ent_hour_sum *sums, size_t count, int64_t now_s)
{
    summing adding = { store, sums, count, now_s };

    return load_sums(&adding) && load_late(&adding);
}
