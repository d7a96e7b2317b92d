/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"
#include "ledger/sqlite_state.h"
#include "ledger/sqlite_statements.h"

static const char *const texts[ENT_SQLITE_STATEMENT_COUNT] = {
#define TEXT_OF(name, text) [ENT_SQL_##name] = (text),
    ENT_SQL_STATEMENTS(TEXT_OF) ENT_SQLITE_STATEMENTS(TEXT_OF)
#undef TEXT_OF
};

static const char *const ending_texts[ENT_SQLITE_ENDING_COUNT] = {
    [ENT_SQLITE_BEGIN] = "BEGIN IMMEDIATE",
    [ENT_SQLITE_BEGIN_READING] = "BEGIN",
    [ENT_SQLITE_COMMIT] = "COMMIT",
    [ENT_SQLITE_ROLL_BACK] = "ROLLBACK",
};

/* --- Statements ------------------------------------------------------------------- */

static bool
prepare(ent_sqlite *sql, const char *text, sqlite3_stmt **slot)
{
    if (*slot != NULL ||
        sqlite3_prepare_v3(
            sql->database, text, -1, SQLITE_PREPARE_PERSISTENT, slot, NULL) ==
            SQLITE_OK) {
        return true;
    }
    ent_sqlite_keep_trouble(sql);
    return false;
}

/* The bytes stay the caller's: they have to live until the statement is reset. */
static int
bind(sqlite3_stmt *statement, int index, const ent_sql_value *value)
{
    if (value->type == ENT_SQL_INTEGER) {
        return sqlite3_bind_int64(statement, index, value->integer);
    }
    if (value->type == ENT_SQL_BLOB && (value->bytes != NULL || value->length > 0)) {
        return sqlite3_bind_blob64(
            statement, index, value->bytes, value->length, SQLITE_STATIC);
    }
    return value->bytes == NULL
               ? sqlite3_bind_null(statement, index)
               : sqlite3_bind_text(statement, index, value->bytes, -1, SQLITE_STATIC);
}

static ent_sql_rows *
open_rows(
    ent_sql *base, ent_sql_statement which, const ent_sql_value *values, size_t count)
{
    ent_sqlite *sql = (ent_sqlite *)base;
    ent_sqlite_rows *rows = &sql->rows[which];
    if (!prepare(sql, texts[which], &rows->statement)) {
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        if (bind(rows->statement, (int)i + 1, &values[i]) != SQLITE_OK) {
            ent_sqlite_keep_trouble(sql);
            return NULL;
        }
    }
    rows->base.sql = base;
    rows->is_running = true;
    rows->has_failed = false;
    return &rows->base;
}

static bool
next_row(ent_sql_rows *base)
{
    ent_sqlite_rows *rows = (ent_sqlite_rows *)base;
    if (!rows->is_running) {
        return false;
    }
    int result = sqlite3_step(rows->statement);
    if (result == SQLITE_ROW) {
        return true;
    }
    rows->is_running = false;
    if (result != SQLITE_DONE) {
        rows->has_failed = true;
        ent_sqlite_keep_trouble((ent_sqlite *)base->sql);
    }
    return false;
}

static bool
close_rows(ent_sql_rows *base)
{
    ent_sqlite_rows *rows = (ent_sqlite_rows *)base;

    if (rows->is_running && sqlite3_stmt_readonly(rows->statement) == 0) {
        /* Rows that RETURNING gives come before the statement ends. */
        while (next_row(base)) {
        }
    }
    if (sqlite3_reset(rows->statement) != SQLITE_OK && !rows->has_failed) {
        rows->has_failed = true;
        ent_sqlite_keep_trouble((ent_sqlite *)base->sql);
    }
    return !rows->has_failed;
}

static sqlite3_stmt *
statement_of(ent_sql_rows *rows)
{
    return ((ent_sqlite_rows *)rows)->statement;
}

static int64_t
integer_of(ent_sql_rows *rows, int column)
{
    return sqlite3_column_int64(statement_of(rows), column);
}

static const char *
text_of(ent_sql_rows *rows, int column)
{
    const unsigned char *text = sqlite3_column_text(statement_of(rows), column);

    return text != NULL ? (const char *)text : "";
}

static bool
is_null(ent_sql_rows *rows, int column)
{
    return sqlite3_column_type(statement_of(rows), column) == SQLITE_NULL;
}

static const void *
blob_of(ent_sql_rows *rows, int column, size_t *length)
{
    *length = 0;
    if (is_null(rows, column)) {
        return NULL;
    }
    const void *bytes = sqlite3_column_blob(statement_of(rows), column);
    *length = (size_t)sqlite3_column_bytes(statement_of(rows), column);
    return bytes;
}

static int64_t
changed(const ent_sql *sql)
{
    return sqlite3_changes64(((const ent_sqlite *)sql)->database);
}

/* --- Transactions ----------------------------------------------------------------- */

static bool
do_ending(ent_sqlite *sql, ent_sqlite_ending which)
{
    sqlite3_stmt **slot = &sql->endings[which];
    if (!prepare(sql, ending_texts[which], slot)) {
        return false;
    }
    bool holds = sqlite3_step(*slot) == SQLITE_DONE;
    if (!holds) {
        ent_sqlite_keep_trouble(sql);
    }
    return sqlite3_reset(*slot) == SQLITE_OK && holds;
}

void
ent_sqlite_forget_endings(ent_sqlite *sql)
{
    for (size_t i = 0; i < ENT_SQLITE_ENDING_COUNT; i++) {
        (void)sqlite3_finalize(sql->endings[i]);
        sql->endings[i] = NULL;
    }
}

/* A full disk may have ended the transaction already. */
static bool
undo(ent_sqlite *sql)
{
    return sqlite3_get_autocommit(sql->database) != 0 ||
           do_ending(sql, ENT_SQLITE_ROLL_BACK);
}

/*
 * None begins that there might be no memory to undo. Should one not have been undone
 * all the same, it is now: nobody is to see, or to commit, what was given up.
 */
static bool
prepare_undoing(ent_sqlite *sql)
{
    sql->trouble = SQLITE_OK;
    return prepare(
               sql,
               ending_texts[ENT_SQLITE_ROLL_BACK],
               &sql->endings[ENT_SQLITE_ROLL_BACK]) &&
           undo(sql);
}

bool
ent_sqlite_begin(ent_sqlite *sql, bool is_reading)
{
    return prepare_undoing(sql) &&
           do_ending(sql, is_reading ? ENT_SQLITE_BEGIN_READING : ENT_SQLITE_BEGIN);
}

static void
roll_back(ent_sql *base)
{
    (void)undo((ent_sqlite *)base);
}

entitle_status
ent_sqlite_end(ent_sqlite *sql, entitle_status status, entitle_error *error)
{
    if (status == ENTITLE_OK && !do_ending(sql, ENT_SQLITE_COMMIT)) {
        status = ent_sqlite_fail(sql, error);
    }
    roll_back(&sql->base);
    sql->trouble = SQLITE_OK;
    return status;
}

/* One statement that reads is one snapshot without more ado. */
static bool
begin(ent_sql *base, bool is_reading)
{
    ent_sqlite *sql = (ent_sqlite *)base;

    return is_reading ? prepare_undoing(sql) : ent_sqlite_begin(sql, false);
}

static bool
commit(ent_sql *sql, bool is_reading)
{
    return is_reading || do_ending((ent_sqlite *)sql, ENT_SQLITE_COMMIT);
}

/* It has waited for others already, and gives nothing up for them. */
static bool
is_worth_repeating(ent_sql *sql)
{
    (void)sql;
    return false;
}

static void
set_trouble(ent_sql *sql, ent_sql_trouble trouble)
{
    ent_sqlite_set_trouble(
        (ent_sqlite *)sql,
        trouble == ENT_SQL_NO_MEMORY ? SQLITE_NOMEM : SQLITE_CORRUPT);
}

static entitle_status
fail(ent_sql *sql, entitle_error *error)
{
    return ent_sqlite_fail((ent_sqlite *)sql, error);
}

static void
free_sql(ent_sql *base)
{
    ent_sqlite *sql = (ent_sqlite *)base;
    entitle_runtime runtime = sql->runtime;

    for (size_t i = 0; i < ENT_SQLITE_STATEMENT_COUNT; i++) {
        (void)sqlite3_finalize(sql->rows[i].statement);
    }
    ent_sqlite_forget_endings(sql);
    (void)sqlite3_close(sql->database);
    ent_release(&runtime, sql);
}

const ent_sql_driver ent_sqlite_driver = {
    .has_one_writer = true,
    .open = open_rows,
    .next = next_row,
    .close = close_rows,
    .integer = integer_of,
    .text = text_of,
    .blob = blob_of,
    .is_null = is_null,
    .changed = changed,
    .begin = begin,
    .commit = commit,
    .roll_back = roll_back,
    .is_worth_repeating = is_worth_repeating,
    .set_trouble = set_trouble,
    .fail = fail,
    .free = free_sql,
};
