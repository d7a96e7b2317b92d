/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/sqlite_schema.h"

#include "base/error.h"

enum {
    APPLICATION_ID =
        0x456e7443, /* "EntC": by it a ledger is known from other databases */
    LATEST_VERSION = 3
};

/*
 * The steps from each version to the next. A step that was released is never changed.
 *
 * record.added and tag_sum hold for unsent records; what is accepted, rejected or lost
 * is summed up in usage_key, so that the sums cost what is unsent and not what ever
 * was.
 */
static const char *const steps[LATEST_VERSION] = {
    "CREATE TABLE usage_key ("
    " id INTEGER PRIMARY KEY,"
    " product_code TEXT NOT NULL,"
    " dimension TEXT NOT NULL,"
    " form INTEGER NOT NULL," /* ent_customer_form */
    " customer TEXT NOT NULL,"
    " license_arn TEXT NOT NULL,"
    " instance TEXT NOT NULL,"
    " added INTEGER NOT NULL DEFAULT 0,"
    " accepted INTEGER NOT NULL DEFAULT 0,"
    " rejected INTEGER NOT NULL DEFAULT 0,"
    " lost INTEGER NOT NULL DEFAULT 0,"
    " UNIQUE (product_code, dimension, form, customer, license_arn, instance));"

    "CREATE TABLE record ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " key INTEGER NOT NULL REFERENCES usage_key (id),"
    " hour INTEGER NOT NULL,"  /* its start; of an event: its time */
    " token TEXT NOT NULL,"    /* the event's ClientToken; '': by the hour */
    " state INTEGER NOT NULL," /* ent_record_state */
    " quantity INTEGER NOT NULL CHECK (quantity >= 0),"
    " added INTEGER NOT NULL,"              /* here; the rest was carried in */
    " request BLOB,"                        /* frozen: what is sent, however often */
    " doubtful INTEGER NOT NULL DEFAULT 0," /* an earlier attempt may have arrived */
    " owner TEXT NOT NULL DEFAULT '',"      /* who is sending it */
    " lease INTEGER NOT NULL DEFAULT 0,"    /* until when nobody else does */
    " metering_record_id TEXT NOT NULL DEFAULT '',"
    " reason TEXT NOT NULL DEFAULT '');"
    "CREATE UNIQUE INDEX record_unsent ON record (key, hour, token) WHERE state = 0;"
    "CREATE INDEX record_sent ON record (key, hour, token) WHERE state <> 0;"
    "CREATE INDEX record_due ON record (hour, id) WHERE state < 3;"
    "CREATE INDEX record_held ON record (key) WHERE state < 3;"

    "CREATE TABLE tag_sum ("
    " record INTEGER NOT NULL,"
    " tags TEXT NOT NULL," /* canonical JSON */
    " quantity INTEGER NOT NULL CHECK (quantity >= 0),"
    " PRIMARY KEY (record, tags)) WITHOUT ROWID;"

    "CREATE TABLE carry (" /* units of an earlier hour that are in this record */
    " record INTEGER NOT NULL,"
    " hour INTEGER NOT NULL,"
    " quantity INTEGER NOT NULL);"
    "CREATE INDEX carry_into ON carry (record);"

    "CREATE TABLE event (id TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE INDEX event_at ON event (at);"

    "CREATE TABLE instance (name TEXT PRIMARY KEY, lease INTEGER NOT NULL)"
    " WITHOUT ROWID;",

    "CREATE TABLE customer (" /* as ResolveCustomer told; account and identifier are one
                               */
    " product_code TEXT NOT NULL,"
    " account TEXT NOT NULL,"
    " identifier TEXT NOT NULL,"
    " license_arn TEXT NOT NULL,"
    " since INTEGER NOT NULL,"
    " PRIMARY KEY (product_code, account, identifier, license_arn)) WITHOUT ROWID;"
    "CREATE INDEX customer_identifier ON customer (product_code, identifier);"
    "CREATE INDEX usage_key_customer ON usage_key (product_code, form, customer);"

    "CREATE TABLE former_customer (" /* AWS said CustomerNotSubscribed, and nothing
                                        since */
    " product_code TEXT NOT NULL,"
    " form INTEGER NOT NULL,"
    " customer TEXT NOT NULL,"
    " license_arn TEXT NOT NULL,"
    " PRIMARY KEY (product_code, form, customer, license_arn)) WITHOUT ROWID;",

    /* Indexes that do not change while a record is sent: it has three updates. */
    "CREATE INDEX record_hour ON record (key, hour, token);"
    "DROP INDEX record_sent;"
    "DROP INDEX record_held;",
};

static bool
read_pragma(ent_sqlite *ledger, const char *pragma, int64_t *out)
{
    sqlite3_stmt *statement = NULL;
    bool holds = sqlite3_prepare_v2(ledger->database, pragma, -1, &statement, NULL) ==
                     SQLITE_OK &&
                 sqlite3_step(statement) == SQLITE_ROW;

    if (holds) {
        *out = sqlite3_column_int64(statement, 0);
    }
    (void)sqlite3_finalize(statement);
    return holds;
}

static bool
run_text(ent_sqlite *ledger, const char *text)
{
    return sqlite3_exec(ledger->database, text, NULL, NULL, NULL) == SQLITE_OK;
}

static entitle_status
check_identity(
    ent_sqlite *ledger,
    int64_t application,
    int64_t version,
    int latest,
    entitle_error *error)
{
    int64_t tables = 0;

    if (application == APPLICATION_ID && version <= latest) {
        return ENTITLE_OK;
    }
    if (application == APPLICATION_ID) {
        ent_fail(
            error,
            ENTITLE_IO_ERROR,
            "the ledger '%.200s' was written by a newer version of entitle (schema %d; "
            "this one knows %d)",
            ledger->path,
            (int)version,
            latest);
        ent_hint(
            error, "use that version; this one would not understand what is there");
        return ENTITLE_IO_ERROR;
    }
    if (!read_pragma(ledger, "SELECT COUNT(*) FROM sqlite_schema", &tables)) {
        return ent_sqlite_fail(ledger, error);
    }
    if (application == 0 && version == 0 && tables == 0) {
        return ENTITLE_OK;
    }
    ent_fail(
        error,
        ENTITLE_IO_ERROR,
        "'%.200s' is a database, but not a ledger",
        ledger->path);
    ent_hint(error, "name a file of its own; it is made where it is missing");
    return ENTITLE_IO_ERROR;
}

static bool
take_steps(
    ent_sqlite *ledger, const char *const *all_steps, int64_t version, int latest)
{
    for (int64_t i = version; i < latest; i++) {
        if (!run_text(ledger, all_steps[i])) {
            return false;
        }
    }
    char pragmas[96];
    (void)sqlite3_snprintf(
        sizeof(pragmas),
        pragmas,
        "PRAGMA application_id = %d; PRAGMA user_version = %d",
        APPLICATION_ID,
        latest);
    return run_text(ledger, pragmas);
}

static bool
read_identity(ent_sqlite *ledger, int64_t *application, int64_t *version)
{
    return read_pragma(ledger, "PRAGMA application_id", application) &&
           read_pragma(ledger, "PRAGMA user_version", version);
}

/* In one snapshot: another process may be making the ledger just now. */
entitle_status
ent_sqlite_check_schema(ent_sqlite *ledger, entitle_error *error)
{
    int64_t application = 0;
    int64_t version = 0;

    if (!ent_sqlite_begin(ledger, true)) {
        return ent_sqlite_fail(ledger, error);
    }
    entitle_status status =
        read_identity(ledger, &application, &version)
            ? check_identity(ledger, application, version, LATEST_VERSION, error)
            : ent_sqlite_fail(ledger, error);
    return ent_sqlite_end(ledger, status, error);
}

/* Two processes may come at once: what is there is looked at inside the transaction. */
static entitle_status
migrate_inside(
    ent_sqlite *ledger, const char *const *all_steps, int latest, entitle_error *error)
{
    int64_t application = 0;
    int64_t version = 0;

    if (!read_identity(ledger, &application, &version)) {
        return ent_sqlite_fail(ledger, error);
    }
    entitle_status status = check_identity(ledger, application, version, latest, error);
    if (status != ENTITLE_OK || version == latest) {
        return status;
    }
    return take_steps(ledger, all_steps, version, latest)
               ? ENTITLE_OK
               : ent_sqlite_fail(ledger, error);
}

entitle_status
ent_sqlite_migrate_to(
    ent_sqlite *ledger, const char *const *all_steps, int latest, entitle_error *error)
{
    int64_t application = 0;
    int64_t version = 0;

    /* Without a lock first: opening need not wait for a long import to end. */
    if (read_identity(ledger, &application, &version) &&
        application == APPLICATION_ID && version == latest) {
        return ENTITLE_OK;
    }
    if (!ent_sqlite_begin(ledger, false)) {
        return ent_sqlite_fail(ledger, error);
    }
    return ent_sqlite_end(
        ledger, migrate_inside(ledger, all_steps, latest, error), error);
}

entitle_status
ent_sqlite_migrate(ent_sqlite *ledger, entitle_error *error)
{
    return ent_sqlite_migrate_to(ledger, steps, LATEST_VERSION, error);
}
