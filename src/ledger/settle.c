/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/store.h"

#include <string.h>

typedef struct settling {
    ent_store *store;
    const char *owner;
    ent_ledger_verdict *verdicts;
    size_t count;
    int64_t now_s;
    /* What most ledgers have none of need not be looked for with each record. */
    bool has_tags;
    bool has_former_customers;
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
finish(
    const settling *work,
    const ent_ledger_verdict *verdict,
    const ent_row *row,
    ent_record_state state)
{
    bool is_accepted = state == ENT_RECORD_ACCEPTED;
    const ent_ending ending = {
        .state = state,
        .metering_record_id = is_accepted ? verdict->text : NULL,
        .reason = is_accepted ? NULL : verdict->text,
        .has_no_tags = !work->has_tags,
    };
    return ent_store_finish(work->store, verdict->record, row, &ending);
}

static bool
settle_row(const settling *work, const ent_ledger_verdict *verdict, const ent_row *row)
{
    ent_store *store = work->store;
    int64_t record = verdict->record;

    switch (verdict->settlement) {
    case ENT_SETTLED_ACCEPTED:
        return finish(work, verdict, row, ENT_RECORD_ACCEPTED);
    case ENT_SETTLED_REJECTED:
        return finish(work, verdict, row, ENT_RECORD_REJECTED);
    case ENT_SETTLED_LOST:
        return finish(work, verdict, row, ENT_RECORD_LOST);
    case ENT_SETTLED_UNKNOWN:
        return let_go(store, record);
    case ENT_SETTLED_UNSENT:
        return row->is_doubtful ? let_go(store, record)
                                : ent_store_do_to(store, ENT_SQL_THAW, record);
    case ENT_SETTLED_CARRY:
        if (row->is_doubtful) {
            return finish(work, verdict, row, ENT_RECORD_LOST);
        }
        return ent_store_do_to(store, ENT_SQL_THAW, record) &&
               ent_store_carry(store, record, row->key, work->now_s);
    }
    return false;
}

/* Before the row forgets whose it was. */
static bool
note_subscription(settling *work, const ent_ledger_verdict *verdict)
{
    if (verdict->is_of_former_customer) {
        work->has_former_customers = true;
        return ent_store_note_subscription(work->store, verdict->record, false);
    }
    return verdict->settlement != ENT_SETTLED_ACCEPTED || !work->has_former_customers ||
           ent_store_note_subscription(work->store, verdict->record, true);
}

static bool
settle(settling *work, ent_ledger_verdict *verdict)
{
    ent_row row;
    bool found = false;

    if (!ent_store_find_row(work->store, verdict->record, &row, &found)) {
        return false;
    }
    verdict->is_settled =
        found && row.state == ENT_RECORD_SENDING && strcmp(row.owner, work->owner) == 0;
    return !verdict->is_settled ||
           (note_subscription(work, verdict) && settle_row(work, verdict, &row));
}

bool
ent_store_settle_one(
    ent_store *store, const char *owner, ent_ledger_verdict *verdict, int64_t now_s)
{
    settling work = {
        .store = store,
        .owner = owner,
        .now_s = now_s,
        .has_tags = true,
        .has_former_customers = true,
    };
    return settle(&work, verdict);
}

static bool
settle_all(void *context)
{
    settling *work = context;
    bool holds =
        ent_store_has_any(work->store, ENT_SQL_HAS_ANY_TAGS, &work->has_tags) &&
        ent_store_has_any(
            work->store, ENT_SQL_HAS_FORMER_CUSTOMERS, &work->has_former_customers);

    for (size_t i = 0; holds && i < work->count; i++) {
        holds = settle(work, &work->verdicts[i]);
    }
    return holds;
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
    settling work = {
        .store = (ent_store *)base,
        .owner = owner,
        .verdicts = verdicts,
        .count = count,
        .now_s = now_s,
    };

    return ent_sql_transact(work.store->sql, settle_all, &work, error);
}
