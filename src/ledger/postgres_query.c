/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/postgres_state.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

/*
 * Nothing here blocks in libpq, so that a server that falls silent cannot hold a caller
 * for ever. Results come in binary: numbers in network order, bytes as they are.
 */
enum {
    SILENCE_LIMIT_MS = 60 * 1000,
    LONG_SILENCE_LIMIT_MS = 15 * 60 * 1000, /* of what may go over all there is */
    VALUES_LIMIT = 16,
    STATEMENT_SIZE = 4096
};

static const struct {
    const char *name;
    const char *text;
} statements[ENT_POSTGRES_STATEMENT_COUNT] = {
#define TEXT_OF(name, text) [ENT_SQL_##name] = { "entitle_" #name, (text) },
    ENT_SQL_STATEMENTS(TEXT_OF) ENT_POSTGRES_STATEMENTS(TEXT_OF)
#undef TEXT_OF
};

#define FITS(name, text)                                                               \
    _Static_assert(sizeof(text) <= STATEMENT_SIZE, "too long: " #name);
ENT_SQL_STATEMENTS(FITS)
ENT_POSTGRES_STATEMENTS(FITS)
#undef FITS

/* --- Waiting ---------------------------------------------------------------------- */

static bool
is_long(size_t which)
{
    return which == ENT_SQL_LIST || which == ENT_SQL_SUMS ||
           which == ENT_SQL_PRUNE_CARRY || which == ENT_SQL_PRUNE_RECORDS ||
           which == ENT_SQL_PRUNE_EVENTS;
}

/* Its rows come one by one: they may be more than memory holds. */
static bool
is_streamed(size_t which)
{
    return which == ENT_SQL_LIST || which == ENT_SQL_LIST_UNSENT ||
           which == ENT_SQL_LIST_CUSTOMERS;
}

static bool
lose(ent_postgres *sql)
{
    ent_postgres_keep_trouble(sql, NULL);
    return false;
}

static bool
flush(ent_postgres *sql)
{
    int left = PQflush(sql->connection);

    while (left == 1) {
        if (!ent_postgres_wait_for(sql, POLLIN | POLLOUT, SILENCE_LIMIT_MS)) {
            return false;
        }
        /* The server may want to be read before it reads on. */
        if (PQconsumeInput(sql->connection) == 0) {
            return lose(sql);
        }
        left = PQflush(sql->connection);
    }
    return left == 0 || lose(sql);
}

/* The next result; NULL in `*out`: there is none. */
static bool
receive(ent_postgres *sql, int limit_ms, PGresult **out)
{
    *out = NULL;
    while (PQisBusy(sql->connection) != 0) {
        if (!ent_postgres_wait_for(sql, POLLIN, limit_ms)) {
            return false;
        }
        if (PQconsumeInput(sql->connection) == 0) {
            return lose(sql);
        }
    }
    *out = PQgetResult(sql->connection);
    return true;
}

static bool
is_good(const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);

    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ||
           status == PGRES_SINGLE_TUPLE;
}

/* All results of what was sent; the last one. The first failure counts. */
static PGresult *
receive_all(ent_postgres *sql, int limit_ms)
{
    PGresult *last = NULL;
    PGresult *result = NULL;

    while (receive(sql, limit_ms, &result) && result != NULL) {
        if (!is_good(result)) {
            ent_postgres_keep_trouble(sql, result);
        }
        PQclear(last);
        last = result;
    }
    if (last == NULL || sql->trouble != ENT_POSTGRES_FINE) {
        /* A connection may end without a word. */
        ent_postgres_set_trouble(sql, ENT_POSTGRES_LOST);
        PQclear(last);
        return NULL;
    }
    return last;
}

PGresult *
ent_postgres_do(ent_postgres *sql, const char *text)
{
    if (sql->connection == NULL) {
        ent_postgres_set_trouble(sql, ENT_POSTGRES_LOST);
        return NULL;
    }
    if (PQsendQuery(sql->connection, text) == 0) {
        ent_postgres_keep_trouble(sql, NULL);
        return NULL;
    }
    return flush(sql) ? receive_all(sql, SILENCE_LIMIT_MS) : NULL;
}

/* --- Values ----------------------------------------------------------------------- */

/* The OIDs of pg_type, which no version has ever changed. */
static const Oid oids[] = {
    [ENT_SQL_INTEGER] = 20,      [ENT_SQL_TEXT] = 25,
    [ENT_SQL_BLOB] = 17,         [ENT_SQL_INTEGER_ARRAY] = 1016,
    [ENT_SQL_TEXT_ARRAY] = 1009, [ENT_SQL_BLOB_ARRAY] = 1001,
};

/* As libpq wants them. */
typedef struct parameters {
    char integers[VALUES_LIMIT][8];
    const char *values[VALUES_LIMIT];
    int lengths[VALUES_LIMIT];
    int formats[VALUES_LIMIT];
} parameters;

static void
write_integer(int64_t value, char out[8])
{
    uint64_t bits = (uint64_t)value;

    for (int i = 7; i >= 0; i--) {
        out[i] = (char)(unsigned char)(bits & 0xff);
        bits >>= 8;
    }
}

static void
fill(parameters *out, const ent_sql_value *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        out->formats[i] = values[i].type == ENT_SQL_TEXT ? 0 : 1;
        out->values[i] = values[i].bytes;
        out->lengths[i] = (int)values[i].length;
        if (values[i].type == ENT_SQL_INTEGER) {
            write_integer(values[i].integer, out->integers[i]);
            out->values[i] = out->integers[i];
            out->lengths[i] = 8;
        }
    }
}

/* --- Statements ------------------------------------------------------------------- */

/* Parameters are numbered ?1, ?2 where statements are shared, and $1, $2 here. */
static void
translate(const char *text, char out[STATEMENT_SIZE])
{
    size_t length = strlen(text);

    for (size_t i = 0; i <= length; i++) {
        out[i] = text[i] == '?' ? '$' : text[i];
    }
}

/*
 * A pooler may give each transaction another session: one that lacks what was prepared,
 * or has what was not.
 */
static void
note_session(ent_postgres *sql, size_t which)
{
    if (sql->trouble == ENT_POSTGRES_FORGOTTEN) {
        sql->is_prepared[which] = strcmp(sql->code, ENT_POSTGRES_IS_PREPARED) == 0;
    }
}

static bool
prepare(ent_postgres *sql, size_t which, const ent_sql_value *values, size_t count)
{
    char text[STATEMENT_SIZE];
    Oid types[VALUES_LIMIT];
    if (sql->is_prepared[which]) {
        return true;
    }
    for (size_t i = 0; i < count; i++) {
        types[i] = oids[values[i].type];
    }
    translate(statements[which].text, text);
    if (PQsendPrepare(
            sql->connection, statements[which].name, text, (int)count, types) == 0) {
        return lose(sql);
    }
    PGresult *result = flush(sql) ? receive_all(sql, SILENCE_LIMIT_MS) : NULL;
    bool holds = result != NULL;
    sql->is_prepared[which] = holds;
    note_session(sql, which);
    PQclear(result);
    return holds;
}

static bool
send(ent_postgres *sql, size_t which, const ent_sql_value *values, size_t count)
{
    parameters with;

    fill(&with, values, count);
    if (PQsendQueryPrepared(
            sql->connection,
            statements[which].name,
            (int)count,
            with.values,
            with.lengths,
            with.formats,
            1) == 0) {
        return lose(sql);
    }
    return flush(sql);
}

ent_sql_rows *
ent_postgres_open(
    ent_sql *base, ent_sql_statement which, const ent_sql_value *values, size_t count)
{
    ent_postgres *sql = (ent_postgres *)base;
    size_t index = (size_t)which;
    ent_postgres_rows *rows = &sql->rows[index];
    if (sql->connection == NULL || count > VALUES_LIMIT) {
        ent_postgres_set_trouble(sql, ENT_POSTGRES_LOST);
        return NULL;
    }
    *rows = (ent_postgres_rows){ .base = { base }, .row = -1 };
    if (!prepare(sql, index, values, count) || !send(sql, index, values, count)) {
        return NULL;
    }
    if (is_streamed(index)) {
        rows->is_running = PQsetSingleRowMode(sql->connection) == 1;
        return rows->is_running || lose(sql) ? &rows->base : NULL;
    }
    rows->result =
        receive_all(sql, is_long(index) ? LONG_SILENCE_LIMIT_MS : SILENCE_LIMIT_MS);
    if (rows->result == NULL) {
        note_session(sql, index);
        return NULL;
    }
    sql->changed = strtoll(PQcmdTuples(rows->result), NULL, 10);
    return &rows->base;
}

/* Of a statement whose rows come one by one. */
static bool
next_streamed(ent_postgres *sql, ent_postgres_rows *rows)
{
    PQclear(rows->result);
    if (!receive(sql, LONG_SILENCE_LIMIT_MS, &rows->result)) {
        rows->is_running = false;
        rows->has_failed = true;
        return false;
    }
    rows->row = 0;
    if (PQresultStatus(rows->result) == PGRES_SINGLE_TUPLE) {
        return true;
    }
    if (rows->result == NULL || !is_good(rows->result)) {
        ent_postgres_keep_trouble(sql, rows->result);
        note_session(sql, (size_t)(rows - sql->rows));
        rows->has_failed = true;
    }
    return false;
}

bool
ent_postgres_next(ent_sql_rows *base)
{
    ent_postgres_rows *rows = (ent_postgres_rows *)base;
    ent_postgres *sql = (ent_postgres *)base->sql;

    if (rows->is_running) {
        return next_streamed(sql, rows);
    }
    if (rows->result == NULL || rows->row + 1 >= PQntuples(rows->result)) {
        return false;
    }
    rows->row++;
    return true;
}

void
ent_postgres_rewind(ent_sql_rows *base)
{
    ((ent_postgres_rows *)base)->row = -1;
}

/* The caller wants no more of them. */
static void
drain(ent_postgres *sql)
{
    char words[256];
    PGresult *result = NULL;
    PGcancel *cancel = PQgetCancel(sql->connection);

    if (cancel != NULL) {
        (void)PQcancel(cancel, words, (int)sizeof(words));
        PQfreeCancel(cancel);
    }
    while (receive(sql, SILENCE_LIMIT_MS, &result) && result != NULL) {
        PQclear(result);
    }
}

bool
ent_postgres_close(ent_sql_rows *base)
{
    ent_postgres_rows *rows = (ent_postgres_rows *)base;
    ent_postgres *sql = (ent_postgres *)base->sql;

    if (rows->is_running && sql->connection != NULL) {
        bool has_more = PQresultStatus(rows->result) == PGRES_SINGLE_TUPLE;
        PGresult *result = NULL;
        if (has_more) {
            drain(sql);
        } else {
            (void)receive(sql, SILENCE_LIMIT_MS, &result);
            PQclear(result);
        }
    }
    PQclear(rows->result);
    rows->result = NULL;
    return !rows->has_failed;
}
