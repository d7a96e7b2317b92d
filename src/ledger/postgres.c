/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/postgres.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "ledger/postgres_backend.h"
#include "ledger/postgres_state.h"

#include <stdio.h>
#include <string.h>

/* --- Rows ------------------------------------------------------------------------- */

static ent_postgres_rows *
rows_of(ent_sql_rows *base)
{
    return (ent_postgres_rows *)base;
}

/* A number of 2, 4 or 8 bytes, or a truth value, as PostgreSQL sends it. */
static int64_t
read_integer(const PGresult *result, int row, int column)
{
    const unsigned char *bytes = (const unsigned char *)PQgetvalue(result, row, column);
    int length = PQgetlength(result, row, column);

    if (length != 8 && length != 4 && length != 2) {
        return length == 1 ? bytes[0] : 0;
    }
    /* Its sign goes all the way up. */
    uint64_t bits = (bytes[0] & 0x80) != 0 ? UINT64_MAX : 0;
    for (int i = 0; i < length; i++) {
        bits = bits << 8 | bytes[i];
    }
    return (int64_t)bits;
}

static int64_t
integer_of(ent_sql_rows *rows, int column)
{
    return read_integer(rows_of(rows)->result, rows_of(rows)->row, column);
}

/* libpq ends each value with a NUL. */
static const char *
text_of(ent_sql_rows *rows, int column)
{
    return PQgetvalue(rows_of(rows)->result, rows_of(rows)->row, column);
}

static bool
is_null(ent_sql_rows *rows, int column)
{
    return PQgetisnull(rows_of(rows)->result, rows_of(rows)->row, column) == 1;
}

static const void *
blob_of(ent_sql_rows *rows, int column, size_t *length)
{
    const ent_postgres_rows *of = rows_of(rows);

    *length = 0;
    if (is_null(rows, column)) {
        return NULL;
    }
    *length = (size_t)PQgetlength(of->result, of->row, column);
    return PQgetvalue(of->result, of->row, column);
}

static int64_t
changed(const ent_sql *sql)
{
    return ((const ent_postgres *)sql)->changed;
}

/* --- The whole -------------------------------------------------------------------- */

static void
set_trouble(ent_sql *sql, ent_sql_trouble trouble)
{
    ent_postgres_set_trouble(
        (ent_postgres *)sql,
        trouble == ENT_SQL_NO_MEMORY ? ENT_POSTGRES_NO_MEMORY : ENT_POSTGRES_NO_SENSE);
}

static void
free_sql(ent_sql *base)
{
    ent_postgres *sql = (ent_postgres *)base;
    entitle_runtime runtime = sql->runtime;

    ent_postgres_forget_session(sql);
    for (size_t i = 0; i < ENT_POSTGRES_STATEMENT_COUNT; i++) {
        PQclear(sql->rows[i].result);
    }
    ent_postgres_disconnect(sql);
    ent_release_secret(&runtime, sql->url);
    ent_release(&runtime, sql);
}

const ent_sql_driver ent_postgres_driver = {
    .has_one_writer = false,
    .open = ent_postgres_open,
    .next = ent_postgres_next,
    .close = ent_postgres_close,
    .integer = integer_of,
    .text = text_of,
    .blob = blob_of,
    .is_null = is_null,
    .changed = changed,
    .begin = ent_postgres_begin,
    .commit = ent_postgres_commit,
    .roll_back = ent_postgres_roll_back,
    .is_worth_repeating = ent_postgres_is_worth_repeating,
    .set_trouble = set_trouble,
    .fail = ent_postgres_fail,
    .free = free_sql,
};

static const ent_ledger_backend backend = {
    .add = ent_postgres_add,
    .begin = ent_store_begin,
    .note_id = ent_store_note_id,
    .commit = ent_store_commit,
    .abandon = ent_store_abandon,
    .take = ent_postgres_take,
    .settle = ent_postgres_settle,
    .has_accepted_sibling = ent_store_has_accepted_sibling,
    .expire = ent_store_expire,
    .adopt = ent_store_adopt,
    .heartbeat = ent_store_heartbeat,
    .keep_customer = ent_store_keep_customer,
    .customers = ent_store_customers,
    .sums = ent_store_sums,
    .list = ent_store_list,
    .oldest_unsent = ent_store_oldest_unsent,
    .prune = ent_store_prune,
    .close = ent_store_close,
};

bool
ent_ledger_is_postgres(const char *name)
{
    return ent_text_starts_with(name, "postgresql://") ||
           ent_text_starts_with(name, "postgres://");
}

static entitle_status
open_database(ent_postgres *sql, entitle_error *error)
{
    if (!ent_random_uuid(&sql->runtime, sql->session)) {
        return ent_fail(error, ENTITLE_INTERNAL_ERROR, "no random numbers to be had");
    }
    entitle_status status = ent_postgres_read_url(sql, error);
    return status == ENTITLE_OK ? ent_postgres_migrate(sql, error) : status;
}

entitle_status
ent_ledger_open_postgres(
    const entitle_runtime *runtime,
    const char *url,
    ent_ledger **out,
    entitle_error *error)
{
    *out = NULL;
    ent_postgres *sql = ent_allocate(runtime, sizeof(*sql));
    if (sql == NULL) {
        return ent_fail_memory(error);
    }
    sql->base.driver = &ent_postgres_driver;
    sql->runtime = *runtime;
    sql->url = ent_duplicate(runtime, url, strlen(url));
    entitle_status status =
        sql->url != NULL ? open_database(sql, error) : ent_fail_memory(error);
    if (status != ENTITLE_OK) {
        ent_sql_free(&sql->base);
        return status;
    }
    return ent_store_new(runtime, &backend, &sql->base, out, error);
}
