/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "ledger/sqlite_backend.h"

/*
 * Nearly all that is due is frozen as it was found: those are stored a group at a time,
 * and before anything that looks at other records.
 */

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
    const due_record *frozen[ENT_SQLITE_GROUP]; /* and not stored yet */
    size_t frozen_count;
} taking;

/* --- What is due ------------------------------------------------------------------ */

static void
forget_attempt(taking *taken)
{
    const entitle_runtime *runtime = &taken->base.store->runtime;

    for (size_t i = 0; i < taken->count; i++) {
        ent_release(runtime, taken->due[i].record);
        ent_buffer_clear(&taken->due[i].request);
    }
    taken->count = 0;
    taken->frozen_count = 0;
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

/* --- Taking what was found -------------------------------------------------------- */

static bool
store_frozen(taking *taken)
{
    const ent_ledger_claim *claim = taken->base.claim;
    ent_sql_value values[2 * ENT_SQLITE_GROUP + 2];

    if (taken->frozen_count == 0) {
        return true;
    }
    for (size_t i = 0; i < ENT_SQLITE_GROUP; i++) {
        const due_record *due = i < taken->frozen_count ? taken->frozen[i] : NULL;
        values[2 * i] = due != NULL ? ent_sql_integer(due->id) : ent_sql_text(NULL);
        values[2 * i + 1] = due != NULL
                                ? ent_sql_blob(due->request.bytes, due->request.length)
                                : ent_sql_text(NULL);
    }
    values[2 * ENT_SQLITE_GROUP] = ent_sql_text(claim->owner);
    values[2 * ENT_SQLITE_GROUP + 1] = ent_sql_integer(claim->now_s + claim->lease_s);
    taken->frozen_count = 0;
    return ent_sql_run(
        taken->base.store->sql,
        (ent_sql_statement)ENT_SQL_FREEZE_GROUP,
        values,
        sizeof(values) / sizeof(values[0]));
}

static bool
take_by_itself(taking *taken, due_record *due)
{
    bool holds = store_frozen(taken);

    ent_release(&taken->base.store->runtime, due->record);
    due->record = NULL;
    return holds && ent_store_take_record(&taken->base, due->id);
}

/* Left in sending by another, who may have sent it. */
static bool
take_left(const taking *taken, due_record *due)
{
    due->record->is_doubtful = due->record->is_doubtful || due->had_owner;
    return ent_store_take_over(&taken->base, due->id);
}

static bool
take_plainly(taking *taken, due_record *due)
{
    ent_ledger_record *record = due->record;

    if (!ent_store_write_request(
            &taken->base, record, taken->has_tags, &due->request)) {
        return false;
    }
    record->state = ENT_USAGE_SENDING;
    record->request = due->request.bytes;
    record->request_length = due->request.length;
    taken->frozen[taken->frozen_count++] = due;
    return taken->frozen_count < ENT_SQLITE_GROUP || store_frozen(taken);
}

/* Of which the customer's other name is: it may be in what is not stored yet. */
static bool
has_frozen_other_form(const taking *taken, const due_record *due)
{
    size_t i = 0;

    while (i < taken->frozen_count &&
           taken->frozen[i]->record->key.form == due->record->key.form) {
        i++;
    }
    return i < taken->frozen_count;
}

static bool
find_other_name(taking *taken, const due_record *due, bool *found)
{
    *found = false;
    if (!taken->has_kept_customers) {
        return true;
    }
    bool holds = !has_frozen_other_form(taken, due) || store_frozen(taken);

    return holds && ent_store_find_other_name(&taken->base, due->record, found);
}

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
    if (!find_other_name(taken, due, &has_other_name)) {
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
    return holds && store_frozen(taken);
}

/* --- Showing: only what is durable ------------------------------------------------ */

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
ent_sqlite_take(
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
