/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/store.h"

/* Usage that cannot be sent as it is: too old, or left behind by an instance. */

/* What may have been sent cannot be moved: it could be billed twice. */
static bool
lose(ent_store *store, int64_t record, const ent_row *row, const char *reason)
{
    const char *why = row->state == ENT_RECORD_SENDING
                          ? "sent, but neither confirmed nor refused in time"
                          : reason;

    const ent_ending ending = { .state = ENT_RECORD_LOST, .reason = why };
    return ent_store_finish(store, record, row, &ending);
}

/* --- Too old ---------------------------------------------------------------------- */

typedef struct expiry {
    ent_store *store;
    bool of_customers;
    int64_t before_s;
    bool is_dropped;
    int64_t now_s;
    size_t *out_count;
} expiry;

static bool
expire_record(const expiry *past, int64_t record)
{
    ent_row row;
    if (!ent_store_get_row(past->store, record, &row)) {
        return false;
    }
    if (past->is_dropped || row.state == ENT_RECORD_SENDING) {
        return lose(past->store, record, &row, "older than AWS accepts");
    }
    return ent_store_carry(past->store, record, row.key, past->now_s);
}

/* 0: none is left. */
static bool
find_expired(const expiry *past, int64_t *record)
{
    return ent_sql_ask(
        past->store->sql,
        ENT_SQL_FIND_EXPIRED,
        ENT_SQL_WITH(
            ent_sql_integer(past->before_s),
            ent_sql_integer(past->of_customers),
            ent_sql_integer(past->now_s)),
        record);
}

static bool
expire_all(void *context)
{
    const expiry *past = context;
    int64_t record = 0;

    *past->out_count = 0;
    while (find_expired(past, &record)) {
        if (record == 0) {
            return true;
        }
        if (!expire_record(past, record)) {
            return false;
        }
        ++*past->out_count;
    }
    return false;
}

entitle_status
ent_store_expire(
    ent_ledger *base,
    bool of_customers,
    int64_t before_s,
    bool is_dropped,
    int64_t now_s,
    size_t *out_count,
    entitle_error *error)
{
    expiry past = { (ent_store *)base, of_customers, before_s,
                    is_dropped,        now_s,        out_count };

    return ent_sql_transact(past.store->sql, expire_all, &past, error);
}

/* --- Left behind ------------------------------------------------------------------ */

typedef struct adoption {
    ent_store *store;
    const char *instance;
    int64_t now_s;
    int64_t lease_s;
    size_t *out_count;
} adoption;

static bool
adopt_record(const adoption *heir, int64_t record)
{
    ent_row row;
    int64_t key = 0;
    if (!ent_store_get_row(heir->store, record, &row)) {
        return false;
    }
    if (row.state == ENT_RECORD_SENDING) {
        return lose(heir->store, record, &row, "");
    }
    return ent_store_heir_key(heir->store, record, heir->instance, &key) &&
           ent_store_carry(heir->store, record, key, heir->now_s);
}

/* 0: none is left. */
static bool
find_orphan(const adoption *heir, int64_t *record)
{
    return ent_sql_ask(
        heir->store->sql,
        ENT_SQL_FIND_ORPHAN,
        ENT_SQL_WITH(ent_sql_text(heir->instance), ent_sql_integer(heir->now_s)),
        record);
}

static bool
adopt_orphans(const adoption *heir)
{
    int64_t record = 0;

    while (find_orphan(heir, &record)) {
        if (record == 0) {
            return true;
        }
        if (!adopt_record(heir, record)) {
            return false;
        }
        ++*heir->out_count;
    }
    return false;
}

static bool
adopt_all(void *context)
{
    const adoption *heir = context;
    bool has_instances = false;

    *heir->out_count = 0;
    return ent_sql_run(
               heir->store->sql,
               ENT_SQL_KEEP_INSTANCE,
               ENT_SQL_WITH(
                   ent_sql_text(heir->instance),
                   ent_sql_integer(heir->now_s + heir->lease_s))) &&
           ent_store_has_any(heir->store, ENT_SQL_HAS_INSTANCES, &has_instances) &&
           (!has_instances || adopt_orphans(heir));
}

entitle_status
ent_store_adopt(
    ent_ledger *base,
    const char *instance,
    int64_t now_s,
    int64_t lease_s,
    size_t *out_count,
    entitle_error *error)
{
    adoption heir = { (ent_store *)base, instance, now_s, lease_s, out_count };

    return ent_sql_transact(heir.store->sql, adopt_all, &heir, error);
}
