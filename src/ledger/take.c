/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "ledger/store.h"

#include <string.h>

enum { REQUEST_LIMIT = 1024 * 1024 };

/* One take on its way. */
typedef struct taking {
    ent_taking base; /* first */
    int64_t *records;
    size_t count;
    size_t limit;
} taking;

ent_sql_rows *
ent_store_open_due(const ent_taking *taken, size_t limit)
{
    const ent_ledger_claim *claim = taken->claim;
    int64_t latest_s = claim->now_s - (claim->is_final ? 0 : ENT_LEDGER_HOUR_S);

    return ent_sql_open(
        taken->store->sql,
        ENT_SQL_FIND_DUE,
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

/* Their numbers first: taking them changes what the search goes over. */
static bool
find_due(taking *taken)
{
    ent_sql_rows *rows = ent_store_open_due(&taken->base, taken->limit);

    taken->count = 0;
    while (taken->count < taken->limit && ent_sql_next(rows)) {
        taken->records[taken->count++] = ent_sql_integer_of(rows, 0);
    }
    return ent_sql_close(rows);
}

/* --- The parts of a record -------------------------------------------------------- */

typedef struct tag_list {
    ent_tag_sum *sums;
    size_t count;
    int64_t total;
} tag_list;

static void
clear_tags(const entitle_runtime *runtime, tag_list *list)
{
    for (size_t i = 0; list->sums != NULL && i < list->count; i++) {
        ent_release(runtime, (char *)(uintptr_t)list->sums[i].tags);
    }
    ent_release(runtime, list->sums);
}

static bool
add_tag(
    const entitle_runtime *runtime, tag_list *list, const char *tags, int64_t quantity)
{
    if (list->sums == NULL) {
        list->sums =
            ent_allocate(runtime, ENT_LEDGER_TAG_SETS_MAXIMUM * sizeof(*list->sums));
    }
    char *copy = list->sums != NULL ? ent_duplicate(runtime, tags, strlen(tags)) : NULL;
    if (copy == NULL) {
        return false;
    }
    list->sums[list->count++] = (ent_tag_sum){ .tags = copy, .quantity = quantity };
    list->total += quantity;
    return true;
}

/* The parts add up to the quantity: the last one has no tags. */
static bool
read_tags(ent_store *store, int64_t record, int64_t quantity, tag_list *list)
{
    ent_sql_rows *rows = ent_sql_open(
        store->sql, ENT_SQL_LIST_TAGS, ENT_SQL_WITH(ent_sql_integer(record)));
    bool holds = true;

    while (holds && list->count < ENT_LEDGER_TAG_SETS_MAXIMUM - 1 &&
           ent_sql_next(rows)) {
        holds = add_tag(
            &store->runtime,
            list,
            ent_sql_text_of(rows, 0),
            ent_sql_integer_of(rows, 1));
    }
    if (!ent_sql_close(rows)) {
        return false;
    }
    if (holds && list->count > 0 && list->total != quantity) {
        holds = add_tag(&store->runtime, list, "", quantity - list->total);
    }
    return holds || ent_sql_set_trouble(store->sql, ENT_SQL_NO_MEMORY);
}

/* --- Freezing --------------------------------------------------------------------- */

static bool
store_request(const ent_taking *taken, int64_t record, const ent_buffer *request)
{
    const ent_ledger_claim *claim = taken->claim;

    return ent_sql_run(
        taken->store->sql,
        ENT_SQL_FREEZE,
        ENT_SQL_WITH(
            ent_sql_integer(record),
            ent_sql_blob(request->bytes, request->length),
            ent_sql_text(claim->owner),
            ent_sql_integer(claim->now_s + claim->lease_s)));
}

/* The row as it is, for the caller's freezer. */
static bool
write_request(
    const ent_taking *taken, int64_t record, const tag_list *tags, ent_buffer *out)
{
    ent_sql *sql = taken->store->sql;
    ent_sql_rows *rows =
        ent_sql_open(sql, ENT_SQL_FIND_RECORD, ENT_SQL_WITH(ent_sql_integer(record)));
    bool found = ent_sql_next(rows);
    bool holds = false;

    if (found) {
        ent_ledger_record row;
        ent_store_read_record(rows, taken->claim->now_s, &row);
        holds = taken->freeze(taken->context, &row, tags->sums, tags->count, out) &&
                !out->failed;
    }
    if (!ent_sql_close(rows)) {
        return false;
    }
    return holds ||
           ent_sql_set_trouble(sql, found ? ENT_SQL_NO_MEMORY : ENT_SQL_ROW_IS_MISSING);
}

static bool
freeze(const ent_taking *taken, int64_t record, int64_t quantity)
{
    ent_store *store = taken->store;
    tag_list tags = { 0 };
    ent_buffer request;
    ent_buffer_init(&request, &store->runtime, REQUEST_LIMIT);
    bool holds = read_tags(store, record, quantity, &tags) &&
                 write_request(taken, record, &tags, &request) &&
                 store_request(taken, record, &request);
    clear_tags(&store->runtime, &tags);
    ent_buffer_clear(&request);
    return holds;
}

/* --- Taking ----------------------------------------------------------------------- */

static bool
take_over(const ent_taking *taken, int64_t record)
{
    const ent_ledger_claim *claim = taken->claim;

    return ent_sql_run(
        taken->store->sql,
        ENT_SQL_TAKE_OVER,
        ENT_SQL_WITH(
            ent_sql_integer(record),
            ent_sql_text(claim->owner),
            ent_sql_integer(claim->now_s + claim->lease_s)));
}

/* The customer's hour may bear one name only. */
static bool
find_other_identity(const ent_taking *taken, int64_t record, bool *found)
{
    *found = false;
    if (!taken->claim->with_customers) {
        return true;
    }
    ent_sql_rows *rows = ent_sql_open(
        taken->store->sql, ENT_SQL_FIND_RECORD, ENT_SQL_WITH(ent_sql_integer(record)));
    bool holds = true;
    if (ent_sql_next(rows)) {
        ent_ledger_record row;
        ent_store_read_record(rows, taken->claim->now_s, &row);
        holds = row.key.form == ENT_CUSTOMER_OF_INSTANCE ||
                (ent_store_lock_customer(taken->store, &row.key) &&
                 ent_store_find_other_identity(
                     taken->store, &row.key, row.hour_s, false, found));
    }
    return ent_sql_close(rows) && holds;
}

static bool
take_unsent(const ent_taking *taken, int64_t record, const ent_row *row)
{
    ent_store *store = taken->store;
    bool has_other_name = false;
    if (!find_other_identity(taken, record, &has_other_name)) {
        return false;
    }
    if (has_other_name) {
        return ent_store_finish(
            store,
            record,
            row->quantity,
            ENT_RECORD_REJECTED,
            "",
            "the customer's usage of this hour was reported under another name: both "
            "would be billed");
    }
    int64_t excess = row->quantity - ENT_LEDGER_QUANTITY_MAXIMUM;
    if (excess <= 0) {
        return freeze(taken, record, row->quantity);
    }
    return ent_store_split(store, record, excess, taken->claim->now_s) &&
           freeze(taken, record, ENT_LEDGER_QUANTITY_MAXIMUM);
}

bool
ent_store_take_record(const ent_taking *taken, int64_t record)
{
    ent_row row;

    if (!ent_store_get_row(taken->store, record, &row)) {
        return false;
    }
    return row.state == ENT_RECORD_UNSENT ? take_unsent(taken, record, &row)
                                          : take_over(taken, record);
}

static bool
take_all(void *context)
{
    taking *taken = context;
    bool holds = find_due(taken);

    for (size_t i = 0; holds && i < taken->count; i++) {
        holds = ent_store_take_record(&taken->base, taken->records[i]);
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

entitle_status
ent_store_take(
    ent_ledger *base,
    const ent_ledger_claim *claim,
    size_t limit,
    ent_ledger_freezer *freeze_record,
    ent_ledger_visitor *visit,
    void *context,
    entitle_error *error)
{
    ent_store *store = (ent_store *)base;
    taking taken = {
        .base = { store, claim, freeze_record, context },
        .records = ent_allocate(&store->runtime, limit * sizeof(*taken.records)),
        .limit = limit,
    };
    if (taken.records == NULL) {
        return ent_fail_memory(error);
    }
    entitle_status status = ent_sql_transact(store->sql, take_all, &taken, error);
    for (size_t i = 0; status == ENTITLE_OK && i < taken.count; i++) {
        status = ent_store_show(&taken.base, taken.records[i], visit, error);
    }
    ent_release(&store->runtime, taken.records);
    return status;
}
