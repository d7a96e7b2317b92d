/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_LEDGER_SQLITE_STATE_H
#define ENT_LEDGER_SQLITE_STATE_H

#include "ledger/backend.h"
#include "ledger/sqlite_statements.h"

#include <sqlite3.h>

/*
 * A record's state in the file. Closed is open with its hour over, so it is not stored.
 */
typedef enum ent_sqlite_record_state {
    ENT_SQLITE_UNSENT = 0,
    ENT_SQLITE_SENDING = 2,
    ENT_SQLITE_ACCEPTED = 3,
    ENT_SQLITE_REJECTED = 4,
    ENT_SQLITE_LOST = 5
} ent_sqlite_record_state;

typedef struct ent_sqlite {
    ent_ledger base; /* first */
    entitle_runtime runtime;
    sqlite3 *database;
    char path[4096];
    sqlite3_stmt *statements[ENT_SQL_COUNT];
    int trouble;          /* what went wrong first, where SQLite may have forgotten */
    bool is_held;         /* between ent_ledger_begin() and its end */
    int64_t kept_key;     /* whose instance was last heard of in this process */
    int64_t kept_until_s; /* and until when its lease is certain to last */
} ent_sqlite;

/* --- sqlite_connection.c ---------------------------------------------------------- */

/* Puts what SQLite reports into a sentence and a remedy. */
entitle_status ent_sqlite_fail(ent_sqlite *ledger, entitle_error *error);

/*
 * Keeps what went wrong for ent_sqlite_fail(): a reset of another statement forgets it.
 */
void ent_sqlite_keep_trouble(ent_sqlite *ledger);

/*
 * The same where SQLite does not know of it: no memory, or a row that should be there.
 */
void ent_sqlite_set_trouble(ent_sqlite *ledger, int code);

/* A statement with nothing bound; NULL: see ent_sqlite_fail(). Reset it after use. */
sqlite3_stmt *ent_sqlite_statement_of(ent_sqlite *ledger, ent_sqlite_statement which);

bool ent_sqlite_bind_text(sqlite3_stmt *statement, int index, const char *text);
bool ent_sqlite_bind_integer(sqlite3_stmt *statement, int index, int64_t value);

/* Runs a statement that gives no rows, and resets it. */
bool ent_sqlite_run(sqlite3_stmt *statement);

/* The same for one without parameters. */
bool ent_sqlite_do(ent_sqlite *ledger, ent_sqlite_statement which);

/* Runs one with a record's number as its only parameter. */
bool ent_sqlite_do_to(ent_sqlite *ledger, ent_sqlite_statement which, int64_t record);

/* Ends a transaction: commits where `holds`, else rolls back and keeps the error. */
ENTITLE_CHECKED entitle_status
ent_sqlite_end(ent_sqlite *ledger, entitle_status status, entitle_error *error);

/* --- sqlite_move.c ---------------------------------------------------------------- */

/* Units on their way into an hour. */
typedef struct ent_sqlite_load {
    int64_t key;
    int64_t hour_s;
    const char *token;
    int64_t quantity;
    const char *tags; /* "": untagged */
    bool is_new;      /* added now, not moved */
} ent_sqlite_load;

typedef enum ent_sqlite_loaded {
    ENT_SQLITE_LOADED,
    ENT_SQLITE_HOUR_IS_SENT,
    ENT_SQLITE_TOO_MANY_TAGS,
    ENT_SQLITE_LOAD_FAILED
} ent_sqlite_loaded;

/*
 * Puts them into the unsent record of their hour, made where there is none. Where the
 * hour has been sent, into the first from the running one on that has not, which
 * `load->hour_s` then is. TOO_MANY_TAGS leaves something to undo.
 */
ent_sqlite_loaded ent_sqlite_load_units(
    ent_sqlite *ledger, ent_sqlite_load *load, int64_t now_s, int64_t *record);

/* Notes that `quantity` units in `record` are of an earlier hour. */
bool ent_sqlite_link(
    ent_sqlite *ledger, int64_t record, int64_t from_hour_s, int64_t quantity);

/*
 * Moves everything of an unsent record to `key` (its own or an heir's) in the open
 * hour, and drops it.
 */
bool
ent_sqlite_carry_record(ent_sqlite *ledger, int64_t record, int64_t key, int64_t now_s);

/* Moves what is over the maximum of one record to a later hour. */
bool ent_sqlite_split_record(
    ent_sqlite *ledger, int64_t record, int64_t excess, int64_t now_s);

/* --- sqlite_record.c -------------------------------------------------------------- */

/*
 * The row that FIND_DUE, FIND_RECORD or LIST stands on; its texts live until the reset.
 */
void
ent_sqlite_read_record(sqlite3_stmt *statement, int64_t now_s, ent_ledger_record *out);

/* What of the row is nobody's business outside the store. */
typedef struct ent_sqlite_row {
    int64_t key;
    int64_t hour_s;
    int64_t quantity;
    ent_sqlite_record_state state;
    bool is_doubtful;
    char owner[ENT_LEDGER_OWNER_SIZE];
    char token[ENT_LEDGER_TOKEN_SIZE];
} ent_sqlite_row;

/* False: there is none (`*found`), or the store failed. */
bool ent_sqlite_find_row(
    ent_sqlite *ledger, int64_t record, ent_sqlite_row *out, bool *found);

/* Accepted, rejected or lost, with its units counted. */
bool ent_sqlite_finish(
    ent_sqlite *ledger,
    int64_t record,
    int64_t quantity,
    ent_sqlite_record_state state,
    const char *metering_record_id,
    const char *reason);

/* "" where there is none. */
const char *ent_sqlite_text_of(sqlite3_stmt *statement, int column);

/* The six columns of a key, from `first_column` on. */
void ent_sqlite_read_key(sqlite3_stmt *statement, int first_column, ent_usage_key *out);

/* The number of a key, made where it is new; 0: failed. */
int64_t ent_sqlite_key(ent_sqlite *ledger, const ent_usage_key *key);

/* The key of a record, were it that instance's. */
bool ent_sqlite_heir_key(
    ent_sqlite *ledger, int64_t record, const char *instance, int64_t *out);

/* --- sqlite_customer.c ------------------------------------------------------------ */

typedef enum ent_sqlite_finding {
    ENT_SQLITE_NO,
    ENT_SQLITE_YES,
    ENT_SQLITE_FIND_FAILED
} ent_sqlite_finding;

/*
 * Whether the hour has usage of the same customer under another name: that AWS has or
 * may have or, `with_unsent`, that is to be sent.
 */
ent_sqlite_finding ent_sqlite_find_other_identity(
    ent_sqlite *ledger, const ent_usage_key *key, int64_t hour_s, bool with_unsent);

/* The customer of a record is subscribed, or is not any more. */
bool
ent_sqlite_note_subscription(ent_sqlite *ledger, int64_t record, bool is_subscribed);

/* --- one function of the backend each --------------------------------------------- */

extern const ent_ledger_backend ent_sqlite_backend;

entitle_status ent_sqlite_add(
    ent_ledger *base,
    ent_usage_group *groups,
    size_t group_count,
    int64_t now_s,
    entitle_error *error);
entitle_status ent_sqlite_begin(ent_ledger *base, entitle_error *error);
entitle_status ent_sqlite_note_id(
    ent_ledger *base,
    const char *id,
    int64_t at_s,
    bool *out_is_new,
    entitle_error *error);
entitle_status ent_sqlite_commit(ent_ledger *base, entitle_error *error);
void ent_sqlite_abandon(ent_ledger *base);
entitle_status ent_sqlite_take(
    ent_ledger *base,
    const ent_ledger_claim *claim,
    size_t limit,
    ent_ledger_freezer *freeze,
    ent_ledger_visitor *visit,
    void *context,
    entitle_error *error);
entitle_status ent_sqlite_settle(
    ent_ledger *base,
    const char *owner,
    ent_ledger_verdict *verdicts,
    size_t count,
    int64_t now_s,
    entitle_error *error);
entitle_status ent_sqlite_has_accepted_sibling(
    ent_ledger *base, int64_t record, bool *out, entitle_error *error);
entitle_status ent_sqlite_expire(
    ent_ledger *base,
    bool of_customers,
    int64_t before_s,
    bool is_dropped,
    int64_t now_s,
    size_t *out_count,
    entitle_error *error);
entitle_status ent_sqlite_adopt(
    ent_ledger *base,
    const char *instance,
    int64_t now_s,
    int64_t lease_s,
    size_t *out_count,
    entitle_error *error);
entitle_status ent_sqlite_heartbeat(
    ent_ledger *base,
    const ent_ledger_heartbeat *beat,
    size_t *out_count,
    entitle_error *error);
entitle_status ent_sqlite_keep_customer(
    ent_ledger *base,
    const ent_ledger_customer *customer,
    int64_t now_s,
    entitle_error *error);
entitle_status ent_sqlite_customers(
    ent_ledger *base,
    ent_ledger_customer_visitor *visit,
    void *context,
    entitle_error *error);
entitle_status ent_sqlite_sums(
    ent_ledger *base,
    int64_t now_s,
    ent_ledger_sums_visitor *visit,
    void *context,
    entitle_error *error);
entitle_status ent_sqlite_list(
    ent_ledger *base,
    ent_usage_state state,
    int64_t now_s,
    ent_ledger_record_visitor *visit,
    void *context,
    entitle_error *error);
entitle_status ent_sqlite_oldest_unsent(
    ent_ledger *base, bool *out_any, int64_t *out_hour_s, entitle_error *error);
entitle_status ent_sqlite_prune(
    ent_ledger *base, int64_t before_s, size_t *out_count, entitle_error *error);
void ent_sqlite_close(ent_ledger *base);

#endif
