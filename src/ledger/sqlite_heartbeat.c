/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/sqlite_state.h"

static bool
fill_hours(ent_sqlite *ledger, const ent_ledger_heartbeat *beat, size_t *out_count)
{
    sqlite3_stmt *statement = ent_sqlite_statement_of(
        ledger,
        beat->instance != NULL ? ENT_SQL_FILL_HOURS : ENT_SQL_FILL_CUSTOMER_HOURS);
    if (statement == NULL || !ent_sqlite_bind_text(statement, 1, beat->instance) ||
        !ent_sqlite_bind_integer(statement, 2, beat->first_hour_s) ||
        !ent_sqlite_bind_integer(statement, 3, beat->last_hour_s) ||
        !ent_sqlite_bind_integer(statement, 4, beat->quantity) ||
        !ent_sqlite_run(statement)) {
        return false;
    }
    *out_count = (size_t)sqlite3_changes64(ledger->database);
    return true;
}

entitle_status
ent_sqlite_heartbeat(
    ent_ledger *base,
    const ent_ledger_heartbeat *beat,
    size_t *out_count,
    entitle_error *error)
{
    ent_sqlite *ledger = (ent_sqlite *)base;
    *out_count = 0;
    if (!ent_sqlite_do(ledger, ENT_SQL_BEGIN)) {
        return ent_sqlite_fail(ledger, error);
    }
    bool holds = fill_hours(ledger, beat, out_count);
    entitle_status status = holds ? ENTITLE_OK : ent_sqlite_fail(ledger, error);
    return ent_sqlite_end(ledger, status, error);
}
