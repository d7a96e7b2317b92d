/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_LEDGER_SQLITE_STATE_H
#define ENT_LEDGER_SQLITE_STATE_H

#include "ledger/sql_driver.h"
#include "ledger/sqlite_statements.h"

#include <entitle/runtime.h>

#include <sqlite3.h>

/* One prepared statement, open or not. */
typedef struct ent_sqlite_rows {
    ent_sql_rows base; /* first */
    sqlite3_stmt *statement;
    bool is_running; /* not at its end yet */
    bool has_failed;
} ent_sqlite_rows;

typedef enum ent_sqlite_ending {
    ENT_SQLITE_BEGIN,
    ENT_SQLITE_BEGIN_READING,
    ENT_SQLITE_COMMIT,
    ENT_SQLITE_ROLL_BACK,
    ENT_SQLITE_ENDING_COUNT
} ent_sqlite_ending;

typedef struct ent_sqlite {
    ent_sql base; /* first */
    entitle_runtime runtime;
    sqlite3 *database;
    char path[4096];
    ent_sqlite_rows rows[ENT_SQLITE_STATEMENT_COUNT];
    sqlite3_stmt *endings[ENT_SQLITE_ENDING_COUNT];
    int64_t busy_since_ms; /* when it last met another's lock */
    bool is_interrupted;   /* while waiting for that */
    int trouble;           /* what went wrong first, where SQLite may have forgotten */
} ent_sqlite;

/* --- sqlite_connection.c ---------------------------------------------------------- */

/*
 * Keeps what went wrong for ent_sql_fail(): a reset of another statement forgets it.
 */
void ent_sqlite_keep_trouble(ent_sqlite *sql);

/*
 * The same where SQLite does not know of it: no memory, or a row that should be there.
 */
void ent_sqlite_set_trouble(ent_sqlite *sql, int code);

/* Puts what SQLite reports into a sentence and a remedy. */
entitle_status ent_sqlite_fail(ent_sqlite *sql, entitle_error *error);

/* --- sqlite_driver.c -------------------------------------------------------------- */

extern const ent_sql_driver ent_sqlite_driver;

/* Begins a transaction: one that writes, or a snapshot for several statements. */
bool ent_sqlite_begin(ent_sqlite *sql, bool is_reading);

/* Those statements are prepared again when they are wanted. */
void ent_sqlite_forget_endings(ent_sqlite *sql);

/* Ends a transaction: commits where `status` holds, else rolls back and keeps it. */
ENTITLE_CHECKED entitle_status
ent_sqlite_end(ent_sqlite *sql, entitle_status status, entitle_error *error);

#endif
