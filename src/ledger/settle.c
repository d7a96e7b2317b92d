/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/store.h"

#include <string.h>

typedef struct settling {
    ent_store *store;
    const char *owner;
    ent_ledger_verdict *verdicts;
    size_t count;
    int64_t now_s;
} settling;

static bool
let_go(ent_store *store, int64_t record)
{
    return ent_sql_run(
        store->sql,
        ENT_SQL_LET_GO,
        ENT_SQL_WITH(ent_sql_integer(record), ent_sql_integer(1)));
}

static bool
settle_row(
    ent_store *store,
    const ent_ledger_verdict *verdict,
    const ent_row *row,
    int64_t now_s)
{
    int64_t record = verdict->record;
    const char *text = verdict->text;
    int64_t units = row->quantity;

    switch (verdict->settlement) {
    case ENT_SETTLED_ACCEPTED:
        return ent_store_finish(store, record, units, ENT_RECORD_ACCEPTED, text, "");
    case ENT_SETTLED_REJECTED:
        return ent_store_finish(store, record, units, ENT_RECORD_REJECTED, "", text);
    case ENT_SETTLED_LOST:
        return ent_store_finish(store, record, units, ENT_RECORD_LOST, "", text);
    case ENT_SETTLED_UNKNOWN:
        return let_go(store, record);
    case ENT_SETTLED_UNSENT:
        return row->is_doubtful ? let_go(store, record)
                                : ent_store_do_to(store, ENT_SQL_THAW, record);
    case ENT_SETTLED_CARRY:
        if (row->is_doubtful) {
            return ent_store_finish(store, record, units, ENT_RECORD_LOST, "", text);
        }
        return ent_store_do_to(store, ENT_SQL_THAW, record) &&
               ent_store_carry(store, record, row->key, now_s);
    }
    return false;
}

/* Before the row forgets whose it was. */
static bool
note_subscription(ent_store *store, const ent_ledger_verdict *verdict)
{
    if (verdict->is_of_former_customer) {
        return ent_store_note_subscription(store, verdict->record, false);
    }
    return verdict->settlement != ENT_SETTLED_ACCEPTED ||
           ent_store_note_subscription(store, verdict->record, true);
}

bool
ent_store_settle_one(
    ent_store *store, const char *owner, ent_ledger_verdict *verdict, int64_t now_s)
{
    ent_row row;
    bool found = false;

    if (!ent_store_find_row(store, verdict->record, &row, &found)) {
        return false;
    }
    verdict->is_settled =
        found && row.state == ENT_RECORD_SENDING && strcmp(row.owner, owner) == 0;
    return !verdict->is_settled || (note_subscription(store, verdict) &&
                                    settle_row(store, verdict, &row, now_s));
}

static bool
settle_all(void *context)
{
    const settling *work = context;

    for (size_t i = 0; i < work->count; i++) {
        if (!ent_store_settle_one(
                work->store, work->owner, &work->verdicts[i], work->now_s)) {
            return false;
        }
    }
    return true;
}

entitle_status
ent_store_settle(
    ent_ledger *base,
    const char *owner,
    ent_ledger_verdict *verdicts,
    size_t count,
    int64_t now_s,
    entitle_error *error)
{
    settling work = { (ent_store *)base, owner, verdicts, count, now_s };

    return ent_sql_transact(work.store->sql, settle_all, &work, error);
}
