/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/store.h"

#include <stddef.h>

/* --- Sums: one statement is one snapshot ------------------------------------------ */

typedef struct summing {
    ent_store *store;
    int64_t now_s;
    ent_ledger_sums_visitor *visit;
    void *context;
} summing;

static void
read_sums(ent_sql_rows *rows, ent_usage_sums *out)
{
    out->added = ent_sql_integer_of(rows, 6);
    for (int i = 0; i < ENT_USAGE_STATE_COUNT; i++) {
        out->by_state[i] = ent_sql_integer_of(rows, 7 + i);
    }
}

static bool
walk_sums(void *context)
{
    const summing *walk = context;
    ent_sql_rows *rows = ent_sql_open(
        walk->store->sql,
        ENT_SQL_SUMS,
        ENT_SQL_WITH(ent_sql_integer(walk->now_s - ENT_LEDGER_HOUR_S)));
    bool goes_on = true;

    while (goes_on && ent_sql_next(rows)) {
        ent_usage_key key;
        ent_usage_sums sums;
        ent_store_read_key(rows, 0, &key);
        read_sums(rows, &sums);
        goes_on = walk->visit(walk->context, &key, &sums);
    }
    return ent_sql_close(rows);
}

entitle_status
ent_store_sums(
    ent_ledger *base,
    int64_t now_s,
    ent_ledger_sums_visitor *visit,
    void *context,
    entitle_error *error)
{
    summing walk = { (ent_store *)base, now_s, visit, context };

    return ent_sql_look(walk.store->sql, walk_sums, &walk, error);
}

/* --- Records ---------------------------------------------------------------------- */

typedef struct listing {
    ent_store *store;
    ent_usage_state state;
    int64_t now_s;
    ent_ledger_record_visitor *visit;
    void *context;
} listing;

static ent_sql_rows *
open_list(const listing *walk)
{
    if (walk->state > ENT_USAGE_SENDING) {
        return ent_sql_open(
            walk->store->sql, ENT_SQL_LIST, ENT_SQL_WITH(ent_sql_integer(walk->state)));
    }
    return ent_sql_open(
        walk->store->sql,
        ENT_SQL_LIST_UNSENT,
        ENT_SQL_WITH(
            ent_sql_integer(walk->state),
            ent_sql_integer(walk->now_s - ENT_LEDGER_HOUR_S)));
}

static bool
walk_records(void *context)
{
    const listing *walk = context;
    ent_sql_rows *rows = open_list(walk);
    bool goes_on = true;

    while (goes_on && ent_sql_next(rows)) {
        ent_ledger_record record;
        ent_store_read_record(rows, walk->now_s, &record);
        goes_on = walk->visit(walk->context, &record);
    }
    return ent_sql_close(rows);
}

entitle_status
ent_store_list(
    ent_ledger *base,
    ent_usage_state state,
    int64_t now_s,
    ent_ledger_record_visitor *visit,
    void *context,
    entitle_error *error)
{
    listing walk = { (ent_store *)base, state, now_s, visit, context };

    return ent_sql_look(walk.store->sql, walk_records, &walk, error);
}

typedef struct oldest {
    ent_store *store;
    bool *out_any;
    int64_t *out_hour_s;
} oldest;

static bool
find_oldest(void *context)
{
    const oldest *find = context;
    ent_sql_rows *rows =
        ent_sql_open(find->store->sql, ENT_SQL_OLDEST_UNSENT, ENT_SQL_WITH_NOTHING);

    *find->out_any = false;
    if (ent_sql_next(rows) && !ent_sql_is_null(rows, 0)) {
        *find->out_any = true;
        *find->out_hour_s = ent_sql_integer_of(rows, 0);
    }
    return ent_sql_close(rows);
}

entitle_status
ent_store_oldest_unsent(
    ent_ledger *base, bool *out_any, int64_t *out_hour_s, entitle_error *error)
{
    oldest find = { (ent_store *)base, out_any, out_hour_s };

    return ent_sql_look(find.store->sql, find_oldest, &find, error);
}

typedef struct sibling {
    ent_store *store;
    int64_t record;
    bool *out;
} sibling;

static bool
find_sibling(void *context)
{
    const sibling *find = context;
    int64_t is_there = 0;
    bool holds = ent_sql_ask(
        find->store->sql,
        ENT_SQL_FIND_ACCEPTED_SIBLING,
        ENT_SQL_WITH(ent_sql_integer(find->record)),
        &is_there);

    *find->out = is_there != 0;
    return holds;
}

entitle_status
ent_store_has_accepted_sibling(
    ent_ledger *base, int64_t record, bool *out, entitle_error *error)
{
    sibling find = { (ent_store *)base, record, out };

    return ent_sql_look(find.store->sql, find_sibling, &find, error);
}

/* --- Forgetting ------------------------------------------------------------------- */

typedef struct pruning {
    ent_store *store;
    int64_t before_s;
    size_t *out_count;
} pruning;

static bool
prune(void *context)
{
    const pruning *past = context;

    if (!ent_store_do_to(past->store, ENT_SQL_PRUNE_CARRY, past->before_s) ||
        !ent_store_do_to(past->store, ENT_SQL_PRUNE_RECORDS, past->before_s)) {
        return false;
    }
    *past->out_count = (size_t)ent_sql_changed(past->store->sql);
    return ent_store_do_to(past->store, ENT_SQL_PRUNE_EVENTS, past->before_s);
}

entitle_status
ent_store_prune(
    ent_ledger *base, int64_t before_s, size_t *out_count, entitle_error *error)
{
    pruning past = { (ent_store *)base, before_s, out_count };

    *out_count = 0;
    return ent_sql_transact(past.store->sql, prune, &past, error);
}
