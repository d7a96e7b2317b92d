/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/store.h"

#include <string.h>

/* One verdict and what it is about. */
typedef struct settling {
    ent_store *store;
    const ent_ledger_verdict *verdict;
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
finish(const settling *work, const ent_row *row, ent_record_state state)
{
    const ent_ledger_verdict *verdict = work->verdict;
    bool is_accepted = state == ENT_RECORD_ACCEPTED;
    const ent_ending ending = {
        .state = state,
        .metering_record_id = is_accepted ? verdict->text : NULL,
        .reason = is_accepted ? NULL : verdict->text,
    };
    return ent_store_finish(work->store, verdict->record, row, &ending);
}

static bool
settle_row(const settling *work, const ent_row *row)
{
    ent_store *store = work->store;
    int64_t record = work->verdict->record;

    switch (work->verdict->settlement) {
    case ENT_SETTLED_ACCEPTED:
        return finish(work, row, ENT_RECORD_ACCEPTED);
    case ENT_SETTLED_REJECTED:
        return finish(work, row, ENT_RECORD_REJECTED);
    case ENT_SETTLED_LOST:
        return finish(work, row, ENT_RECORD_LOST);
    case ENT_SETTLED_UNKNOWN:
        return let_go(store, record);
    case ENT_SETTLED_UNSENT:
        return row->is_doubtful ? let_go(store, record)
                                : ent_store_do_to(store, ENT_SQL_THAW, record);
    case ENT_SETTLED_CARRY:
        if (row->is_doubtful) {
            return finish(work, row, ENT_RECORD_LOST);
        }
        return ent_store_do_to(store, ENT_SQL_THAW, record) &&
               ent_store_carry(store, record, row->key, work->now_s);
    }
    return false;
}

/* Before the row forgets whose it was. */
static bool
note_subscription(const settling *work)
{
    const ent_ledger_verdict *verdict = work->verdict;

    return !verdict->is_of_former_customer ||
           ent_store_note_subscription(work->store, verdict->record, false);
}

bool
ent_store_is_plain(const ent_ledger_verdict *verdict)
{
    return verdict->settlement == ENT_SETTLED_ACCEPTED &&
           !verdict->is_of_former_customer;
}

bool
ent_store_settle_one(
    ent_store *store, const char *owner, ent_ledger_verdict *verdict, int64_t now_s)
{
    const settling work = { store, verdict, now_s };
    ent_row row;
    bool found = false;

    if (!ent_store_find_row(store, verdict->record, &row, &found)) {
        return false;
    }
    verdict->is_settled =
        found && row.state == ENT_RECORD_SENDING && strcmp(row.owner, owner) == 0;
    return !verdict->is_settled ||
           (note_subscription(&work) && settle_row(&work, &row));
}
