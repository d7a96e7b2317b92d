/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_LEDGER_SQL_DRIVER_H
#define ENT_LEDGER_SQL_DRIVER_H

#include "ledger/sql.h"

/* What a database implements: sql.h says what each function has to do. */
typedef struct ent_sql_driver {
    bool has_one_writer;
    ent_sql_rows *(*open)(
        ent_sql *sql,
        ent_sql_statement which,
        const ent_sql_value *values,
        size_t count);
    bool (*next)(ent_sql_rows *rows);
    bool (*close)(ent_sql_rows *rows);
    int64_t (*integer)(ent_sql_rows *rows, int column);
    const char *(*text)(ent_sql_rows *rows, int column);
    const void *(*blob)(ent_sql_rows *rows, int column, size_t *length);
    bool (*is_null)(ent_sql_rows *rows, int column);
    int64_t (*changed)(const ent_sql *sql);

    bool (*begin)(ent_sql *sql, bool is_reading);
    bool (*commit)(ent_sql *sql, bool is_reading);
    void (*roll_back)(ent_sql *sql);
    /* After a failure and the rolling back: whether the work is to be done again. */
    bool (*is_worth_repeating)(ent_sql *sql);

    void (*set_trouble)(ent_sql *sql, ent_sql_trouble trouble);
    entitle_status (*fail)(ent_sql *sql, entitle_error *error);
    void (*free)(ent_sql *sql);
} ent_sql_driver;

/* The first member of every driver's own structs. */
struct ent_sql {
    const ent_sql_driver *driver;
    bool has_given_rows; /* to work that looks: it is not repeated then */
    bool is_held;        /* the transaction is its caller's, who may take time */
};

struct ent_sql_rows {
    ent_sql *sql;
};

#endif
