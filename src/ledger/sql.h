/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_LEDGER_SQL_H
#define ENT_LEDGER_SQL_H

#include "ledger/statements.h"

#include <entitle/error.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The seam between the rules of a ledger and the database that it is kept in: the rules
 * name statements (statements.h), give them values and read rows; a driver for each
 * database knows how. What goes wrong is kept by the driver until ent_sql_fail() makes
 * a sentence of it, so that functions here just say whether they held.
 */
typedef struct ent_sql ent_sql;
typedef struct ent_sql_rows ent_sql_rows;

/* --- Values ----------------------------------------------------------------------- */

typedef enum ent_sql_type {
    ENT_SQL_INTEGER,
    ENT_SQL_TEXT,
    ENT_SQL_BLOB,
    /* In the encoding of the driver that has them. */
    ENT_SQL_INTEGER_ARRAY,
    ENT_SQL_TEXT_ARRAY,
    ENT_SQL_BLOB_ARRAY
} ent_sql_type;

/* A parameter has the same type each time. Bytes stay the caller's until the close. */
typedef struct ent_sql_value {
    ent_sql_type type;
    int64_t integer;
    const void *bytes; /* NULL: null */
    size_t length;     /* of text: not needed */
} ent_sql_value;

static inline ent_sql_value
ent_sql_integer(int64_t value)
{
    return (ent_sql_value){ .type = ENT_SQL_INTEGER, .integer = value };
}

/* NULL: null. */
static inline ent_sql_value
ent_sql_text(const char *text)
{
    return (ent_sql_value){ .type = ENT_SQL_TEXT, .bytes = text };
}

static inline ent_sql_value
ent_sql_blob(const void *bytes, size_t length)
{
    return (ent_sql_value){ .type = ENT_SQL_BLOB, .bytes = bytes, .length = length };
}

/* A list of values and its length, as the functions below take them. */
#define ENT_SQL_WITH(...)                                                              \
    (const ent_sql_value[]){ __VA_ARGS__ },                                            \
        sizeof((const ent_sql_value[]){ __VA_ARGS__ }) / sizeof(ent_sql_value)
#define ENT_SQL_WITH_NOTHING NULL, 0

/* --- Statements ------------------------------------------------------------------- */

/*
 * Begins a statement; NULL: it failed. Each statement may be open once at a time,
 * others meanwhile. Goes on with ent_sql_next() and always ends with ent_sql_close(),
 * which both accept NULL.
 */
ent_sql_rows *ent_sql_open(
    ent_sql *sql, ent_sql_statement which, const ent_sql_value *values, size_t count);

/* False: there is no further row, or it failed; closing tells which. */
bool ent_sql_next(ent_sql_rows *rows);

/* Of the row that it stands on; texts and bytes live until the next row or the close.
 */
int64_t ent_sql_integer_of(ent_sql_rows *rows, int column);
const char *ent_sql_text_of(ent_sql_rows *rows, int column); /* "" where it is null */
const void *ent_sql_blob_of(ent_sql_rows *rows, int column, size_t *length);
bool ent_sql_is_null(ent_sql_rows *rows, int column);

/* False: anything since the opening failed. */
bool ent_sql_close(ent_sql_rows *rows);

/* Opens and closes one whose rows do not matter. */
bool ent_sql_run(
    ent_sql *sql, ent_sql_statement which, const ent_sql_value *values, size_t count);

/* How many rows the last ent_sql_run() has changed. */
int64_t ent_sql_changed(const ent_sql *sql);

/* The number in the first column of the first row; 0 where there is none. */
bool ent_sql_ask(
    ent_sql *sql,
    ent_sql_statement which,
    const ent_sql_value *values,
    size_t count,
    int64_t *out);

/* --- Transactions ----------------------------------------------------------------- */

/* May be called more than once: what it sets, it sets anew. */
typedef bool ent_sql_work(void *context);

/*
 * Does the work in one transaction, which is durable when this returns ENTITLE_OK.
 * Where the database has given it up, because of others or of a lost connection, and
 * nothing of it holds, the work is done again.
 */
ENTITLE_CHECKED entitle_status
ent_sql_transact(ent_sql *sql, ent_sql_work *work, void *context, entitle_error *error);

/* The same for work of one statement that only reads. */
ENTITLE_CHECKED entitle_status
ent_sql_look(ent_sql *sql, ent_sql_work *work, void *context, entitle_error *error);

/*
 * One that the caller begins and ends, and nobody repeats. After a failure of anything
 * in it ent_sql_roll_back() is due.
 */
ENTITLE_CHECKED entitle_status ent_sql_begin(ent_sql *sql, entitle_error *error);
ENTITLE_CHECKED entitle_status ent_sql_commit(ent_sql *sql, entitle_error *error);
void ent_sql_roll_back(ent_sql *sql);

/* Whether transactions that write come one after the other, each as if it were alone.
 */
bool ent_sql_has_one_writer(const ent_sql *sql);

/* --- Troubles --------------------------------------------------------------------- */

/* What the database does not know of. */
typedef enum ent_sql_trouble {
    ENT_SQL_NO_MEMORY,
    ENT_SQL_ROW_IS_MISSING /* or does not make sense */
} ent_sql_trouble;

/* Keeps it, unless another came first; false. */
bool ent_sql_set_trouble(ent_sql *sql, ent_sql_trouble trouble);

/* Puts what went wrong first into a sentence and a remedy, and forgets it. */
entitle_status ent_sql_fail(ent_sql *sql, entitle_error *error);

/* Accepts NULL. */
void ent_sql_free(ent_sql *sql);

#endif
