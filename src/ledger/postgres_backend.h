/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_LEDGER_POSTGRES_BACKEND_H
#define ENT_LEDGER_POSTGRES_BACKEND_H

#include "ledger/postgres_statements.h"
#include "ledger/store.h"

/*
 * What a database at the other end of a network does for many at once, in a few round
 * trips; ledger.h says what each has to do.
 */
entitle_status ent_postgres_add(
    ent_ledger *base,
    ent_usage_group *groups,
    size_t group_count,
    int64_t now_s,
    entitle_error *error);
entitle_status ent_postgres_take(
    ent_ledger *base,
    const ent_ledger_claim *claim,
    size_t limit,
    ent_ledger_freezer *freeze,
    ent_ledger_visitor *visit,
    void *context,
    entitle_error *error);
entitle_status ent_postgres_settle(
    ent_ledger *base,
    const char *owner,
    ent_ledger_verdict *verdicts,
    size_t count,
    int64_t now_s,
    entitle_error *error);

/* --- postgres_keys.c: a part of adding -------------------------------------------- */

typedef struct ent_use_key {
    ent_usage_key key;
    int64_t id;          /* 0: there is none yet */
    bool has_other_name; /* the customer has used something under another, or may now */
    bool is_known;       /* to this process, from before */
    bool is_wanted;      /* something is to be added to it */
} ent_use_key;

/* Finds out about them all: sorted by their customers. */
bool ent_postgres_find_keys(ent_store *store, ent_use_key *keys, size_t count);

/* Once it is certain that they are there: they are not looked up any more. */
void
ent_postgres_remember_keys(ent_store *store, const ent_use_key *keys, size_t count);

/* Makes those that are wanted and not there, in the order of `keys`. */
bool ent_postgres_make_keys(ent_store *store, ent_use_key *keys, size_t count);

/* --- postgres_customers.c: a part of adding --------------------------------------- */

/* By the product, the form and the name. */
int
ent_postgres_compare_customers(const ent_usage_key *one, const ent_usage_key *other);

/*
 * Sets which keys' customers have another name; and forgets what was known of keys
 * where this is not the database that it was known of.
 */
bool ent_postgres_check_customers(ent_store *store, ent_use_key *keys, size_t count);

/* --- postgres_ids.c: a part of adding --------------------------------------------- */

/* The id of a use. */
typedef struct ent_use_id {
    const char *id;
    int64_t at_s;
    bool is_new; /* set: it has not been counted before */
} ent_use_id;

/* Notes them, sorted and each only once. */
bool ent_postgres_note_ids(ent_store *store, ent_use_id *ids, size_t count);

/* --- postgres_hours.c: parts of adding ---------------------------------------------
 */

/* Units of a key in an hour. */
typedef struct ent_hour_sum {
    int64_t key;
    int64_t hour_s;
    int64_t quantity;
    bool is_there; /* in the ledger, too */
} ent_hour_sum;

/* Sorts them, and makes one of those of the same key and hour; how many are left. */
size_t ent_postgres_add_up(ent_hour_sum *sums, size_t count);

/* Adds them to their hours, or to the first that has not been sent. */
bool ent_postgres_load_sums(
    ent_store *store, ent_hour_sum *sums, size_t count, int64_t now_s);

/* --- postgres_parts.c: the tags of what is taken -----------------------------------
 */

typedef struct ent_tag_part {
    int64_t record;
    ent_tag_sum sum;
} ent_tag_part;

typedef struct ent_tag_parts {
    ent_tag_part *parts; /* by record */
    size_t count;
    ent_tag_sum *sums; /* of one record */
} ent_tag_parts;

/* The rows of LIST_TAGS_OF_ALL, whose texts have to live on. Forget them in any case.
 */
bool ent_postgres_read_parts(ent_store *store, ent_sql_rows *rows, ent_tag_parts *out);
void ent_postgres_forget_parts(const entitle_runtime *runtime, ent_tag_parts *parts);

/* Fills `sums` with those of a record, adding up to its quantity; how many. */
size_t ent_postgres_sum_parts(const ent_tag_parts *of, const ent_ledger_record *record);

/* --- postgres_due.c: a part of taking --------------------------------------------- */

/* As ent_store_open_due(); what is due of few keys is looked for by them. */
ent_sql_rows *ent_postgres_open_due(const ent_taking *taken, size_t limit);

/* --- postgres_names.c: a part of taking ------------------------------------------- */

/*
 * Those of the rows of FIND_DUE, from the first on, as ent_store_lock_customer(). Sets
 * how many have another name.
 */
bool ent_postgres_lock_customers(ent_store *store, ent_sql_rows *rows, size_t *found);

#endif
