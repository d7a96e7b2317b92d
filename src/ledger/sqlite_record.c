/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/sqlite_state.h"

#include <stdio.h>
#include <string.h>

const char *
ent_sqlite_text_of(sqlite3_stmt *statement, int column)
{
    const unsigned char *text = sqlite3_column_text(statement, column);

    return text != NULL ? (const char *)text : "";
}

static ent_usage_state
state_of(int64_t stored, const char *token, int64_t hour_s, int64_t now_s)
{
    if (stored != ENT_SQLITE_UNSENT) {
        return (ent_usage_state)stored;
    }
    bool is_running = token[0] == '\0' && hour_s + ENT_LEDGER_HOUR_S > now_s;
    return is_running ? ENT_USAGE_OPEN : ENT_USAGE_CLOSED;
}

void
ent_sqlite_read_key(sqlite3_stmt *statement, int first_column, ent_usage_key *out)
{
    out->product_code = ent_sqlite_text_of(statement, first_column);
    out->dimension = ent_sqlite_text_of(statement, first_column + 1);
    out->form = (ent_customer_form)sqlite3_column_int(statement, first_column + 2);
    out->customer = ent_sqlite_text_of(statement, first_column + 3);
    out->license_arn = ent_sqlite_text_of(statement, first_column + 4);
    out->instance = ent_sqlite_text_of(statement, first_column + 5);
}

void
ent_sqlite_read_record(sqlite3_stmt *statement, int64_t now_s, ent_ledger_record *out)
{
    const char *carried = ent_sqlite_text_of(statement, 16);

    *out = (ent_ledger_record){
        .id = sqlite3_column_int64(statement, 0),
        .hour_s = sqlite3_column_int64(statement, 8),
        .quantity = sqlite3_column_int64(statement, 9),
        .client_token = ent_sqlite_text_of(statement, 10),
        .metering_record_id = ent_sqlite_text_of(statement, 12),
        .reason = ent_sqlite_text_of(statement, 13),
        .is_doubtful = sqlite3_column_int(statement, 14) != 0,
        .carried_from = strcmp(carried, "[]") != 0 ? carried : "",
    };
    out->state = state_of(
        sqlite3_column_int64(statement, 1), out->client_token, out->hour_s, now_s);
    ent_sqlite_read_key(statement, 2, &out->key);
    if (sqlite3_column_type(statement, 11) != SQLITE_NULL) {
        out->request = sqlite3_column_blob(statement, 11);
        out->request_length = (size_t)sqlite3_column_bytes(statement, 11);
    }
}

bool
ent_sqlite_find_row(
    ent_sqlite *ledger, int64_t record, ent_sqlite_row *out, bool *found)
{
    sqlite3_stmt *statement = ent_sqlite_statement_of(ledger, ENT_SQL_FIND_ROW);
    *found = false;
    if (statement == NULL || !ent_sqlite_bind_integer(statement, 1, record)) {
        return false;
    }
    int result = sqlite3_step(statement);
    if (result == SQLITE_ROW) {
        *found = true;
        *out = (ent_sqlite_row){
            .key = sqlite3_column_int64(statement, 0),
            .hour_s = sqlite3_column_int64(statement, 1),
            .quantity = sqlite3_column_int64(statement, 2),
            .state = (ent_sqlite_record_state)sqlite3_column_int(statement, 3),
            .is_doubtful = sqlite3_column_int(statement, 4) != 0,
        };
        (void)snprintf(
            out->owner, sizeof(out->owner), "%s", ent_sqlite_text_of(statement, 5));
        (void)snprintf(
            out->token, sizeof(out->token), "%s", ent_sqlite_text_of(statement, 6));
    }
    bool holds = sqlite3_reset(statement) == SQLITE_OK;
    return holds && (result == SQLITE_ROW || result == SQLITE_DONE);
}

/* Counted before the row forgets what was added to it. */
static bool
count_finished(
    ent_sqlite *ledger, int64_t record, int64_t quantity, ent_sqlite_record_state state)
{
    sqlite3_stmt *statement = ent_sqlite_statement_of(ledger, ENT_SQL_COUNT_FINISHED);

    return statement != NULL && ent_sqlite_bind_integer(statement, 1, record) &&
           ent_sqlite_bind_integer(statement, 2, state) &&
           ent_sqlite_bind_integer(statement, 3, quantity) && ent_sqlite_run(statement);
}

bool
ent_sqlite_finish(
    ent_sqlite *ledger,
    int64_t record,
    int64_t quantity,
    ent_sqlite_record_state state,
    const char *metering_record_id,
    const char *reason)
{
    sqlite3_stmt *statement = ent_sqlite_statement_of(ledger, ENT_SQL_FINISH);

    return statement != NULL && count_finished(ledger, record, quantity, state) &&
           ent_sqlite_bind_integer(statement, 1, record) &&
           ent_sqlite_bind_integer(statement, 2, state) &&
           ent_sqlite_bind_text(statement, 3, metering_record_id) &&
           ent_sqlite_bind_text(statement, 4, reason) && ent_sqlite_run(statement) &&
           ent_sqlite_do_to(ledger, ENT_SQL_DROP_TAGS, record);
}

static bool
bind_key(sqlite3_stmt *statement, const ent_usage_key *key)
{
    return statement != NULL && ent_sqlite_bind_text(statement, 1, key->product_code) &&
           ent_sqlite_bind_text(statement, 2, key->dimension) &&
           ent_sqlite_bind_integer(statement, 3, key->form) &&
           ent_sqlite_bind_text(statement, 4, key->customer) &&
           ent_sqlite_bind_text(statement, 5, key->license_arn) &&
           ent_sqlite_bind_text(statement, 6, key->instance);
}

int64_t
ent_sqlite_key(ent_sqlite *ledger, const ent_usage_key *key)
{
    sqlite3_stmt *statement = ent_sqlite_statement_of(ledger, ENT_SQL_FIND_KEY);
    if (!bind_key(statement, key)) {
        return 0;
    }
    int result = sqlite3_step(statement);
    int64_t id = result == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    if (sqlite3_reset(statement) != SQLITE_OK || result != SQLITE_DONE) {
        return id;
    }
    statement = ent_sqlite_statement_of(ledger, ENT_SQL_ADD_KEY);
    return bind_key(statement, key) && ent_sqlite_run(statement)
               ? sqlite3_last_insert_rowid(ledger->database)
               : 0;
}

bool
ent_sqlite_heir_key(
    ent_sqlite *ledger, int64_t record, const char *instance, int64_t *out)
{
    sqlite3_stmt *statement = ent_sqlite_statement_of(ledger, ENT_SQL_FIND_RECORD);
    *out = 0;
    if (statement == NULL || !ent_sqlite_bind_integer(statement, 1, record)) {
        return false;
    }
    if (sqlite3_step(statement) == SQLITE_ROW) {
        ent_ledger_record row;
        ent_sqlite_read_record(statement, 0, &row);
        row.key.instance = instance;
        *out = ent_sqlite_key(ledger, &row.key);
    }
    if (*out == 0) {
        ent_sqlite_keep_trouble(ledger);
    }
    return sqlite3_reset(statement) == SQLITE_OK && *out != 0;
}
