/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "ledger/postgres_array.h"
#include "ledger/postgres_backend.h"

#include <stdlib.h>
#include <string.h>

/*
 * Nearly all that is settled has been accepted: those are settled together, the others
 * one by one. What they add to their keys comes last, so that senders who wait for the
 * same key do not wait for long.
 */
typedef struct key_sum {
    int64_t key;
    int64_t added;
    int64_t accepted;
} key_sum;

typedef struct settling {
    ent_store *store;
    const char *owner;
    ent_ledger_verdict **verdicts; /* by the numbers of their records */
    size_t count;
    key_sum *sums;
    size_t sum_count;
    int64_t now_s;
} settling;

static bool
fail_memory(const settling *work)
{
    return ent_sql_set_trouble(work->store->sql, ENT_SQL_NO_MEMORY);
}

static int
compare_records(const void *left, const void *right)
{
    const ent_ledger_verdict *one = *(ent_ledger_verdict *const *)left;
    const ent_ledger_verdict *other = *(ent_ledger_verdict *const *)right;

    return (one->record > other->record) - (one->record < other->record);
}

/* --- Records ---------------------------------------------------------------------- */

/* The accepted ones with their ids at AWS; how many there are. */
static size_t
list_verdicts(
    const settling *work,
    bool must_be_settled,
    ent_postgres_array *records,
    ent_postgres_array *names)
{
    const entitle_runtime *runtime = &work->store->runtime;
    size_t count = 0;

    for (size_t i = 0; i < work->count; i++) {
        const ent_ledger_verdict *verdict = work->verdicts[i];
        count +=
            ent_store_is_plain(verdict) && (!must_be_settled || verdict->is_settled)
                ? 1
                : 0;
    }
    ent_postgres_array_begin(records, runtime, ENT_SQL_INTEGER_ARRAY, count);
    ent_postgres_array_begin(names, runtime, ENT_SQL_TEXT_ARRAY, count);
    for (size_t i = 0; i < work->count; i++) {
        const ent_ledger_verdict *verdict = work->verdicts[i];
        if (ent_store_is_plain(verdict) && (!must_be_settled || verdict->is_settled)) {
            ent_postgres_array_add_integer(records, verdict->record);
            ent_postgres_array_add_text(names, verdict->text);
        }
    }
    return count;
}

static void
judge_row(settling *work, size_t *place, ent_sql_rows *rows)
{
    int64_t record = ent_sql_integer_of(rows, 0);
    bool is_own = ent_sql_integer_of(rows, 1) == ENT_RECORD_SENDING &&
                  strcmp(ent_sql_text_of(rows, 2), work->owner) == 0;

    while (*place < work->count && work->verdicts[*place]->record < record) {
        ++*place;
    }
    for (; *place < work->count && work->verdicts[*place]->record == record; ++*place) {
        ent_ledger_verdict *verdict = work->verdicts[*place];
        if (!is_own || !ent_store_is_plain(verdict)) {
            continue;
        }
        verdict->is_settled = true;
        work->sums[work->sum_count++] = (key_sum){
            .key = ent_sql_integer_of(rows, 3),
            .added = ent_sql_integer_of(rows, 4),
            .accepted = ent_sql_integer_of(rows, 5),
        };
        is_own = false; /* a second verdict on the same record comes too late */
    }
}

/* Rows come in the order of the verdicts; some may be missing. */
static bool
look_whose(settling *work, const ent_postgres_array *records)
{
    ent_sql_rows *rows = ent_sql_open(
        work->store->sql,
        (ent_sql_statement)ENT_SQL_LOCK_ROWS,
        ENT_SQL_WITH(ent_postgres_array_value(records)));
    size_t place = 0;

    while (ent_sql_next(rows)) {
        judge_row(work, &place, rows);
    }
    return ent_sql_close(rows);
}

static bool
run_for(const settling *work, int which, const ent_postgres_array *records)
{
    return ent_sql_run(
        work->store->sql,
        (ent_sql_statement)which,
        ENT_SQL_WITH(ent_postgres_array_value(records)));
}

static bool
accept_all(
    const settling *work,
    const ent_postgres_array *records,
    const ent_postgres_array *names)
{
    return run_for(work, ENT_SQL_DROP_FORMER_CUSTOMERS, records) &&
           ent_sql_run(
               work->store->sql,
               (ent_sql_statement)ENT_SQL_ACCEPT_ALL,
               ENT_SQL_WITH(
                   ent_postgres_array_value(records),
                   ent_postgres_array_value(names))) &&
           run_for(work, ENT_SQL_DROP_TAGS_OF_ALL, records);
}

/* First all that are, and then those that are the owner's. */
static bool
settle_plain(settling *work, bool must_be_settled)
{
    ent_postgres_array arrays[2];
    size_t count = list_verdicts(work, must_be_settled, &arrays[0], &arrays[1]);
    bool holds = ent_postgres_arrays_hold(arrays, 2) || fail_memory(work);

    if (holds && count > 0) {
        holds = must_be_settled ? accept_all(work, &arrays[0], &arrays[1])
                                : look_whose(work, &arrays[0]);
    }
    ent_postgres_array_clear(&arrays[0]);
    ent_postgres_array_clear(&arrays[1]);
    return holds;
}

/* --- Their keys ------------------------------------------------------------------- */

static int
compare_keys(const void *left, const void *right)
{
    const key_sum *one = left;
    const key_sum *other = right;

    return (one->key > other->key) - (one->key < other->key);
}

static void
add_up(settling *work)
{
    size_t kept = 0;

    if (work->sum_count > 1) {
        qsort(work->sums, work->sum_count, sizeof(*work->sums), compare_keys);
    }
    for (size_t i = 0; i < work->sum_count; i++) {
        const key_sum *sum = &work->sums[i];
        if (kept > 0 && work->sums[kept - 1].key == sum->key) {
            work->sums[kept - 1].added += sum->added;
            work->sums[kept - 1].accepted += sum->accepted;
        } else {
            work->sums[kept++] = *sum;
        }
    }
    work->sum_count = kept;
}

/* Locked first: an UPDATE may take its rows in any order. */
static bool
count_in(const settling *work, const ent_postgres_array arrays[3])
{
    return run_for(work, ENT_SQL_LOCK_KEYS, &arrays[0]) &&
           ent_sql_run(
               work->store->sql,
               (ent_sql_statement)ENT_SQL_COUNT_ACCEPTED,
               ENT_SQL_WITH(
                   ent_postgres_array_value(&arrays[0]),
                   ent_postgres_array_value(&arrays[1]),
                   ent_postgres_array_value(&arrays[2])));
}

static bool
count_accepted(settling *work)
{
    ent_postgres_array arrays[3];

    add_up(work);
    for (size_t i = 0; i < 3; i++) {
        ent_postgres_array_begin(
            &arrays[i], &work->store->runtime, ENT_SQL_INTEGER_ARRAY, work->sum_count);
    }
    for (size_t i = 0; i < work->sum_count; i++) {
        ent_postgres_array_add_integer(&arrays[0], work->sums[i].key);
        ent_postgres_array_add_integer(&arrays[1], work->sums[i].added);
        ent_postgres_array_add_integer(&arrays[2], work->sums[i].accepted);
    }
    bool holds = ent_postgres_arrays_hold(arrays, 3)
                     ? work->sum_count == 0 || count_in(work, arrays)
                     : fail_memory(work);
    for (size_t i = 0; i < 3; i++) {
        ent_postgres_array_clear(&arrays[i]);
    }
    return holds;
}

/* --- All of it -------------------------------------------------------------------- */

static bool
settle_others(const settling *work)
{
    for (size_t i = 0; i < work->count; i++) {
        if (!ent_store_is_plain(work->verdicts[i]) &&
            !ent_store_settle_one(
                work->store, work->owner, work->verdicts[i], work->now_s)) {
            return false;
        }
    }
    return true;
}

static bool
settle_all(void *context)
{
    settling *work = context;

    work->sum_count = 0;
    for (size_t i = 0; i < work->count; i++) {
        work->verdicts[i]->is_settled = false;
    }
    return settle_plain(work, false) && settle_plain(work, true) &&
           settle_others(work) && count_accepted(work);
}

entitle_status
ent_postgres_settle(
    ent_ledger *base,
    const char *owner,
    ent_ledger_verdict *verdicts,
    size_t count,
    int64_t now_s,
    entitle_error *error)
{
    ent_store *store = (ent_store *)base;
    const entitle_runtime *runtime = &store->runtime;
    settling work = {
        .store = store,
        .owner = owner,
        .verdicts = ent_allocate(runtime, (count + 1) * sizeof(*work.verdicts)),
        .count = count,
        .sums = ent_allocate(runtime, (count + 1) * sizeof(*work.sums)),
        .now_s = now_s,
    };
    entitle_status status = ENTITLE_OK;

    if (work.verdicts != NULL && work.sums != NULL) {
        for (size_t i = 0; i < count; i++) {
            work.verdicts[i] = &verdicts[i];
        }
        qsort(work.verdicts, count, sizeof(*work.verdicts), compare_records);
        status = ent_sql_transact(store->sql, settle_all, &work, error);
    } else {
        status = ent_fail_memory(error);
    }
    ent_release(runtime, work.verdicts);
    ent_release(runtime, work.sums);
    return status;
}
