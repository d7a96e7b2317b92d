/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/sqlite_backend.h"

/*
 * Nearly all that is settled has been accepted: those are settled a group at a time,
 * and then the others one by one.
 */
typedef struct settling {
    ent_store *store;
    const char *owner;
    ent_ledger_verdict *verdicts;
    size_t count;
    int64_t now_s;
    /* What most ledgers have none of is not looked for with each record. */
    bool has_tags;
    bool has_former_customers;
    ent_ledger_verdict *group[ENT_SQLITE_GROUP];
    size_t group_count;
} settling;

/* What a group adds to a key. */
typedef struct key_sum {
    int64_t key;
    int64_t added;
    int64_t accepted;
} key_sum;

typedef struct key_sums {
    key_sum of[ENT_SQLITE_GROUP];
    size_t count;
} key_sums;

static bool
run_for_group(
    const settling *work, int which, const ent_sql_value *values, size_t count)
{
    return ent_sql_run(work->store->sql, (ent_sql_statement)which, values, count);
}

/* --- Whose they are --------------------------------------------------------------- */

static void
add_to_key(key_sums *sums, int64_t key, int64_t added, int64_t accepted)
{
    size_t i = 0;

    while (i < sums->count && sums->of[i].key != key) {
        i++;
    }
    if (i == sums->count) {
        sums->of[sums->count++] = (key_sum){ .key = key };
    }
    sums->of[i].added += added;
    sums->of[i].accepted += accepted;
}

/* Of two verdicts on one record the first counts. */
static void
note_own(settling *work, int64_t record)
{
    size_t i = 0;

    while (i < work->group_count && work->group[i]->record != record) {
        i++;
    }
    if (i < work->group_count) {
        work->group[i]->is_settled = true;
    }
}

/* The leases of the others have gone to another sender, who settles them. */
static bool
find_own(settling *work, key_sums *sums)
{
    ent_sql_value values[ENT_SQLITE_GROUP + 1];

    for (size_t i = 0; i < ENT_SQLITE_GROUP; i++) {
        values[i] = i < work->group_count ? ent_sql_integer(work->group[i]->record)
                                          : ent_sql_text(NULL);
    }
    values[ENT_SQLITE_GROUP] = ent_sql_text(work->owner);
    ent_sql_rows *rows = ent_sql_open(
        work->store->sql,
        (ent_sql_statement)ENT_SQL_FIND_GROUP,
        values,
        ENT_SQLITE_GROUP + 1);
    while (ent_sql_next(rows)) {
        note_own(work, ent_sql_integer_of(rows, 0));
        add_to_key(
            sums,
            ent_sql_integer_of(rows, 1),
            ent_sql_integer_of(rows, 2),
            ent_sql_integer_of(rows, 3));
    }
    return ent_sql_close(rows);
}

/* --- Settling them ---------------------------------------------------------------- */

static bool
count_accepted(const settling *work, const key_sums *sums)
{
    ent_sql_value values[3 * ENT_SQLITE_GROUP];
    ent_sql_value *accepted = values + 2 * ENT_SQLITE_GROUP;

    for (size_t i = 0; i < ENT_SQLITE_GROUP; i++) {
        bool is_there = i < sums->count;
        values[2 * i] =
            is_there ? ent_sql_integer(sums->of[i].key) : ent_sql_text(NULL);
        values[2 * i + 1] = ent_sql_integer(is_there ? sums->of[i].added : 0);
        accepted[i] = ent_sql_integer(is_there ? sums->of[i].accepted : 0);
    }
    return run_for_group(
        work, ENT_SQL_COUNT_GROUP, values, sizeof(values) / sizeof(values[0]));
}

static bool
accept(const settling *work)
{
    ent_sql_value values[2 * ENT_SQLITE_GROUP];

    for (size_t i = 0; i < ENT_SQLITE_GROUP; i++) {
        const ent_ledger_verdict *own =
            i < work->group_count && work->group[i]->is_settled ? work->group[i] : NULL;
        values[2 * i] = own != NULL ? ent_sql_integer(own->record) : ent_sql_text(NULL);
        values[2 * i + 1] = ent_sql_text(own != NULL ? own->text : NULL);
    }
    return run_for_group(
        work, ENT_SQL_ACCEPT_GROUP, values, sizeof(values) / sizeof(values[0]));
}

/* Before the rows forget whose they were. */
static bool
note_subscriptions(const settling *work)
{
    bool holds = true;

    for (size_t i = 0; work->has_former_customers && holds && i < work->group_count;
         i++) {
        const ent_ledger_verdict *verdict = work->group[i];
        holds = !verdict->is_settled ||
                ent_store_note_subscription(work->store, verdict->record, true);
    }
    return holds;
}

static bool
drop_tags(const settling *work)
{
    bool holds = true;

    for (size_t i = 0; work->has_tags && holds && i < work->group_count; i++) {
        const ent_ledger_verdict *verdict = work->group[i];
        holds = !verdict->is_settled ||
                ent_store_do_to(work->store, ENT_SQL_DROP_TAGS, verdict->record);
    }
    return holds;
}

static bool
settle_group(settling *work)
{
    key_sums sums = { .count = 0 };

    if (work->group_count == 0) {
        return true;
    }
    bool holds =
        find_own(work, &sums) &&
        (sums.count == 0 || (note_subscriptions(work) && count_accepted(work, &sums) &&
                             accept(work) && drop_tags(work)));
    work->group_count = 0;
    return holds;
}

/* --- All of it -------------------------------------------------------------------- */

static bool
settle_plain(settling *work)
{
    bool holds =
        ent_store_has_any(work->store, ENT_SQL_HAS_ANY_TAGS, &work->has_tags) &&
        ent_store_has_any(
            work->store, ENT_SQL_HAS_FORMER_CUSTOMERS, &work->has_former_customers);

    work->group_count = 0;
    for (size_t i = 0; holds && i < work->count; i++) {
        work->verdicts[i].is_settled = false;
        if (ent_store_is_plain(&work->verdicts[i])) {
            work->group[work->group_count++] = &work->verdicts[i];
            holds = work->group_count < ENT_SQLITE_GROUP || settle_group(work);
        }
    }
    return holds && settle_group(work);
}

static bool
settle_others(const settling *work)
{
    bool holds = true;

    for (size_t i = 0; holds && i < work->count; i++) {
        holds = ent_store_is_plain(&work->verdicts[i]) ||
                ent_store_settle_one(
                    work->store, work->owner, &work->verdicts[i], work->now_s);
    }
    return holds;
}

static bool
settle_all(void *context)
{
    settling *work = context;

    return settle_plain(work) && settle_others(work);
}

entitle_status
ent_sqlite_settle(
    ent_ledger *base,
    const char *owner,
    ent_ledger_verdict *verdicts,
    size_t count,
    int64_t now_s,
    entitle_error *error)
{
    settling work = {
        .store = (ent_store *)base,
        .owner = owner,
        .verdicts = verdicts,
        .count = count,
        .now_s = now_s,
    };

    return ent_sql_transact(work.store->sql, settle_all, &work, error);
}
