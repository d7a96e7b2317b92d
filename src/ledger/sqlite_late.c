/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/sqlite_state.h"

/* Usage that cannot be sent as it is: too old, or left behind by an instance. */

/* One number of FIND_EXPIRED or FIND_ORPHAN; 0: none is left, -1: the store failed. */
static int64_t
next_of(sqlite3_stmt *statement)
{
    int result = sqlite3_step(statement);
    int64_t record = result == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    bool holds = sqlite3_reset(statement) == SQLITE_OK;

    return holds && (result == SQLITE_ROW || result == SQLITE_DONE) ? record : -1;
}

/* What may have been sent cannot be moved: it could be billed twice. */
static bool
lose(ent_sqlite *ledger, int64_t record, const ent_sqlite_row *row, const char *reason)
{
    const char *why = row->state == ENT_SQLITE_SENDING
                          ? "sent, but neither confirmed nor refused in time"
                          : reason;

    return ent_sqlite_finish(ledger, record, row->quantity, ENT_SQLITE_LOST, "", why);
}

static bool
expire_record(ent_sqlite *ledger, int64_t record, bool is_dropped, int64_t now_s)
{
    ent_sqlite_row row;
    bool found = false;
    if (!ent_sqlite_find_row(ledger, record, &row, &found) || !found) {
        return false;
    }
    if (is_dropped || row.state == ENT_SQLITE_SENDING) {
        return lose(ledger, record, &row, "older than AWS accepts");
    }
    return ent_sqlite_carry_record(ledger, record, row.key, now_s);
}

static bool
expire_all(
    ent_sqlite *ledger,
    bool of_customers,
    int64_t before_s,
    bool is_dropped,
    int64_t now_s,
    size_t *out_count)
{
    sqlite3_stmt *statement = ent_sqlite_statement_of(ledger, ENT_SQL_FIND_EXPIRED);
    if (statement == NULL || !ent_sqlite_bind_integer(statement, 1, before_s) ||
        !ent_sqlite_bind_integer(statement, 2, of_customers) ||
        !ent_sqlite_bind_integer(statement, 3, now_s)) {
        return false;
    }
    int64_t record = next_of(statement);
    for (; record > 0; record = next_of(statement)) {
        if (!expire_record(ledger, record, is_dropped, now_s)) {
            return false;
        }
        ++*out_count;
    }
    return record == 0;
}

entitle_status
ent_sqlite_expire(
    ent_ledger *base,
    bool of_customers,
    int64_t before_s,
    bool is_dropped,
    int64_t now_s,
    size_t *out_count,
    entitle_error *error)
{
    ent_sqlite *ledger = (ent_sqlite *)base;
    *out_count = 0;
    if (!ent_sqlite_do(ledger, ENT_SQL_BEGIN)) {
        return ent_sqlite_fail(ledger, error);
    }
    bool holds =
        expire_all(ledger, of_customers, before_s, is_dropped, now_s, out_count);
    entitle_status status = holds ? ENTITLE_OK : ent_sqlite_fail(ledger, error);
    return ent_sqlite_end(ledger, status, error);
}

static bool
adopt_record(ent_sqlite *ledger, int64_t record, const char *instance, int64_t now_s)
{
    ent_sqlite_row row;
    bool found = false;
    int64_t heir = 0;
    if (!ent_sqlite_find_row(ledger, record, &row, &found) || !found) {
        return false;
    }
    if (row.state == ENT_SQLITE_SENDING) {
        return lose(ledger, record, &row, "");
    }
    return ent_sqlite_heir_key(ledger, record, instance, &heir) &&
           ent_sqlite_carry_record(ledger, record, heir, now_s);
}

static bool
adopt_all(ent_sqlite *ledger, const char *instance, int64_t now_s, size_t *out_count)
{
    sqlite3_stmt *statement = ent_sqlite_statement_of(ledger, ENT_SQL_FIND_ORPHAN);
    if (statement == NULL || !ent_sqlite_bind_text(statement, 1, instance) ||
        !ent_sqlite_bind_integer(statement, 2, now_s)) {
        return false;
    }
    int64_t record = next_of(statement);
    for (; record > 0; record = next_of(statement)) {
        if (!adopt_record(ledger, record, instance, now_s)) {
            return false;
        }
        ++*out_count;
    }
    return record == 0;
}

static bool
keep_instance(ent_sqlite *ledger, const char *instance, int64_t until_s)
{
    sqlite3_stmt *statement = ent_sqlite_statement_of(ledger, ENT_SQL_KEEP_INSTANCE);

    return statement != NULL && ent_sqlite_bind_text(statement, 1, instance) &&
           ent_sqlite_bind_integer(statement, 2, until_s) && ent_sqlite_run(statement);
}

entitle_status
ent_sqlite_adopt(
    ent_ledger *base,
    const char *instance,
    int64_t now_s,
    int64_t lease_s,
    size_t *out_count,
    entitle_error *error)
{
    ent_sqlite *ledger = (ent_sqlite *)base;
    *out_count = 0;
    if (!ent_sqlite_do(ledger, ENT_SQL_BEGIN)) {
        return ent_sqlite_fail(ledger, error);
    }
    bool holds = keep_instance(ledger, instance, now_s + lease_s) &&
                 adopt_all(ledger, instance, now_s, out_count);
    entitle_status status = holds ? ENTITLE_OK : ent_sqlite_fail(ledger, error);
    return ent_sqlite_end(ledger, status, error);
}
