/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "ledger/postgres_array.h"
#include "ledger/postgres_backend.h"
#include "ledger/postgres_state.h"

/*
 * Nearly all that is due is frozen as it is: those are frozen together. What is over
 * the maximum of a record, or of a customer that has another name in the same hour, is
 * taken one by one, and first: that may change what others hold.
 */
enum { REQUEST_LIMIT = 1024 * 1024 };

typedef struct due_record {
    int64_t id;
    bool is_single;     /* to be taken, and shown, by itself */
    bool is_taken;      /* that way */
    bool is_fresh;      /* frozen now, not left in sending by another */
    ent_buffer request; /* of what is frozen now */
} due_record;

/* Of those that are taken together. */
typedef enum due_choice { DUE_ALL, DUE_FRESH, DUE_LEFT } due_choice;

typedef struct bulk {
    ent_taking base;
    due_record *due; /* in their order */
    size_t count;
    size_t limit;
    bool has_other_names; /* customers of what is due */
    ent_sql_rows *rows;   /* of those that are taken together */
    ent_tag_parts parts;
} bulk;

static bool
fail_memory(const bulk *taken)
{
    return ent_sql_set_trouble(taken->base.store->sql, ENT_SQL_NO_MEMORY);
}

/* --- What is due ------------------------------------------------------------------ */

static void
forget_attempt(bulk *taken)
{
    (void)ent_sql_close(taken->rows);
    taken->rows = NULL;
    for (size_t i = 0; i < taken->count; i++) {
        ent_buffer_clear(&taken->due[i].request);
    }
    taken->count = 0;
    ent_postgres_forget_parts(&taken->base.store->runtime, &taken->parts);
}

/* Its rows tell all of what is due, too. */
static bool
find_due(bulk *taken)
{
    size_t other_names = 0;

    taken->rows = ent_postgres_open_due(&taken->base, taken->limit);
    while (taken->count < taken->limit && ent_sql_next(taken->rows)) {
        due_record *due = &taken->due[taken->count++];
        *due = (due_record){ .id = ent_sql_integer_of(taken->rows, 0) };
        ent_buffer_init(&due->request, &taken->base.store->runtime, REQUEST_LIMIT);
    }
    if (taken->rows == NULL) {
        return false;
    }
    ent_postgres_rewind(taken->rows);
    if (taken->base.claim->with_customers &&
        !ent_postgres_lock_customers(taken->base.store, taken->rows, &other_names)) {
        return false;
    }
    taken->has_other_names = other_names > 0;
    ent_postgres_rewind(taken->rows);
    return true;
}

static bool
is_chosen(const due_record *due, due_choice choice)
{
    return !due->is_single &&
           (choice == DUE_ALL || due->is_fresh == (choice == DUE_FRESH));
}

/* Their numbers and requests; how many there are. */
static size_t
list_records(const bulk *taken, due_choice choice, ent_postgres_array out[2])
{
    const entitle_runtime *runtime = &taken->base.store->runtime;
    size_t count = 0;

    for (size_t i = 0; i < taken->count; i++) {
        count += is_chosen(&taken->due[i], choice) ? 1 : 0;
    }
    ent_postgres_array_begin(&out[0], runtime, ENT_SQL_INTEGER_ARRAY, count);
    ent_postgres_array_begin(&out[1], runtime, ENT_SQL_BLOB_ARRAY, count);
    for (size_t i = 0; i < taken->count; i++) {
        const due_record *due = &taken->due[i];
        if (is_chosen(due, choice)) {
            ent_postgres_array_add_integer(&out[0], due->id);
            ent_postgres_array_add_blob(
                &out[1], ent_buffer_text(&due->request), due->request.length);
        }
    }
    return count;
}

static void
clear_pair(ent_postgres_array pair[2])
{
    ent_postgres_array_clear(&pair[0]);
    ent_postgres_array_clear(&pair[1]);
}

/* Opens a statement about all that are taken together. */
static ent_sql_rows *
open_for_all(const bulk *taken, ent_sql_statement which)
{
    ent_postgres_array arrays[2];
    ent_sql_rows *rows = NULL;

    (void)list_records(taken, DUE_ALL, arrays);
    if (ent_postgres_arrays_hold(arrays, 2)) {
        rows = ent_sql_open(
            taken->base.store->sql,
            which,
            ENT_SQL_WITH(ent_postgres_array_value(&arrays[0])));
    } else {
        (void)fail_memory(taken);
    }
    clear_pair(arrays);
    return rows;
}

/* --- One by one ------------------------------------------------------------------- */

static void
single_out(bulk *taken, int64_t record)
{
    for (size_t i = 0; i < taken->count; i++) {
        if (taken->due[i].id == record) {
            taken->due[i].is_single = true;
        }
    }
}

/* In their order, which decides who comes first under two names. */
static bool
take_each_single(bulk *taken)
{
    for (size_t i = 0; i < taken->count; i++) {
        due_record *due = &taken->due[i];
        if (due->is_single && !due->is_taken) {
            due->is_taken = true;
            if (!ent_store_take_record(&taken->base, due->id)) {
                return false;
            }
        }
    }
    return true;
}

/* The others may have changed by that. */
static bool
take_singles(bulk *taken)
{
    if (!take_each_single(taken)) {
        return false;
    }
    (void)ent_sql_close(taken->rows);
    taken->rows = open_for_all(taken, (ent_sql_statement)ENT_SQL_FIND_TAKEN);
    return taken->rows != NULL;
}

static bool
take_other_names(bulk *taken)
{
    bool has_any = false;
    if (!taken->has_other_names) {
        return true;
    }
    ent_sql_rows *rows =
        open_for_all(taken, (ent_sql_statement)ENT_SQL_FIND_OTHER_NAMES);
    while (ent_sql_next(rows)) {
        single_out(taken, ent_sql_integer_of(rows, 0));
        has_any = true;
    }
    return ent_sql_close(rows) && (!has_any || take_singles(taken));
}

/* 0: there is none. */
static int64_t
find_too_large(const bulk *taken)
{
    while (ent_sql_next(taken->rows)) {
        if (ent_sql_integer_of(taken->rows, 1) == ENT_RECORD_UNSENT &&
            ent_sql_integer_of(taken->rows, 9) > ENT_LEDGER_QUANTITY_MAXIMUM) {
            return ent_sql_integer_of(taken->rows, 0);
        }
    }
    return 0;
}

/* What one passes on may be too much for the next: until none is. */
static bool
take_too_large(bulk *taken)
{
    int64_t record = 0;

    while ((record = find_too_large(taken)) != 0) {
        single_out(taken, record);
        if (!take_singles(taken)) {
            return false;
        }
    }
    ent_postgres_rewind(taken->rows);
    return true;
}

/* --- Together --------------------------------------------------------------------- */

/* Rows come in the order of what is due. */
static due_record *
next_due(const bulk *taken, size_t *place, int64_t id)
{
    while (*place < taken->count && taken->due[*place].id != id) {
        ++*place;
    }
    return *place < taken->count ? &taken->due[*place] : NULL;
}

static bool
write_requests(bulk *taken)
{
    size_t place = 0;

    while (ent_sql_next(taken->rows)) {
        ent_ledger_record record;
        ent_store_read_record(taken->rows, taken->base.claim->now_s, &record);
        due_record *due = next_due(taken, &place, record.id);
        if (due == NULL) {
            return ent_sql_set_trouble(taken->base.store->sql, ENT_SQL_ROW_IS_MISSING);
        }
        if (record.state == ENT_USAGE_SENDING) {
            continue;
        }
        due->is_fresh = true;
        size_t count = ent_postgres_sum_parts(&taken->parts, &record);
        if (!taken->base.freeze(
                taken->base.context,
                &record,
                taken->parts.sums,
                count,
                &due->request) ||
            due->request.failed) {
            return fail_memory(taken);
        }
    }
    ent_postgres_rewind(taken->rows);
    return true;
}

/* What was left in sending keeps its bytes. */
static bool
store_choice(const bulk *taken, due_choice choice, const ent_postgres_array arrays[2])
{
    const ent_ledger_claim *claim = taken->base.claim;
    ent_sql *sql = taken->base.store->sql;
    const ent_sql_value owner = ent_sql_text(claim->owner);
    const ent_sql_value lease = ent_sql_integer(claim->now_s + claim->lease_s);

    if (choice == DUE_LEFT) {
        return ent_sql_run(
            sql,
            (ent_sql_statement)ENT_SQL_TAKE_ALL_OVER,
            ENT_SQL_WITH(ent_postgres_array_value(&arrays[0]), owner, lease));
    }
    return ent_sql_run(
        sql,
        (ent_sql_statement)ENT_SQL_FREEZE_ALL,
        ENT_SQL_WITH(
            ent_postgres_array_value(&arrays[0]),
            ent_postgres_array_value(&arrays[1]),
            owner,
            lease));
}

static bool
store_all(const bulk *taken, due_choice choice)
{
    ent_postgres_array arrays[2];
    size_t count = list_records(taken, choice, arrays);
    bool holds = ent_postgres_arrays_hold(arrays, 2)
                     ? count == 0 || store_choice(taken, choice, arrays)
                     : fail_memory(taken);

    clear_pair(arrays);
    return holds;
}

static bool
freeze_all(bulk *taken)
{
    ent_sql_rows *rows =
        open_for_all(taken, (ent_sql_statement)ENT_SQL_LIST_TAGS_OF_ALL);
    bool holds = rows != NULL &&
                 ent_postgres_read_parts(taken->base.store, rows, &taken->parts) &&
                 write_requests(taken);

    return ent_sql_close(rows) && holds && store_all(taken, DUE_LEFT) &&
           store_all(taken, DUE_FRESH);
}

static bool
take_all(void *context)
{
    bulk *taken = context;

    forget_attempt(taken);
    return find_due(taken) &&
           (taken->count == 0 ||
            (take_other_names(taken) && take_too_large(taken) && freeze_all(taken)));
}

/* --- Showing ---------------------------------------------------------------------- */

/* The row is as it was before; what the transaction has made of it is known. */
static void
show_together(const bulk *taken, const due_record *due, ent_ledger_visitor *visit)
{
    ent_ledger_record record;
    ent_store_read_record(taken->rows, taken->base.claim->now_s, &record);

    if (record.state == ENT_USAGE_SENDING) {
        record.is_doubtful =
            record.is_doubtful || ent_sql_text_of(taken->rows, 15)[0] != '\0';
    } else {
        record.state = ENT_USAGE_SENDING;
        record.request = due->request.bytes;
        record.request_length = due->request.length;
    }
    visit(taken->base.context, &record);
}

static entitle_status
show_all(const bulk *taken, ent_ledger_visitor *visit, entitle_error *error)
{
    entitle_status status = ENTITLE_OK;

    for (size_t i = 0; status == ENTITLE_OK && i < taken->count; i++) {
        const due_record *due = &taken->due[i];
        if (due->is_single) {
            status = ent_store_show(&taken->base, due->id, visit, error);
        } else if (ent_sql_next(taken->rows)) {
            show_together(taken, due, visit);
        }
    }
    return status;
}

entitle_status
ent_postgres_take(
    ent_ledger *base,
    const ent_ledger_claim *claim,
    size_t limit,
    ent_ledger_freezer *freeze,
    ent_ledger_visitor *visit,
    void *context,
    entitle_error *error)
{
    ent_store *store = (ent_store *)base;
    const entitle_runtime *runtime = &store->runtime;
    bulk taken = {
        .base = { store, claim, freeze, context },
        .due = ent_allocate(runtime, (limit + 1) * sizeof(*taken.due)),
        .limit = limit,
    };
    entitle_status status = taken.due != NULL
                                ? ent_sql_transact(store->sql, take_all, &taken, error)
                                : ent_fail_memory(error);
    if (status == ENTITLE_OK) {
        status = show_all(&taken, visit, error);
    }
    forget_attempt(&taken);
    ent_release(runtime, taken.due);
    return status;
}
