/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "ledger/postgres_array.h"
#include "ledger/postgres_backend.h"

#include <stdlib.h>
#include <string.h>

/*
 * Nearly all that is settled has been accepted: those are settled together, the others
 * one by one.
 */
typedef struct settling {
    ent_store *store;
    const char *owner;
    ent_ledger_verdict **verdicts; /* by the numbers of their records */
    size_t count;
    int64_t now_s;
} settling;

static int
compare_records(const void *left, const void *right)
{
    const ent_ledger_verdict *one = *(ent_ledger_verdict *const *)left;
    const ent_ledger_verdict *other = *(ent_ledger_verdict *const *)right;

    return (one->record > other->record) - (one->record < other->record);
}

static bool
is_plain(const ent_ledger_verdict *verdict)
{
    return verdict->settlement == ENT_SETTLED_ACCEPTED &&
           !verdict->is_of_former_customer;
}

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
        count += is_plain(verdict) && (!must_be_settled || verdict->is_settled) ? 1 : 0;
    }
    ent_postgres_array_begin(records, runtime, ENT_SQL_INTEGER_ARRAY, count);
    ent_postgres_array_begin(names, runtime, ENT_SQL_TEXT_ARRAY, count);
    for (size_t i = 0; i < work->count; i++) {
        const ent_ledger_verdict *verdict = work->verdicts[i];
        if (is_plain(verdict) && (!must_be_settled || verdict->is_settled)) {
            ent_postgres_array_add_integer(records, verdict->record);
            ent_postgres_array_add_text(names, verdict->text);
        }
    }
    return count;
}

/* Rows come in the order of the verdicts; some may be missing. */
static bool
look_whose(const settling *work, const ent_postgres_array *records)
{
    ent_sql_rows *rows = ent_sql_open(
        work->store->sql,
        (ent_sql_statement)ENT_SQL_LOCK_ROWS,
        ENT_SQL_WITH(ent_postgres_array_value(records)));
    size_t i = 0;

    while (ent_sql_next(rows)) {
        int64_t record = ent_sql_integer_of(rows, 0);
        bool is_own = ent_sql_integer_of(rows, 1) == ENT_RECORD_SENDING &&
                      strcmp(ent_sql_text_of(rows, 2), work->owner) == 0;
        while (i < work->count && work->verdicts[i]->record < record) {
            i++;
        }
        for (; i < work->count && work->verdicts[i]->record == record; i++) {
            /* A second verdict on the same record comes too late. */
            work->verdicts[i]->is_settled = is_own && is_plain(work->verdicts[i]);
            is_own = is_own && !work->verdicts[i]->is_settled;
        }
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
           run_for(work, ENT_SQL_LOCK_KEYS, records) &&
           run_for(work, ENT_SQL_COUNT_ACCEPTED, records) &&
           ent_sql_run(
               work->store->sql,
               (ent_sql_statement)ENT_SQL_ACCEPT_ALL,
               ENT_SQL_WITH(
                   ent_postgres_array_value(records),
                   ent_postgres_array_value(names))) &&
           run_for(work, ENT_SQL_DROP_TAGS_OF_ALL, records);
}

/* Twice the same: to learn whose they are, and then for those that are the owner's. */
static bool
settle_plain(const settling *work, bool must_be_settled)
{
    ent_postgres_array arrays[2];
    size_t count = list_verdicts(work, must_be_settled, &arrays[0], &arrays[1]);
    bool holds = ent_postgres_arrays_hold(arrays, 2);

    if (!holds) {
        (void)ent_sql_set_trouble(work->store->sql, ENT_SQL_NO_MEMORY);
    } else if (count > 0) {
        holds = must_be_settled ? accept_all(work, &arrays[0], &arrays[1])
                                : look_whose(work, &arrays[0]);
    }
    ent_postgres_array_clear(&arrays[0]);
    ent_postgres_array_clear(&arrays[1]);
    return holds;
}

static bool
settle_all(void *context)
{
    const settling *work = context;

    for (size_t i = 0; i < work->count; i++) {
        work->verdicts[i]->is_settled = false;
    }
    if (!settle_plain(work, false) || !settle_plain(work, true)) {
        return false;
    }
    for (size_t i = 0; i < work->count; i++) {
        if (!is_plain(work->verdicts[i]) &&
            !ent_store_settle_one(
                work->store, work->owner, work->verdicts[i], work->now_s)) {
            return false;
        }
    }
    return true;
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
    settling work = { store, owner, NULL, count, now_s };
    work.verdicts = ent_allocate(&store->runtime, (count + 1) * sizeof(*work.verdicts));
    if (work.verdicts == NULL) {
        return ent_fail_memory(error);
    }
    for (size_t i = 0; i < count; i++) {
        work.verdicts[i] = &verdicts[i];
    }
    qsort(work.verdicts, count, sizeof(*work.verdicts), compare_records);
    entitle_status status = ent_sql_transact(store->sql, settle_all, &work, error);
    ent_release(&store->runtime, work.verdicts);
    return status;
}
