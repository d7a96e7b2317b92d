/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/sqlite_state.h"

#include <stddef.h>

static void
read_sums(sqlite3_stmt *statement, ent_usage_sums *out)
{
    out->added = sqlite3_column_int64(statement, 6);
    for (int i = 0; i < ENT_USAGE_STATE_COUNT; i++) {
        out->by_state[i] = sqlite3_column_int64(statement, 7 + i);
    }
}

/* One statement is one snapshot. */
entitle_status
ent_sqlite_sums(
    ent_ledger *base,
    int64_t now_s,
    ent_ledger_sums_visitor *visit,
    void *context,
    entitle_error *error)
{
    ent_sqlite *ledger = (ent_sqlite *)base;
    sqlite3_stmt *statement = ent_sqlite_statement_of(ledger, ENT_SQL_SUMS);
    if (statement == NULL ||
        !ent_sqlite_bind_integer(statement, 1, now_s - ENT_LEDGER_HOUR_S)) {
        return ent_sqlite_fail(ledger, error);
    }
    bool goes_on = true;
    while (goes_on && sqlite3_step(statement) == SQLITE_ROW) {
        ent_usage_key key;
        ent_usage_sums sums;
        ent_sqlite_read_key(statement, 0, &key);
        read_sums(statement, &sums);
        goes_on = visit(context, &key, &sums);
    }
    return sqlite3_reset(statement) == SQLITE_OK ? ENTITLE_OK
                                                 : ent_sqlite_fail(ledger, error);
}

entitle_status
ent_sqlite_list(
    ent_ledger *base,
    ent_usage_state state,
    int64_t now_s,
    ent_ledger_record_visitor *visit,
    void *context,
    entitle_error *error)
{
    ent_sqlite *ledger = (ent_sqlite *)base;
    bool is_unsent = state <= ENT_USAGE_SENDING;
    sqlite3_stmt *statement =
        ent_sqlite_statement_of(ledger, is_unsent ? ENT_SQL_LIST_UNSENT : ENT_SQL_LIST);
    if (statement == NULL || !ent_sqlite_bind_integer(statement, 1, state) ||
        (is_unsent &&
         !ent_sqlite_bind_integer(statement, 2, now_s - ENT_LEDGER_HOUR_S))) {
        return ent_sqlite_fail(ledger, error);
    }
    bool goes_on = true;
    while (goes_on && sqlite3_step(statement) == SQLITE_ROW) {
        ent_ledger_record record;
        ent_sqlite_read_record(statement, now_s, &record);
        goes_on = visit(context, &record);
    }
    return sqlite3_reset(statement) == SQLITE_OK ? ENTITLE_OK
                                                 : ent_sqlite_fail(ledger, error);
}

entitle_status
ent_sqlite_oldest_unsent(
    ent_ledger *base, bool *out_any, int64_t *out_hour_s, entitle_error *error)
{
    ent_sqlite *ledger = (ent_sqlite *)base;
    sqlite3_stmt *statement = ent_sqlite_statement_of(ledger, ENT_SQL_OLDEST_UNSENT);
    *out_any = false;
    if (statement == NULL) {
        return ent_sqlite_fail(ledger, error);
    }
    if (sqlite3_step(statement) == SQLITE_ROW &&
        sqlite3_column_type(statement, 0) != SQLITE_NULL) {
        *out_any = true;
        *out_hour_s = sqlite3_column_int64(statement, 0);
    }
    return sqlite3_reset(statement) == SQLITE_OK ? ENTITLE_OK
                                                 : ent_sqlite_fail(ledger, error);
}

static bool
prune_all(ent_sqlite *ledger, int64_t before_s, size_t *out_count)
{
    if (!ent_sqlite_do_to(ledger, ENT_SQL_PRUNE_CARRY, before_s) ||
        !ent_sqlite_do_to(ledger, ENT_SQL_PRUNE_RECORDS, before_s)) {
        return false;
    }
    *out_count = (size_t)sqlite3_changes64(ledger->database);
    return ent_sqlite_do_to(ledger, ENT_SQL_PRUNE_EVENTS, before_s);
}

entitle_status
ent_sqlite_prune(
    ent_ledger *base, int64_t before_s, size_t *out_count, entitle_error *error)
{
    ent_sqlite *ledger = (ent_sqlite *)base;
    *out_count = 0;
    if (!ent_sqlite_do(ledger, ENT_SQL_BEGIN)) {
        return ent_sqlite_fail(ledger, error);
    }
    bool holds = prune_all(ledger, before_s, out_count);
    entitle_status status = holds ? ENTITLE_OK : ent_sqlite_fail(ledger, error);
    return ent_sqlite_end(ledger, status, error);
}

const ent_ledger_backend ent_sqlite_backend = {
    .add = ent_sqlite_add,
    .begin = ent_sqlite_begin,
    .note_id = ent_sqlite_note_id,
    .commit = ent_sqlite_commit,
    .abandon = ent_sqlite_abandon,
    .take = ent_sqlite_take,
    .settle = ent_sqlite_settle,
    .has_accepted_sibling = ent_sqlite_has_accepted_sibling,
    .expire = ent_sqlite_expire,
    .adopt = ent_sqlite_adopt,
    .heartbeat = ent_sqlite_heartbeat,
    .keep_customer = ent_sqlite_keep_customer,
    .customers = ent_sqlite_customers,
    .sums = ent_sqlite_sums,
    .list = ent_sqlite_list,
    .oldest_unsent = ent_sqlite_oldest_unsent,
    .prune = ent_sqlite_prune,
    .close = ent_sqlite_close,
};
