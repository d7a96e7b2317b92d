/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_LEDGER_STORE_H
#define ENT_LEDGER_STORE_H

#include "ledger/backend.h"
#include "ledger/sql.h"

/*
 * A ledger in a database of any kind: the rules of the account, written once, above the
 * seam of sql.h.
 */

/* A record's state as stored. Closed is open with its hour over, so it is not. */
typedef enum ent_record_state {
    ENT_RECORD_UNSENT = 0,
    ENT_RECORD_SENDING = 2,
    ENT_RECORD_ACCEPTED = 3,
    ENT_RECORD_REJECTED = 4,
    ENT_RECORD_LOST = 5
} ent_record_state;

/* The instance that was last heard of in this process. */
typedef struct ent_kept_instance {
    char name[256];
    int64_t until_s; /* its lease is certain to last so long */
} ent_kept_instance;

typedef struct ent_store {
    ent_ledger base; /* first */
    entitle_runtime runtime;
    ent_sql *sql;
    bool is_held; /* between ent_ledger_begin() and its end */
    ent_kept_instance kept;
} ent_store;

/* --- store.c ---------------------------------------------------------------------- */

/* Takes `sql` over, also where it fails. */
ENTITLE_CHECKED entitle_status ent_store_new(
    const entitle_runtime *runtime,
    const ent_ledger_backend *backend,
    ent_sql *sql,
    ent_ledger **out,
    entitle_error *error);

/* Runs a statement with a record's number as its only parameter. */
bool ent_store_do_to(ent_store *store, ent_sql_statement which, int64_t record);

/* Whether a statement without parameters finds any row. */
bool ent_store_has_any(ent_store *store, ent_sql_statement which, bool *out);

/* --- move.c ----------------------------------------------------------------------- */

/* Units on their way into an hour. */
typedef struct ent_load {
    int64_t key;
    int64_t hour_s;
    const char *token;
    int64_t quantity;
    const char *tags; /* "": untagged */
    bool is_new;      /* added now, not moved */
} ent_load;

typedef enum ent_loaded {
    ENT_LOADED,
    ENT_LOAD_HOUR_IS_SENT,
    ENT_LOAD_TOO_MANY_TAGS,
    ENT_LOAD_FAILED
} ent_loaded;

/*
 * Puts them into the unsent record of their hour, made where there is none. Where the
 * hour has been sent, into the first from the running one on that has not, which
 * `load->hour_s` then is. TOO_MANY_TAGS: they are there, and their tags are not.
 */
ent_loaded
ent_store_load(ent_store *store, ent_load *load, int64_t now_s, int64_t *record);

/* Notes that `quantity` units in `record` are of an earlier hour. */
bool
ent_store_link(ent_store *store, int64_t record, int64_t from_hour_s, int64_t quantity);

/*
 * Moves everything of an unsent record to `key` (its own or an heir's) in the open
 * hour, and drops it.
 */
bool ent_store_carry(ent_store *store, int64_t record, int64_t key, int64_t now_s);

/* Moves what is over the maximum of one record to a later hour. */
bool ent_store_split(ent_store *store, int64_t record, int64_t excess, int64_t now_s);

/* --- record.c --------------------------------------------------------------------- */

/*
 * The row that FIND_DUE, FIND_RECORD or LIST stands on; its texts live until the next.
 */
void ent_store_read_record(ent_sql_rows *rows, int64_t now_s, ent_ledger_record *out);

/* The same in one block of memory, for ent_release(). NULL: there is none. */
ent_ledger_record *
ent_store_copy_record(ent_store *store, ent_sql_rows *rows, int64_t now_s);

/* What of the row is nobody's business outside the store. */
typedef struct ent_row {
    int64_t key;
    int64_t hour_s;
    int64_t quantity;
    int64_t added;
    ent_record_state state;
    bool is_doubtful;
    char owner[ENT_LEDGER_OWNER_SIZE];
    char token[ENT_LEDGER_TOKEN_SIZE];
} ent_row;

/* False: there is none (`*found`), or the store failed. */
bool ent_store_find_row(ent_store *store, int64_t record, ent_row *out, bool *found);

/* Where there has to be one. */
bool ent_store_get_row(ent_store *store, int64_t record, ent_row *out);

/* What a record has come to: accepted, rejected or lost. */
typedef struct ent_ending {
    ent_record_state state;
    const char *metering_record_id; /* NULL: none */
    const char *reason;             /* NULL: none */
} ent_ending;

/* Ends it, with its units counted. */
bool ent_store_finish(
    ent_store *store, int64_t record, const ent_row *row, const ent_ending *ending);

/* The six columns of a key, from `first_column` on. */
void ent_store_read_key(ent_sql_rows *rows, int first_column, ent_usage_key *out);

/* The number of a key, made where it is new; 0: failed. */
int64_t ent_store_key(ent_store *store, const ent_usage_key *key);

/* The key of a record, were it that instance's. */
bool ent_store_heir_key(
    ent_store *store, int64_t record, const char *instance, int64_t *out);

/* --- customer.c ------------------------------------------------------------------- */

/*
 * Whether the hour has usage of the same customer under another name: that AWS has or
 * may have or, `with_unsent`, that is to be sent. False: the store failed.
 */
bool ent_store_find_other_identity(
    ent_store *store,
    const ent_usage_key *key,
    int64_t hour_s,
    bool with_unsent,
    bool *found);

/* Until the transaction ends, nobody else looks for that customer's other name. */
bool ent_store_lock_customer(ent_store *store, const ent_usage_key *key);

/* The customer of a record is subscribed, or is not any more. */
bool ent_store_note_subscription(ent_store *store, int64_t record, bool is_subscribed);

/* --- take_record.c ---------------------------------------------------------------- */

/* What a take has to know. */
typedef struct ent_taking {
    ent_store *store;
    const ent_ledger_claim *claim;
    ent_ledger_freezer *freeze;
    void *context;
} ent_taking;

enum { ENT_STORE_REQUEST_LIMIT = 1024 * 1024 };

/*
 * Has the caller's freezer write what is to be sent for an unsent record. Until it is
 * stored with the record, nothing is frozen.
 */
bool ent_store_write_request(
    const ent_taking *taken,
    const ent_ledger_record *record,
    bool may_have_tags,
    struct ent_buffer *request);

/* One that another has left in sending. */
bool ent_store_take_over(const ent_taking *taken, int64_t record);

/* Whether its customer's hour bears another name already: it may bear one only. */
bool ent_store_find_other_name(
    const ent_taking *taken, const ent_ledger_record *record, bool *found);

/* Inside a transaction: freezes one that is due, takes it over, or rejects it. */
bool ent_store_take_record(const ent_taking *taken, int64_t record);

/* --- take.c: parts for a backend that does many at once --------------------------- */

/* Begins FIND_DUE, or what a backend has in its place. */
ent_sql_rows *
ent_store_open_due(const ent_taking *taken, ent_sql_statement which, size_t limit);

/* Once that is durable. */
ENTITLE_CHECKED entitle_status ent_store_show(
    const ent_taking *taken,
    int64_t record,
    ent_ledger_visitor *visit,
    entitle_error *error);

/* --- add.c, settle.c: parts for a backend that does many at once ------------------ */

/* Inside a transaction: as ent_ledger_add() does with a group. */
bool ent_store_add_group(ent_store *store, ent_usage_group *group, int64_t now_s);

/* In a transaction of its own, or in the one that is held. */
ENTITLE_CHECKED entitle_status ent_store_add_by(
    ent_store *store, ent_sql_work *work, void *context, entitle_error *error);

/* An instance that adds is alive: for a while nobody else takes its usage over. */
bool ent_store_keep_instance(ent_store *store, const ent_usage_key *key, int64_t now_s);

/* Accepted, of a customer that may have come back by that: nearly all are. */
bool ent_store_is_plain(const ent_ledger_verdict *verdict);

/*
 * Inside a transaction: as ent_ledger_settle() does with one that is not plain. Those
 * that are plain are the backend's, and come before.
 */
bool ent_store_settle_one(
    ent_store *store, const char *owner, ent_ledger_verdict *verdict, int64_t now_s);

/* --- one function of the backend each --------------------------------------------- */

entitle_status ent_store_add(
    ent_ledger *base,
    ent_usage_group *groups,
    size_t group_count,
    int64_t now_s,
    entitle_error *error);
entitle_status ent_store_begin(ent_ledger *base, entitle_error *error);
entitle_status ent_store_note_id(
    ent_ledger *base,
    const char *id,
    int64_t at_s,
    bool *out_is_new,
    entitle_error *error);
entitle_status ent_store_commit(ent_ledger *base, entitle_error *error);
void ent_store_abandon(ent_ledger *base);
entitle_status ent_store_has_accepted_sibling(
    ent_ledger *base, int64_t record, bool *out, entitle_error *error);
entitle_status ent_store_expire(
    ent_ledger *base,
    bool of_customers,
    int64_t before_s,
    bool is_dropped,
    int64_t now_s,
    size_t *out_count,
    entitle_error *error);
entitle_status ent_store_adopt(
    ent_ledger *base,
    const char *instance,
    int64_t now_s,
    int64_t lease_s,
    size_t *out_count,
    entitle_error *error);
entitle_status ent_store_heartbeat(
    ent_ledger *base,
    const ent_ledger_heartbeat *beat,
    size_t *out_count,
    entitle_error *error);
entitle_status ent_store_keep_customer(
    ent_ledger *base,
    const ent_ledger_customer *customer,
    int64_t now_s,
    entitle_error *error);
entitle_status ent_store_customers(
    ent_ledger *base,
    ent_ledger_customer_visitor *visit,
    void *context,
    entitle_error *error);
entitle_status ent_store_sums(
    ent_ledger *base,
    int64_t now_s,
    ent_ledger_sums_visitor *visit,
    void *context,
    entitle_error *error);
entitle_status ent_store_list(
    ent_ledger *base,
    ent_usage_state state,
    int64_t now_s,
    ent_ledger_record_visitor *visit,
    void *context,
    entitle_error *error);
entitle_status ent_store_oldest_unsent(
    ent_ledger *base, bool *out_any, int64_t *out_hour_s, entitle_error *error);
entitle_status ent_store_prune(
    ent_ledger *base, int64_t before_s, size_t *out_count, entitle_error *error);
void ent_store_close(ent_ledger *base);

#endif
