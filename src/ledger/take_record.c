/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buffer.h"
#include "base/memory.h"
#include "ledger/store.h"

#include <string.h>

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
write_with_tags(
    const ent_taking *taken,
    const ent_ledger_record *record,
    const tag_list *tags,
    ent_buffer *request)
{
    return (taken->freeze(taken->context, record, tags->sums, tags->count, request) &&
            !request->failed) ||
           ent_sql_set_trouble(taken->store->sql, ENT_SQL_NO_MEMORY);
}

bool
ent_store_write_request(
    const ent_taking *taken,
    const ent_ledger_record *record,
    bool may_have_tags,
    ent_buffer *request)
{
    ent_store *store = taken->store;
    tag_list tags = { 0 };
    bool holds =
        (!may_have_tags || read_tags(store, record->id, record->quantity, &tags)) &&
        write_with_tags(taken, record, &tags, request);

    clear_tags(&store->runtime, &tags);
    return holds;
}

static bool
freeze(
    const ent_taking *taken, const ent_ledger_record *record, const ent_buffer *request)
{
    const ent_ledger_claim *claim = taken->claim;

    return ent_sql_run(
        taken->store->sql,
        ENT_SQL_FREEZE,
        ENT_SQL_WITH(
            ent_sql_integer(record->id),
            ent_sql_blob(request->bytes, request->length),
            ent_sql_text(claim->owner),
            ent_sql_integer(claim->now_s + claim->lease_s)));
}

/* The row as it is now. */
static bool
freeze_row(const ent_taking *taken, int64_t id)
{
    ent_store *store = taken->store;
    ent_sql_rows *rows = ent_sql_open(
        store->sql, ENT_SQL_FIND_RECORD, ENT_SQL_WITH(ent_sql_integer(id)));
    ent_ledger_record *record = NULL;
    ent_buffer request;
    bool found = ent_sql_next(rows);

    ent_buffer_init(&request, &store->runtime, ENT_STORE_REQUEST_LIMIT);
    if (found) {
        record = ent_store_copy_record(store, rows, taken->claim->now_s);
    }
    bool holds = ent_sql_close(rows);
    if (holds && record == NULL) {
        (void)ent_sql_set_trouble(
            store->sql, found ? ENT_SQL_NO_MEMORY : ENT_SQL_ROW_IS_MISSING);
    }
    holds = holds && record != NULL &&
            ent_store_write_request(taken, record, true, &request) &&
            freeze(taken, record, &request);
    ent_buffer_clear(&request);
    ent_release(&store->runtime, record);
    return holds;
}

/* --- Taking ---------------------------------------------------------------------- */

bool
ent_store_take_over(const ent_taking *taken, int64_t record)
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

bool
ent_store_find_other_name(
    const ent_taking *taken, const ent_ledger_record *record, bool *found)
{
    *found = false;
    return record->key.form == ENT_CUSTOMER_OF_INSTANCE ||
           (ent_store_lock_customer(taken->store, &record->key) &&
            ent_store_find_other_identity(
                taken->store, &record->key, record->hour_s, false, found));
}

static bool
find_other_name_of(const ent_taking *taken, int64_t id, bool *found)
{
    *found = false;
    if (!taken->claim->with_customers) {
        return true;
    }
    ent_sql_rows *rows = ent_sql_open(
        taken->store->sql, ENT_SQL_FIND_RECORD, ENT_SQL_WITH(ent_sql_integer(id)));
    bool holds = true;
    if (ent_sql_next(rows)) {
        ent_ledger_record record;
        ent_store_read_record(rows, taken->claim->now_s, &record);
        holds = ent_store_find_other_name(taken, &record, found);
    }
    return ent_sql_close(rows) && holds;
}

static bool
take_unsent(const ent_taking *taken, int64_t record, const ent_row *row)
{
    ent_store *store = taken->store;
    bool has_other_name = false;
    if (!find_other_name_of(taken, record, &has_other_name)) {
        return false;
    }
    if (has_other_name) {
        const ent_ending ending = {
            .state = ENT_RECORD_REJECTED,
            .reason = "the customer's usage of this hour was reported under another "
                      "name: both would be billed",
        };
        return ent_store_finish(store, record, row, &ending);
    }
    int64_t excess = row->quantity - ENT_LEDGER_QUANTITY_MAXIMUM;
    if (excess <= 0) {
        return freeze_row(taken, record);
    }
    return ent_store_split(store, record, excess, taken->claim->now_s) &&
           freeze_row(taken, record);
}

bool
ent_store_take_record(const ent_taking *taken, int64_t record)
{
    ent_row row;

    if (!ent_store_get_row(taken->store, record, &row)) {
        return false;
    }
    return row.state == ENT_RECORD_UNSENT ? take_unsent(taken, record, &row)
                                          : ent_store_take_over(taken, record);
}
