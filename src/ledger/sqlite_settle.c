/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "ledger/sqlite_state.h"

#include <string.h>

static bool
let_go(ent_sqlite *ledger, int64_t record)
{
    sqlite3_stmt *statement = ent_sqlite_statement_of(ledger, ENT_SQL_LET_GO);

    return statement != NULL && ent_sqlite_bind_integer(statement, 1, record) &&
           ent_sqlite_bind_integer(statement, 2, 1) && ent_sqlite_run(statement);
}

static bool
settle_row(
    ent_sqlite *ledger,
    int64_t record,
    const ent_sqlite_row *row,
    ent_settlement settlement,
    const char *text,
    int64_t now_s)
{
    int64_t units = row->quantity;

    switch (settlement) {
    case ENT_SETTLED_ACCEPTED:
        return ent_sqlite_finish(ledger, record, units, ENT_SQLITE_ACCEPTED, text, "");
    case ENT_SETTLED_REJECTED:
        return ent_sqlite_finish(ledger, record, units, ENT_SQLITE_REJECTED, "", text);
    case ENT_SETTLED_LOST:
        return ent_sqlite_finish(ledger, record, units, ENT_SQLITE_LOST, "", text);
    case ENT_SETTLED_UNKNOWN:
        return let_go(ledger, record);
    case ENT_SETTLED_UNSENT:
        return row->is_doubtful ? let_go(ledger, record)
                                : ent_sqlite_do_to(ledger, ENT_SQL_THAW, record);
    case ENT_SETTLED_CARRY:
        if (row->is_doubtful) {
            return ent_sqlite_finish(ledger, record, units, ENT_SQLITE_LOST, "", text);
        }
        return ent_sqlite_do_to(ledger, ENT_SQL_THAW, record) &&
               ent_sqlite_carry_record(ledger, record, row->key, now_s);
    }
    return false;
}

/* Before the row forgets whose it was. */
static bool
note_subscription(ent_sqlite *ledger, const ent_ledger_verdict *verdict)
{
    if (verdict->is_of_former_customer) {
        return ent_sqlite_note_subscription(ledger, verdict->record, false);
    }
    return verdict->settlement != ENT_SETTLED_ACCEPTED ||
           ent_sqlite_note_subscription(ledger, verdict->record, true);
}

static bool
settle_one(
    ent_sqlite *ledger, const char *owner, ent_ledger_verdict *verdict, int64_t now_s)
{
    int64_t record = verdict->record;
    ent_sqlite_row row;
    bool found = false;

    if (!ent_sqlite_find_row(ledger, record, &row, &found)) {
        return false;
    }
    verdict->is_settled =
        found && row.state == ENT_SQLITE_SENDING && strcmp(row.owner, owner) == 0;
    return !verdict->is_settled ||
           (note_subscription(ledger, verdict) &&
            settle_row(
                ledger, record, &row, verdict->settlement, verdict->text, now_s));
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
    ent_sqlite *ledger = (ent_sqlite *)base;
    bool holds = ent_sqlite_do(ledger, ENT_SQL_BEGIN);
    if (!holds) {
        return ent_sqlite_fail(ledger, error);
    }
    for (size_t i = 0; holds && i < count; i++) {
        holds = settle_one(ledger, owner, &verdicts[i], now_s);
    }
    entitle_status status = holds ? ENTITLE_OK : ent_sqlite_fail(ledger, error);
    return ent_sqlite_end(ledger, status, error);
}

entitle_status
ent_sqlite_has_accepted_sibling(
    ent_ledger *base, int64_t record, bool *out, entitle_error *error)
{
    ent_sqlite *ledger = (ent_sqlite *)base;
    sqlite3_stmt *statement =
        ent_sqlite_statement_of(ledger, ENT_SQL_FIND_ACCEPTED_SIBLING);
    if (statement == NULL || !ent_sqlite_bind_integer(statement, 1, record)) {
        return ent_sqlite_fail(ledger, error);
    }
    *out = sqlite3_step(statement) == SQLITE_ROW;
    return sqlite3_reset(statement) == SQLITE_OK ? ENTITLE_OK
                                                 : ent_sqlite_fail(ledger, error);
}
