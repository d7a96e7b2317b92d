/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/sql_driver.h"

ent_sql_rows *
ent_sql_open(
    ent_sql *sql, ent_sql_statement which, const ent_sql_value *values, size_t count)
{
    return sql->driver->open(sql, which, values, count);
}

bool
ent_sql_next(ent_sql_rows *rows)
{
    if (rows == NULL || !rows->sql->driver->next(rows)) {
        return false;
    }
    rows->sql->has_given_rows = true;
    return true;
}

bool
ent_sql_close(ent_sql_rows *rows)
{
    return rows != NULL && rows->sql->driver->close(rows);
}

int64_t
ent_sql_integer_of(ent_sql_rows *rows, int column)
{
    return rows->sql->driver->integer(rows, column);
}

const char *
ent_sql_text_of(ent_sql_rows *rows, int column)
{
    return rows->sql->driver->text(rows, column);
}

const void *
ent_sql_blob_of(ent_sql_rows *rows, int column, size_t *length)
{
    return rows->sql->driver->blob(rows, column, length);
}

bool
ent_sql_is_null(ent_sql_rows *rows, int column)
{
    return rows->sql->driver->is_null(rows, column);
}

bool
ent_sql_run(
    ent_sql *sql, ent_sql_statement which, const ent_sql_value *values, size_t count)
{
    ent_sql_rows *rows = ent_sql_open(sql, which, values, count);

    while (ent_sql_next(rows)) {
        /* A statement has ended when there are no more. */
    }
    return ent_sql_close(rows);
}

int64_t
ent_sql_changed(const ent_sql *sql)
{
    return sql->driver->changed(sql);
}

bool
ent_sql_ask(
    ent_sql *sql,
    ent_sql_statement which,
    const ent_sql_value *values,
    size_t count,
    int64_t *out)
{
    ent_sql_rows *rows = ent_sql_open(sql, which, values, count);

    *out = ent_sql_next(rows) ? ent_sql_integer_of(rows, 0) : 0;
    return ent_sql_close(rows);
}

entitle_status
ent_sql_transact(ent_sql *sql, ent_sql_work *work, void *context, entitle_error *error)
{
    const ent_sql_driver *driver = sql->driver;

    do {
        if (driver->begin(sql, false) && work(context) && driver->commit(sql, false)) {
            return ENTITLE_OK;
        }
        driver->roll_back(sql);
    } while (driver->is_worth_repeating(sql));
    return driver->fail(sql, error);
}

entitle_status
ent_sql_look(ent_sql *sql, ent_sql_work *work, void *context, entitle_error *error)
{
    const ent_sql_driver *driver = sql->driver;

    sql->has_given_rows = false;
    do {
        if (driver->begin(sql, true) && work(context) && driver->commit(sql, true)) {
            return ENTITLE_OK;
        }
        driver->roll_back(sql);
    } while (!sql->has_given_rows && driver->is_worth_repeating(sql));
    return driver->fail(sql, error);
}

entitle_status
ent_sql_begin(ent_sql *sql, entitle_error *error)
{
    sql->is_held = true;
    do {
        if (sql->driver->begin(sql, false)) {
            return ENTITLE_OK;
        }
    } while (sql->driver->is_worth_repeating(sql));
    sql->is_held = false;
    return sql->driver->fail(sql, error);
}

entitle_status
ent_sql_commit(ent_sql *sql, entitle_error *error)
{
    sql->is_held = false;
    if (sql->driver->commit(sql, false)) {
        return ENTITLE_OK;
    }
    sql->driver->roll_back(sql);
    return sql->driver->fail(sql, error);
}

void
ent_sql_roll_back(ent_sql *sql)
{
    sql->is_held = false;
    sql->driver->roll_back(sql);
}

bool
ent_sql_has_one_writer(const ent_sql *sql)
{
    return sql->driver->has_one_writer;
}

bool
ent_sql_set_trouble(ent_sql *sql, ent_sql_trouble trouble)
{
    sql->driver->set_trouble(sql, trouble);
    return false;
}

entitle_status
ent_sql_fail(ent_sql *sql, entitle_error *error)
{
    return sql->driver->fail(sql, error);
}

void
ent_sql_free(ent_sql *sql)
{
    if (sql != NULL) {
        sql->driver->free(sql);
    }
}
