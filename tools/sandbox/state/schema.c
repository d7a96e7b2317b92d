/* SPDX-License-Identifier: Apache-2.0 */
#include "state/schema.h"

#include "base/error.h"

#include <stdbool.h>
#include <string.h>

enum {
    SCHEMA_VERSION = 1,
    APPLICATION_ID = 0x656e7442 /* "entB" */
};

/*
 * What may occur once only is told apart by two unique indexes, so that one INSERT both
 * asks and answers whether a record is new. `who` is the number of an identity, an
 * account or the name of a licence, by `style`. The third index yields the totals in
 * order, without sorting a million records.
 */
static const char schema[] =
    "CREATE TABLE setting(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;"

    "CREATE TABLE identity("
    " number INTEGER PRIMARY KEY AUTOINCREMENT,"
    " access_key_id TEXT," /* NULL: a container */
    " origin TEXT NOT NULL,"
    " kind TEXT NOT NULL,"
    " container_key TEXT NOT NULL,"
    " began_at_s INTEGER NOT NULL);"

    "CREATE TABLE registration("
    " identity INTEGER NOT NULL,"
    " product_code TEXT NOT NULL,"
    " PRIMARY KEY(identity, product_code)) WITHOUT ROWID;"

    "CREATE TABLE subscription("
    " product_code TEXT NOT NULL,"
    " account TEXT NOT NULL,"
    " license_arn TEXT NOT NULL," /* '': none */
    " starts_at_s INTEGER NOT NULL,"
    " ends_at_s INTEGER NOT NULL,"
    " PRIMARY KEY(product_code, account, license_arn)) WITHOUT ROWID;"

    "CREATE TABLE registration_token("
    " token TEXT PRIMARY KEY,"
    " uses INTEGER NOT NULL) WITHOUT ROWID;"

    "CREATE TABLE record("
    " sequence INTEGER PRIMARY KEY,"
    " metering_record_id TEXT NOT NULL,"
    " style INTEGER NOT NULL,"
    " operation TEXT NOT NULL,"
    " product_code TEXT NOT NULL,"
    " who ANY NOT NULL,"
    " identity_name TEXT NOT NULL,"
    " account TEXT NOT NULL,"
    " customer_identifier TEXT,"
    " license_arn TEXT,"
    " client_token TEXT,"
    " dimension TEXT NOT NULL,"
    " timestamp_s INTEGER NOT NULL,"
    " hour INTEGER NOT NULL,"
    " quantity INTEGER NOT NULL,"
    " allocations TEXT) STRICT;"
    "CREATE UNIQUE INDEX record_of_hour"
    " ON record(style, product_code, who, dimension, hour) WHERE client_token IS NULL;"
    "CREATE UNIQUE INDEX record_of_token"
    " ON record(who, client_token) WHERE client_token IS NOT NULL;"
    "CREATE INDEX record_by_hour"
    " ON record(hour, product_code, account, dimension, quantity);";

static bool
read_number(sqlite3 *database, const char *pragma, int *out)
{
    sqlite3_stmt *statement = NULL;
    bool is_read =
        sqlite3_prepare_v2(database, pragma, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW;
    if (is_read) {
        *out = sqlite3_column_int(statement, 0);
    }
    (void)sqlite3_finalize(statement);
    return is_read;
}

/* The structure of every page: a second for a million records. */
static bool
is_sound(sqlite3 *database)
{
    sqlite3_stmt *statement = NULL;
    bool is_ok =
        sqlite3_prepare_v2(database, "PRAGMA quick_check(1)", -1, &statement, NULL) ==
            SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW &&
        strcmp((const char *)sqlite3_column_text(statement, 0), "ok") == 0;
    (void)sqlite3_finalize(statement);
    return is_ok;
}

static entitle_status
fail_damaged(sqlite3 *database, const char *path, entitle_error *error)
{
    entitle_status status = ent_fail(
        error,
        ENTITLE_IO_ERROR,
        "cannot use '%s': %s",
        path,
        sqlite3_errcode(database) == SQLITE_OK ? "it is damaged"
                                               : sqlite3_errmsg(database));
    ent_hint(error, "move the file away to start afresh, or use another --state");
    return status;
}

static entitle_status
make(sqlite3 *database, const char *path, entitle_error *error)
{
    char text[sizeof(schema) + 160];
    sqlite3_snprintf(
        (int)sizeof(text),
        text,
        "BEGIN IMMEDIATE;%s"
        "PRAGMA application_id=%d;PRAGMA user_version=%d;COMMIT;",
        schema,
        (int)APPLICATION_ID,
        (int)SCHEMA_VERSION);
    if (sqlite3_exec(database, text, NULL, NULL, NULL) == SQLITE_OK) {
        return ENTITLE_OK;
    }
    return ent_fail(
        error,
        ENTITLE_IO_ERROR,
        "cannot write '%s': %s",
        path,
        sqlite3_errmsg(database));
}

typedef struct file_mark {
    int tables;
    int application;
    int version;
} file_mark;

static bool
read_mark(sqlite3 *database, file_mark *out)
{
    return read_number(database, "SELECT count(*) FROM sqlite_schema", &out->tables) &&
           read_number(database, "PRAGMA application_id", &out->application) &&
           read_number(database, "PRAGMA user_version", &out->version);
}

static entitle_status
judge_mark(const file_mark *mark, const char *path, entitle_error *error)
{
    if (mark->application != APPLICATION_ID) {
        entitle_status status = ent_fail(
            error, ENTITLE_IO_ERROR, "'%s' is not the state of a sandbox", path);
        ent_hint(error, "use another --state");
        return status;
    }
    if (mark->version == SCHEMA_VERSION) {
        return ENTITLE_OK;
    }
    entitle_status status = ent_fail(
        error,
        ENTITLE_IO_ERROR,
        "'%s' is of version %d; this program knows %d",
        path,
        mark->version,
        (int)SCHEMA_VERSION);
    ent_hint(error, "use the newer entitle-sandbox, or another --state");
    return status;
}

entitle_status
schema_check(sqlite3 *database, const char *path, entitle_error *error)
{
    file_mark mark = { 0 };
    if (!read_mark(database, &mark)) {
        return fail_damaged(database, path, error);
    }
    return judge_mark(&mark, path, error);
}

entitle_status
schema_prepare(sqlite3 *database, const char *path, entitle_error *error)
{
    file_mark mark = { 0 };
    if (!read_mark(database, &mark)) {
        return fail_damaged(database, path, error);
    }
    if (mark.tables == 0 && mark.application == 0 && mark.version == 0) {
        return make(database, path, error);
    }
    entitle_status status = judge_mark(&mark, path, error);
    if (status == ENTITLE_OK && !is_sound(database)) {
        status = fail_damaged(database, path, error);
    }
    return status;
}
