/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "ledger/sqlite_state.h"

#include <string.h>

enum { REQUEST_LIMIT = 1024 * 1024 };

/* One take on its way. */
typedef struct taking {
    ent_sqlite *ledger;
    const ent_ledger_claim *claim;
    ent_ledger_freezer *freeze;
    void *context;
    int64_t *records;
    size_t count;
    size_t limit;
} taking;

static bool
bind_claim(sqlite3_stmt *statement, const ent_ledger_claim *claim, size_t limit)
{
    int64_t latest_s = claim->now_s - (claim->is_final ? 0 : ENT_LEDGER_HOUR_S);

    return statement != NULL && ent_sqlite_bind_integer(statement, 1, latest_s) &&
           ent_sqlite_bind_integer(statement, 2, claim->now_s) &&
           ent_sqlite_bind_text(statement, 3, claim->instance) &&
           ent_sqlite_bind_integer(statement, 4, claim->with_customers) &&
           ent_sqlite_bind_text(statement, 5, claim->customer) &&
           ent_sqlite_bind_text(statement, 6, claim->product_code) &&
           ent_sqlite_bind_integer(statement, 7, (int64_t)limit) &&
           ent_sqlite_bind_integer(statement, 8, claim->is_only_sender);
}

/* Their numbers first: taking them changes what the search goes over. */
static bool
find_due(taking *taken)
{
    sqlite3_stmt *statement = ent_sqlite_statement_of(taken->ledger, ENT_SQL_FIND_DUE);
    if (!bind_claim(statement, taken->claim, taken->limit)) {
        return false;
    }
    int result = sqlite3_step(statement);
    while (result == SQLITE_ROW && taken->count < taken->limit) {
        taken->records[taken->count++] = sqlite3_column_int64(statement, 0);
        result = sqlite3_step(statement);
    }
    return sqlite3_reset(statement) == SQLITE_OK &&
           (result == SQLITE_DONE || result == SQLITE_ROW);
}

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
    char *copy = tags != NULL ? ent_duplicate(runtime, tags, strlen(tags)) : NULL;
    if (copy == NULL) {
        return false;
    }
    list->sums[list->count++] = (ent_tag_sum){ .tags = copy, .quantity = quantity };
    list->total += quantity;
    return true;
}

static bool
read_tags(ent_sqlite *ledger, int64_t record, tag_list *list)
{
    sqlite3_stmt *statement = ent_sqlite_statement_of(ledger, ENT_SQL_LIST_TAGS);
    if (statement == NULL || !ent_sqlite_bind_integer(statement, 1, record)) {
        return false;
    }
    int result = sqlite3_step(statement);
    if (result == SQLITE_ROW) {
        list->sums = ent_allocate(
            &ledger->runtime, ENT_LEDGER_TAG_SETS_MAXIMUM * sizeof(*list->sums));
    }
    bool holds = result != SQLITE_ROW || list->sums != NULL;
    while (holds && result == SQLITE_ROW &&
           list->count < ENT_LEDGER_TAG_SETS_MAXIMUM - 1) {
        holds = add_tag(
            &ledger->runtime,
            list,
            (const char *)sqlite3_column_text(statement, 0),
            sqlite3_column_int64(statement, 1));
        result = sqlite3_step(statement);
    }
    if (!holds) {
        ent_sqlite_set_trouble(ledger, SQLITE_NOMEM);
    }
    return sqlite3_reset(statement) == SQLITE_OK && holds && result == SQLITE_DONE;
}

/* The buckets add up to the quantity: the last one has no tags. */
static bool
fill_rest(ent_sqlite *ledger, tag_list *list, int64_t quantity)
{
    if (list->count == 0 || list->total == quantity ||
        add_tag(&ledger->runtime, list, "", quantity - list->total)) {
        return true;
    }
    ent_sqlite_set_trouble(ledger, SQLITE_NOMEM);
    return false;
}

static bool
store_request(
    ent_sqlite *ledger,
    int64_t record,
    const ent_buffer *request,
    const ent_ledger_claim *claim)
{
    sqlite3_stmt *statement = ent_sqlite_statement_of(ledger, ENT_SQL_FREEZE);

    return statement != NULL && ent_sqlite_bind_integer(statement, 1, record) &&
           sqlite3_bind_blob64(
               statement, 2, request->bytes, request->length, SQLITE_STATIC) ==
               SQLITE_OK &&
           ent_sqlite_bind_text(statement, 3, claim->owner) &&
           ent_sqlite_bind_integer(statement, 4, claim->now_s + claim->lease_s) &&
           ent_sqlite_run(statement);
}

/* The row as it is, for the caller's freezer. */
static bool
write_request(
    const taking *taken, int64_t record, const tag_list *tags, ent_buffer *out)
{
    sqlite3_stmt *statement =
        ent_sqlite_statement_of(taken->ledger, ENT_SQL_FIND_RECORD);
    if (statement == NULL || !ent_sqlite_bind_integer(statement, 1, record)) {
        return false;
    }
    bool holds = sqlite3_step(statement) == SQLITE_ROW;
    if (holds) {
        ent_ledger_record row;
        ent_sqlite_read_record(statement, taken->claim->now_s, &row);
        holds = taken->freeze(taken->context, &row, tags->sums, tags->count, out) &&
                !out->failed;
        if (!holds) {
            ent_sqlite_set_trouble(taken->ledger, SQLITE_NOMEM);
        }
    }
    return sqlite3_reset(statement) == SQLITE_OK && holds;
}

static bool
freeze(const taking *taken, int64_t record, int64_t quantity)
{
    ent_sqlite *ledger = taken->ledger;
    tag_list tags = { 0 };
    ent_buffer request;
    ent_buffer_init(&request, &ledger->runtime, REQUEST_LIMIT);
    bool holds = read_tags(ledger, record, &tags) &&
                 fill_rest(ledger, &tags, quantity) &&
                 write_request(taken, record, &tags, &request) &&
                 store_request(ledger, record, &request, taken->claim);
    clear_tags(&ledger->runtime, &tags);
    ent_buffer_clear(&request);
    return holds;
}

static bool
take_over(const taking *taken, int64_t record)
{
    const ent_ledger_claim *claim = taken->claim;
    sqlite3_stmt *statement = ent_sqlite_statement_of(taken->ledger, ENT_SQL_TAKE_OVER);

    return statement != NULL && ent_sqlite_bind_integer(statement, 1, record) &&
           ent_sqlite_bind_text(statement, 2, claim->owner) &&
           ent_sqlite_bind_integer(statement, 3, claim->now_s + claim->lease_s) &&
           ent_sqlite_run(statement);
}

/* The customer's hour may bear one name only. */
static ent_sqlite_finding
find_other_identity(const taking *taken, int64_t record)
{
    sqlite3_stmt *statement =
        ent_sqlite_statement_of(taken->ledger, ENT_SQL_FIND_RECORD);
    if (!taken->claim->with_customers) {
        return ENT_SQLITE_NO;
    }
    if (statement == NULL || !ent_sqlite_bind_integer(statement, 1, record)) {
        return ENT_SQLITE_FIND_FAILED;
    }
    ent_sqlite_finding found = ENT_SQLITE_FIND_FAILED;
    if (sqlite3_step(statement) == SQLITE_ROW) {
        ent_ledger_record row;
        ent_sqlite_read_record(statement, taken->claim->now_s, &row);
        found = row.key.form == ENT_CUSTOMER_OF_INSTANCE
                    ? ENT_SQLITE_NO
                    : ent_sqlite_find_other_identity(
                          taken->ledger, &row.key, row.hour_s, false);
    }
    if (found == ENT_SQLITE_FIND_FAILED) {
        ent_sqlite_keep_trouble(taken->ledger);
    }
    return sqlite3_reset(statement) == SQLITE_OK ? found : ENT_SQLITE_FIND_FAILED;
}

static bool
take_record(const taking *taken, int64_t record)
{
    ent_sqlite_row row;
    bool found = false;
    if (!ent_sqlite_find_row(taken->ledger, record, &row, &found) || !found) {
        return false;
    }
    if (row.state != ENT_SQLITE_UNSENT) {
        return take_over(taken, record);
    }
    ent_sqlite_finding other = find_other_identity(taken, record);
    if (other != ENT_SQLITE_NO) {
        return other == ENT_SQLITE_YES &&
               ent_sqlite_finish(
                   taken->ledger,
                   record,
                   row.quantity,
                   ENT_SQLITE_REJECTED,
                   "",
                   "the customer's usage of this hour was reported under another name: "
                   "both would be billed");
    }
    int64_t excess = row.quantity - ENT_LEDGER_QUANTITY_MAXIMUM;
    if (excess <= 0) {
        return freeze(taken, record, row.quantity);
    }
    return ent_sqlite_split_record(
               taken->ledger, record, excess, taken->claim->now_s) &&
           freeze(taken, record, ENT_LEDGER_QUANTITY_MAXIMUM);
}

static entitle_status
take_all(taking *taken, entitle_error *error)
{
    if (!ent_sqlite_do(taken->ledger, ENT_SQL_BEGIN)) {
        return ent_sqlite_fail(taken->ledger, error);
    }
    bool holds = find_due(taken);
    for (size_t i = 0; holds && i < taken->count; i++) {
        holds = take_record(taken, taken->records[i]);
    }
    entitle_status status = holds ? ENTITLE_OK : ent_sqlite_fail(taken->ledger, error);
    return ent_sqlite_end(taken->ledger, status, error);
}

/* Only what is durable is shown. */
static entitle_status
show(
    const taking *taken,
    int64_t record,
    ent_ledger_visitor *visit,
    entitle_error *error)
{
    sqlite3_stmt *statement =
        ent_sqlite_statement_of(taken->ledger, ENT_SQL_FIND_RECORD);
    if (statement == NULL || !ent_sqlite_bind_integer(statement, 1, record)) {
        return ent_sqlite_fail(taken->ledger, error);
    }
    bool holds = sqlite3_step(statement) == SQLITE_ROW;
    if (holds) {
        ent_ledger_record row;
        ent_sqlite_read_record(statement, taken->claim->now_s, &row);
        visit(taken->context, &row);
    }
    return sqlite3_reset(statement) == SQLITE_OK && holds
               ? ENTITLE_OK
               : ent_sqlite_fail(taken->ledger, error);
}

entitle_status
ent_sqlite_take(
    ent_ledger *base,
    const ent_ledger_claim *claim,
    size_t limit,
    ent_ledger_freezer *freeze_record,
    ent_ledger_visitor *visit,
    void *context,
    entitle_error *error)
{
    ent_sqlite *ledger = (ent_sqlite *)base;
    taking taken = {
        .ledger = ledger,
        .claim = claim,
        .freeze = freeze_record,
        .context = context,
        .records = ent_allocate(&ledger->runtime, limit * sizeof(*taken.records)),
        .limit = limit,
    };
    if (taken.records == NULL) {
        return ent_fail_memory(error);
    }
    entitle_status status = take_all(&taken, error);
    for (size_t i = 0; status == ENTITLE_OK && i < taken.count; i++) {
        status = show(&taken, taken.records[i], visit, error);
    }
    ent_release(&ledger->runtime, taken.records);
    return status;
}
