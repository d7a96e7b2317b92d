/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_LEDGER_POSTGRES_STATE_H
#define ENT_LEDGER_POSTGRES_STATE_H

#include "base/random.h"
#include "ledger/postgres_known.h"
#include "ledger/postgres_statements.h"
#include "ledger/sql_driver.h"

#include <entitle/runtime.h>

#include <libpq-fe.h>

enum {
    ENT_POSTGRES_PLACE_SIZE = 256,
    ENT_POSTGRES_CODE_SIZE = 6,
    ENT_POSTGRES_WORDS_SIZE = 256
};

/* SQLSTATE duplicate_prepared_statement. */
#define ENT_POSTGRES_IS_PREPARED "42P05"

/* SQLSTATE unique_violation. */
#define ENT_POSTGRES_IS_THERE "23505"

typedef struct ent_postgres ent_postgres;

/* What went wrong, as far as it decides what is done next. */
typedef enum ent_postgres_trouble {
    ENT_POSTGRES_FINE = 0,
    ENT_POSTGRES_LOST,      /* the connection; it can be made again */
    ENT_POSTGRES_ABORTED,   /* the transaction, for the sake of others */
    ENT_POSTGRES_FORGOTTEN, /* what is prepared, by a pooler */
    ENT_POSTGRES_SILENT,    /* no answer for long */
    ENT_POSTGRES_NO_CONNECTION,
    ENT_POSTGRES_NO_MEMORY,
    ENT_POSTGRES_NO_SENSE, /* a row is missing, or not as it should be */
    ENT_POSTGRES_REFUSED   /* anything else; `code` is its SQLSTATE */
} ent_postgres_trouble;

/* One open statement and its rows. */
typedef struct ent_postgres_rows {
    ent_sql_rows base; /* first */
    PGresult *result;
    int row;         /* that it stands on */
    bool is_running; /* more results are on their way */
    bool has_failed;
} ent_postgres_rows;

struct ent_postgres {
    ent_sql base; /* first */
    entitle_runtime runtime;
    char *url;                           /* a secret: it may have a password */
    char place[ENT_POSTGRES_PLACE_SIZE]; /* what is told of it */
    PGconn *connection;                  /* NULL: none */
    bool was_connected;
    bool needs_durability; /* commits would not wait for the disk */
    bool has_planner;      /* with the settings of PostgreSQL's own */
    bool is_prepared[ENT_POSTGRES_STATEMENT_COUNT];
    ent_postgres_rows rows[ENT_POSTGRES_STATEMENT_COUNT];
    int64_t changed;
    ent_known_keys known; /* as of the last commit of this session */
    int wary_adds;        /* so many more, ids of uses may well be known */

    ent_postgres_trouble trouble;
    char code[ENT_POSTGRES_CODE_SIZE];
    char words[ENT_POSTGRES_WORDS_SIZE];
    int repeats; /* of the work at hand */

    /* By these a commit is found again whose answer was lost. */
    char session[ENT_UUID_SIZE];
    int64_t commit_number;
    bool is_in_doubt; /* it was not found again */
};

extern const ent_sql_driver ent_postgres_driver;

/* --- postgres_connection.c -------------------------------------------------------- */

/* Makes the connection where there is none. A lost one is tried for half a minute. */
bool ent_postgres_connect(ent_postgres *sql);

/* Forgets the connection and what was prepared there. */
void ent_postgres_disconnect(ent_postgres *sql);

/*
 * Until the socket is ready. False: it has been silent for so long, or for some seconds
 * while whoever waits is to end, or is gone; so is the connection then.
 */
bool ent_postgres_wait_for(ent_postgres *sql, short events, int limit_ms);

/* Fills `place` from the URL. ENTITLE_INVALID_ARGUMENT: it is none. */
ENTITLE_CHECKED entitle_status
ent_postgres_read_url(ent_postgres *sql, entitle_error *error);

/* --- postgres_query.c ------------------------------------------------------------- */

/* Statements without parameters, one after the other; the last one's rows. NULL:
 * failed. */
PGresult *ent_postgres_do(ent_postgres *sql, const char *text);

ent_sql_rows *ent_postgres_open(
    ent_sql *base, ent_sql_statement which, const ent_sql_value *values, size_t count);
bool ent_postgres_next(ent_sql_rows *base);
bool ent_postgres_close(ent_sql_rows *base);

/* Before the first row again. Their texts live until the close, all of them. */
void ent_postgres_rewind(ent_sql_rows *base);

/* --- postgres_transaction.c ------------------------------------------------------- */

bool ent_postgres_begin(ent_sql *base, bool is_reading);
bool ent_postgres_commit(ent_sql *base, bool is_reading);
void ent_postgres_roll_back(ent_sql *base);
bool ent_postgres_is_worth_repeating(ent_sql *base);

/* Whether what follows in the transaction may be sorted, where an index has the order.
 */
bool ent_postgres_let_sort(ent_postgres *sql, bool may_sort);

/* Before the end: nobody will ask for its last commit. */
void ent_postgres_forget_session(ent_postgres *sql);

/* --- postgres_trouble.c ----------------------------------------------------------- */

/* Keeps it, unless another came first. */
void ent_postgres_set_trouble(ent_postgres *sql, ent_postgres_trouble trouble);

/* What the database would take, and the ledger cannot use: as if it had refused. */
void ent_postgres_refuse(ent_postgres *sql, const char *code, const char *words);

/*
 * Where the trouble is that refusal: makes it one after which the transaction is begun
 * anew. False: it is another.
 */
bool ent_postgres_begin_anew_after(ent_postgres *sql, const char *code);

/* Keeps what a result, or the connection, tells of its failure. */
void ent_postgres_keep_trouble(ent_postgres *sql, const PGresult *result);

void ent_postgres_forget_trouble(ent_postgres *sql);

entitle_status ent_postgres_fail(ent_sql *base, entitle_error *error);

/* --- postgres_schema.c ------------------------------------------------------------ */

/*
 * Makes the tables where they are missing, and brings older ones up to date, however
 * many processes do so at once, and while older versions work on.
 */
ENTITLE_CHECKED entitle_status
ent_postgres_migrate(ent_postgres *sql, entitle_error *error);

#endif
