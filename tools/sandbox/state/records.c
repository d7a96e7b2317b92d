/* SPDX-License-Identifier: Apache-2.0 */
#include "state/records.h"

#include "market/market.h"
#include "state/statements.h"

#include <string.h>

enum { HOUR_S = 3600 };

/* Rounded down, also before 1970. */
static int64_t
hour_of(int64_t timestamp_s)
{
    return timestamp_s / HOUR_S - (timestamp_s % HOUR_S < 0 ? 1 : 0);
}

static void
bind_who(sqlite3_stmt *statement, int place, const usage_record *record)
{
    switch (record->style) {
    case RECORD_OF_INSTANCE:
    case RECORD_OF_EVENT:
        (void)sqlite3_bind_int64(statement, place, (sqlite3_int64)record->identity);
        break;
    case RECORD_OF_CUSTOMER:
        statement_bind_text(statement, place, record->account);
        break;
    case RECORD_OF_LICENSE:
        statement_bind_text(statement, place, market_license_name(record->license_arn));
        break;
    }
}

static bool
insert(sandbox_store *store, const usage_record *record, const char *id, bool *is_new)
{
    sqlite3_stmt *statement = store_statement_of(store, STATEMENT_RECORD_ADD);
    statement_bind_text(statement, 1, id);
    (void)sqlite3_bind_int(statement, 2, (int)record->style);
    statement_bind_text(statement, 3, record->operation);
    statement_bind_text(statement, 4, record->product_code);
    bind_who(statement, 5, record);
    statement_bind_text(statement, 6, record->identity_name);
    statement_bind_text(statement, 7, record->account);
    statement_bind_text(statement, 8, record->customer_identifier);
    statement_bind_text(statement, 9, record->license_arn);
    statement_bind_text(
        statement, 10, record->style == RECORD_OF_EVENT ? record->client_token : NULL);
    statement_bind_text(statement, 11, record->dimension);
    (void)sqlite3_bind_int64(statement, 12, record->timestamp_s);
    (void)sqlite3_bind_int64(statement, 13, hour_of(record->timestamp_s));
    (void)sqlite3_bind_int64(statement, 14, record->quantity);
    statement_bind_text(statement, 15, record->allocations);
    bool is_run = statement_run(statement);
    *is_new = is_run && sqlite3_changes(sqlite3_db_handle(statement)) == 1;
    return is_run;
}

/* The one that is there already, and whose place `record` wants. */
static sqlite3_stmt *
select_other(sandbox_store *store, const usage_record *record)
{
    if (record->style == RECORD_OF_EVENT) {
        sqlite3_stmt *statement = store_statement_of(store, STATEMENT_RECORD_OF_TOKEN);
        bind_who(statement, 1, record);
        statement_bind_text(statement, 2, record->client_token);
        return statement;
    }
    sqlite3_stmt *statement = store_statement_of(store, STATEMENT_RECORD_OF_HOUR);
    (void)sqlite3_bind_int(statement, 1, (int)record->style);
    statement_bind_text(statement, 2, record->product_code);
    bind_who(statement, 3, record);
    statement_bind_text(statement, 4, record->dimension);
    (void)sqlite3_bind_int64(statement, 5, hour_of(record->timestamp_s));
    return statement;
}

static bool
is_same(sqlite3_stmt *other, const usage_record *record)
{
    const char *allocations = record->allocations != NULL ? record->allocations : "";
    if (sqlite3_column_int64(other, 1) != record->quantity ||
        strcmp(statement_text(other, 2), allocations) != 0) {
        return false;
    }
    return record->style != RECORD_OF_EVENT ||
           (strcmp(statement_text(other, 3), record->product_code) == 0 &&
            strcmp(statement_text(other, 4), record->dimension) == 0 &&
            sqlite3_column_int64(other, 5) == record->timestamp_s);
}

static record_outcome
compare(sandbox_store *store, const usage_record *record, char id[ENT_UUID_SIZE])
{
    sqlite3_stmt *other = select_other(store, record);
    record_outcome outcome = RECORD_FAILED;
    if (sqlite3_step(other) == SQLITE_ROW &&
        sqlite3_column_bytes(other, 0) == ENT_UUID_SIZE - 1) {
        memcpy(id, statement_text(other, 0), ENT_UUID_SIZE);
        outcome = is_same(other, record) ? RECORD_REPEATED : RECORD_DIFFERENT;
    }
    (void)sqlite3_reset(other);
    return outcome;
}

record_outcome
records_add(sandbox_store *store, const usage_record *record, char id[ENT_UUID_SIZE])
{
    bool is_new = false;
    if (record->fresh_id != NULL) {
        memcpy(id, record->fresh_id, ENT_UUID_SIZE);
    } else if (!ent_random_uuid(store_runtime(store), id)) {
        return RECORD_FAILED;
    }
    if (!insert(store, record, id, &is_new)) {
        return RECORD_FAILED;
    }
    return is_new ? RECORD_NEW : compare(store, record, id);
}

bool
records_are_doubled(sandbox_store *store, const usage_record *record)
{
    record_style other =
        record->style == RECORD_OF_CUSTOMER ? RECORD_OF_LICENSE : RECORD_OF_CUSTOMER;
    sqlite3_stmt *statement = store_statement_of(store, STATEMENT_RECORD_DOUBLED);
    (void)sqlite3_bind_int64(statement, 1, hour_of(record->timestamp_s));
    statement_bind_text(statement, 2, record->product_code);
    statement_bind_text(statement, 3, record->account);
    statement_bind_text(statement, 4, record->dimension);
    (void)sqlite3_bind_int(statement, 5, (int)other);
    bool is_there = sqlite3_step(statement) == SQLITE_ROW;
    (void)sqlite3_reset(statement);
    return is_there;
}

bool
records_have_style(sandbox_store *store, record_style style)
{
    sqlite3_stmt *statement = store_statement_of(store, STATEMENT_RECORD_OF_STYLE);
    (void)sqlite3_bind_int(statement, 1, (int)style);
    bool is_there = sqlite3_step(statement) == SQLITE_ROW;
    (void)sqlite3_reset(statement);
    return is_there;
}
