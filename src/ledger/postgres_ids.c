/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/postgres_array.h"
#include "ledger/postgres_backend.h"
#include "ledger/postgres_state.h"

#include <stdlib.h>
#include <string.h>

/*
 * Nearly always all ids are new. A plain INSERT of them costs the database little more
 * than half of one with ON CONFLICT, which looks each up first and logs it twice; but
 * it fails when any is known, and its transaction has to be begun anew. Known ids come
 * together (somebody adds all of an hour again), so for a while the dearer one is used
 * after that.
 */
enum { WARY_ADDS = 100 };

typedef struct noting {
    ent_store *store;
    ent_postgres *sql;
    ent_use_id *ids;
    size_t count;
    ent_postgres_array arrays[2];
} noting;

static void
fill_ids(noting *note)
{
    const entitle_runtime *runtime = &note->store->runtime;
    ent_postgres_array *ids = &note->arrays[0];
    ent_postgres_array *times = &note->arrays[1];

    ent_postgres_array_begin(ids, runtime, ENT_SQL_TEXT_ARRAY, note->count);
    ent_postgres_array_begin(times, runtime, ENT_SQL_INTEGER_ARRAY, note->count);
    for (size_t i = 0; i < note->count; i++) {
        ent_postgres_array_add_text(ids, note->ids[i].id);
        ent_postgres_array_add_integer(times, note->ids[i].at_s);
    }
}

static int
compare_ids(const void *left, const void *right)
{
    const ent_use_id *one = left;
    const ent_use_id *other = right;

    return strcmp(one->id, other->id);
}

/* Its rows are those that are new. */
static bool
note_those_new(noting *note)
{
    size_t count = 0;
    ent_sql_rows *rows = ent_sql_open(
        note->store->sql,
        (ent_sql_statement)ENT_SQL_ADD_EVENTS,
        ENT_SQL_WITH(
            ent_postgres_array_value(&note->arrays[0]),
            ent_postgres_array_value(&note->arrays[1])));

    while (ent_sql_next(rows)) {
        const ent_use_id there = { .id = ent_sql_text_of(rows, 0) };
        ent_use_id *one =
            bsearch(&there, note->ids, note->count, sizeof(there), compare_ids);
        if (one != NULL) {
            one->is_new = true;
            count++;
        }
    }
    if (!ent_sql_close(rows)) {
        return false;
    }
    if (count < note->count) {
        note->sql->wary_adds = WARY_ADDS;
    }
    return true;
}

static bool
note_all(noting *note)
{
    if (!ent_sql_run(
            note->store->sql,
            (ent_sql_statement)ENT_SQL_ADD_NEW_EVENTS,
            ENT_SQL_WITH(
                ent_postgres_array_value(&note->arrays[0]),
                ent_postgres_array_value(&note->arrays[1])))) {
        if (ent_postgres_begin_anew_after(note->sql, ENT_POSTGRES_IS_THERE)) {
            note->sql->wary_adds = WARY_ADDS;
        }
        return false;
    }
    for (size_t i = 0; i < note->count; i++) {
        note->ids[i].is_new = true;
    }
    return true;
}

bool
ent_postgres_note_ids(ent_store *store, ent_use_id *ids, size_t count)
{
    noting note = {
        .store = store, .sql = (ent_postgres *)store->sql, .ids = ids, .count = count
    };
    /* Nobody repeats what its caller holds. */
    bool is_wary = store->is_held || note.sql->wary_adds > 0;

    note.sql->wary_adds -= note.sql->wary_adds > 0 ? 1 : 0;
    fill_ids(&note);
    bool holds = ent_postgres_arrays_hold(note.arrays, 2) ||
                 ent_sql_set_trouble(store->sql, ENT_SQL_NO_MEMORY);
    holds = holds && (is_wary ? note_those_new(&note) : note_all(&note));
    ent_postgres_array_clear(&note.arrays[0]);
    ent_postgres_array_clear(&note.arrays[1]);
    return holds;
}
