/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "ledger/store.h"

/* One that is due, as it was found, and what becomes of it. */
typedef struct due_record {
    int64_t id;
    ent_ledger_record *record; /* a copy; NULL: to be taken, and shown, by itself */
    bool had_owner;
    ent_buffer request; /* frozen now */
} due_record;

/* One take on its way. */
typedef struct taking {
    ent_taking base; /* first */
    due_record *due;
    size_t count;
    size_t limit;
    bool has_tags; /* any record of the ledger */
    bool has_kept_customers;
    bool has_split; /* what was found of the others may not hold any more */
} taking;

ent_sql_rows *
ent_store_open_due(const ent_taking *taken, ent_sql_statement which, size_t limit)
{
    const ent_ledger_claim *claim = taken->claim;
    int64_t latest_s = claim->now_s - (claim->is_final ? 0 : ENT_LEDGER_HOUR_S);

    return ent_sql_open(
        taken->store->sql,
        which,
        ENT_SQL_WITH(
            ent_sql_integer(latest_s),
            ent_sql_integer(claim->now_s),
            ent_sql_text(claim->instance),
            ent_sql_integer(claim->with_customers),
            ent_sql_text(claim->customer),
            ent_sql_text(claim->product_code),
            ent_sql_integer((int64_t)limit),
            ent_sql_integer(claim->is_only_sender),
            ent_sql_text(claim->owner)));
}

/* --- Taking what was found -------------------------------------------------------- */

static void
forget_attempt(taking *taken)
{
    const entitle_runtime *runtime = &taken->base.store->runtime;

    for (size_t i = 0; i < taken->count; i++) {
        ent_release(runtime, taken->due[i].record);
        ent_buffer_clear(&taken->due[i].request);
    }
    taken->count = 0;
    taken->has_split = false;
}

/* All of them first: taking them changes what the search goes over. */
static bool
find_due(taking *taken)
{
    ent_store *store = taken->base.store;
    ent_sql_rows *rows =
        ent_store_open_due(&taken->base, ENT_SQL_FIND_DUE, taken->limit);
    bool holds = true;

    while (holds && taken->count < taken->limit && ent_sql_next(rows)) {
        due_record *due = &taken->due[taken->count++];
        *due = (due_record){ .id = ent_sql_integer_of(rows, 0) };
        ent_buffer_init(&due->request, &store->runtime, ENT_STORE_REQUEST_LIMIT);
        due->had_owner = ent_sql_text_of(rows, 15)[0] != '\0';
        due->record = ent_store_copy_record(store, rows, taken->base.claim->now_s);
        holds = due->record != NULL;
    }
    if (!ent_sql_close(rows)) {
        return false;
    }
    return holds || ent_sql_set_trouble(store->sql, ENT_SQL_NO_MEMORY);
}

static bool
take_by_itself(taking *taken, due_record *due)
{
    ent_release(&taken->base.store->runtime, due->record);
    due->record = NULL;
    return ent_store_take_record(&taken->base, due->id);
}

/* Left in sending by another, who may have sent it. */
static bool
take_left(const taking *taken, due_record *due)
{
    due->record->is_doubtful = due->record->is_doubtful || due->had_owner;
    return ent_store_take_over(&taken->base, due->id);
}

static bool
take_plainly(const taking *taken, due_record *due)
{
    ent_ledger_record *record = due->record;
    bool holds = ent_store_freeze(&taken->base, record, taken->has_tags, &due->request);

    record->state = ENT_USAGE_SENDING;
    record->request = due->request.bytes;
    record->request_length = due->request.length;
    return holds;
}

/* Nearly all that is due is frozen as it was found. */
static bool
take_due(taking *taken, due_record *due)
{
    bool has_other_name = false;

    if (taken->has_split) {
        return take_by_itself(taken, due);
    }
    if (due->record->state == ENT_USAGE_SENDING) {
        return take_left(taken, due);
    }
    if (taken->has_kept_customers &&
        !ent_store_find_other_name(&taken->base, due->record, &has_other_name)) {
        return false;
    }
    taken->has_split = due->record->quantity > ENT_LEDGER_QUANTITY_MAXIMUM;
    return taken->has_split || has_other_name ? take_by_itself(taken, due)
                                              : take_plainly(taken, due);
}

/* An instance would go over all that is due of customers to find nothing of its own. */
static bool
may_have_due(const taking *taken, bool *out)
{
    *out = true;
    return taken->base.claim->with_customers ||
           ent_store_has_any(taken->base.store, ENT_SQL_HAS_INSTANCES, out);
}

static bool
take_all(void *context)
{
    taking *taken = context;

    ent_store *store = taken->base.store;
    bool may_have = false;

    forget_attempt(taken);
    bool holds = ent_store_has_any(store, ENT_SQL_HAS_ANY_TAGS, &taken->has_tags) &&
                 ent_store_has_any(
                     store, ENT_SQL_HAS_KEPT_CUSTOMERS, &taken->has_kept_customers) &&
                 may_have_due(taken, &may_have) && (!may_have || find_due(taken));
    for (size_t i = 0; holds && i < taken->count; i++) {
        holds = take_due(taken, &taken->due[i]);
    }
    return holds;
}

/* --- Showing: only what is durable ------------------------------------------------ */

typedef struct showing {
    const ent_taking *taken;
    int64_t record;
    ent_ledger_visitor *visit;
} showing;

static bool
show(void *context)
{
    const showing *shown = context;
    ent_sql *sql = shown->taken->store->sql;
    ent_sql_rows *rows = ent_sql_open(
        sql, ENT_SQL_FIND_RECORD, ENT_SQL_WITH(ent_sql_integer(shown->record)));
    bool found = ent_sql_next(rows);

    if (found) {
        ent_ledger_record row;
        ent_store_read_record(rows, shown->taken->claim->now_s, &row);
        shown->visit(shown->taken->context, &row);
    }
    return ent_sql_close(rows) &&
           (found || ent_sql_set_trouble(sql, ENT_SQL_ROW_IS_MISSING));
}

entitle_status
ent_store_show(
    const ent_taking *taken,
    int64_t record,
    ent_ledger_visitor *visit,
    entitle_error *error)
{
    showing shown = { taken, record, visit };

    return ent_sql_look(taken->store->sql, show, &shown, error);
}

static entitle_status
show_all(const taking *taken, ent_ledger_visitor *visit, entitle_error *error)
{
    entitle_status status = ENTITLE_OK;

    for (size_t i = 0; status == ENTITLE_OK && i < taken->count; i++) {
        const due_record *due = &taken->due[i];
        if (due->record != NULL) {
            visit(taken->base.context, due->record);
        } else {
            status = ent_store_show(&taken->base, due->id, visit, error);
        }
    }
    return status;
}

entitle_status
ent_store_take(
    ent_ledger *base,
    const ent_ledger_claim *claim,
    size_t limit,
    ent_ledger_freezer *freeze,
    ent_ledger_visitor *visit,
    void *context,
    entitle_error *error)
{
    ent_store *store = (ent_store *)base;
    taking taken = {
        .base = { store, claim, freeze, context },
        .due = ent_allocate(&store->runtime, limit * sizeof(*taken.due)),
        .limit = limit,
    };
    if (taken.due == NULL) {
        return ent_fail_memory(error);
    }
    entitle_status status = ent_sql_transact(store->sql, take_all, &taken, error);
    if (status == ENTITLE_OK) {
        status = show_all(&taken, visit, error);
    }
    forget_attempt(&taken);
    ent_release(&store->runtime, taken.due);
    return status;
}
