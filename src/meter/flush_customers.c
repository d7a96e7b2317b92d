/* SPDX-License-Identifier: Apache-2.0 */
#include "meter/flush_customers.h"

#include "base/error.h"
#include "base/memory.h"

enum {
    IN_FLIGHT = 8, /* unless the caller says otherwise */
    REQUEST_LIMIT = 1024 * 1024,
    /* Longer than a call with all its attempts: one that a lease ends amid could be
     * made twice at once. */
    CALL_S = 90
};

static bool
is_leased(const ent_customer_flush *customers, const ent_batch *batch)
{
    int64_t until_s = ent_flush_now_s(customers->flush) + CALL_S;

    for (size_t i = 0; i < ENTITLE_USAGE_BATCH_LIMIT; i++) {
        if (ent_batch_has(batch->undecided, i) &&
            batch->records[i]->leased_until_s < until_s) {
            return false;
        }
    }
    return true;
}

/* Gives them back where their lease is too short; they are taken anew. */
static bool
start(ent_customer_flush *customers, ent_batch *batch)
{
    entitle_error error = { .status = ENTITLE_OK };
    uint32_t asked =
        batch->is_searching ? ent_batch_search_next(&batch->search) : batch->undecided;

    if (!is_leased(customers, batch)) {
        ent_batch_put_back(customers, batch);
        ent_verdict_list_settle(&customers->verdicts);
        ent_customer_take_anew(customers);
        return false;
    }
    entitle_status status =
        ent_batch_write(batch, asked) ? ENTITLE_OK : ent_fail_memory(&error);
    if (status == ENTITLE_OK) {
        status = entitle_calls_start(
            customers->calls,
            "BatchMeterUsage",
            ent_buffer_text(&batch->body),
            batch->body.length,
            batch,
            &error);
    }
    if (status != ENTITLE_OK) {
        ent_batch_decide_unbegun(customers, batch, &error);
    }
    return status == ENTITLE_OK;
}

/* All of it is decided. What AWS says of one late hour holds for the others. */
static void
retire(ent_customer_flush *customers, ent_batch *batch)
{
    bool was_late = batch->line->state == ENT_LINE_LATE;

    batch->line->is_waiting = false;
    batch->line = NULL;
    ent_buffer_clear(&batch->body);
    if (was_late && !customers->has_met_late) {
        ent_stock_release_late(&customers->stock);
    }
}

/* Sends it, or what is left of it. */
static void
advance(ent_customer_flush *customers, ent_batch *batch)
{
    while (batch->undecided != 0 && !ent_customer_has_ended(customers)) {
        if (start(customers, batch)) {
            return;
        }
    }
    ent_batch_put_back(customers, batch);
    retire(customers, batch);
}

static ent_batch *
find_idle(ent_customer_flush *customers)
{
    for (size_t i = 0; i < customers->batch_count; i++) {
        if (customers->batches[i].line == NULL) {
            return &customers->batches[i];
        }
    }
    return NULL;
}

static bool
fill(ent_customer_flush *customers, ent_batch *batch)
{
    bool with_remainders =
        customers->is_exhausted || customers->stock.count >= ENT_CUSTOMER_STOCK_LIMIT;
    const ent_flush *flush = customers->flush;
    int64_t urgent_s = ent_flush_now_s(flush) + ent_flush_lease_s(flush) / 2;
    size_t count =
        ent_stock_pick(&customers->stock, with_remainders, urgent_s, batch->records);

    if (count == 0) {
        return false;
    }
    batch->line = batch->records[0]->line;
    batch->undecided = (1u << count) - 1;
    batch->is_searching = false;
    return true;
}

/* As many calls as may be, of what was taken already. */
static void
send_stock(ent_customer_flush *customers)
{
    ent_batch *batch = NULL;

    ent_customer_tidy(customers);
    while (!ent_customer_has_ended(customers) &&
           (batch = find_idle(customers)) != NULL && fill(customers, batch)) {
        advance(customers, batch);
        ent_customer_tidy(customers);
    }
}

/*
 * Keeps as many calls under way as may be, while there is anything to send: AWS is at
 * work on them while the ledger is asked for more.
 */
static void
feed(ent_customer_flush *customers)
{
    send_stock(customers);
    if (ent_customer_refill(customers)) {
        send_stock(customers);
    }
}

/* What was under way when no answer could be waited for: nobody knows. */
static void
abandon(ent_customer_flush *customers)
{
    for (size_t i = 0; i < customers->batch_count; i++) {
        if (customers->batches[i].line != NULL) {
            ent_batch_doubt(&customers->batches[i]);
            ent_batch_put_back(customers, &customers->batches[i]);
        }
    }
    entitle_calls_free(customers->calls);
    customers->calls = NULL;
}

static void
collect(ent_customer_flush *customers)
{
    entitle_finished_call finished;
    entitle_error error = { .status = ENTITLE_OK };

    if (entitle_calls_next(customers->calls, &finished, &error) != ENTITLE_OK) {
        ent_flush_note_trouble(customers->flush, &error);
        abandon(customers);
        return;
    }
    ent_batch *batch = finished.context;
    customers->flush->report.requests += finished.attempts;
    ent_batch_decide(customers, batch, &finished);
    entitle_answer_free(finished.answer);
    advance(customers, batch);
}

/* --- The whole -------------------------------------------------------------------- */

/*
 * Twice what is under way: AWS is at work on one half while the ledger is on the other.
 * A transaction and its way to the disk have their price, though, so not too few.
 */
static size_t
choose_stride(size_t in_flight)
{
    enum { FEWEST = 200, MOST = 1000 };
    size_t stride = 2 * in_flight * ENTITLE_USAGE_BATCH_LIMIT;

    if (stride < FEWEST) {
        return FEWEST;
    }
    return stride < MOST ? stride : MOST;
}

static entitle_status
open_parts(ent_customer_flush *customers, entitle_error *error)
{
    ent_flush *flush = customers->flush;
    const entitle_runtime *runtime = &flush->meter->runtime;
    size_t limit = flush->options.in_flight > 0 ? flush->options.in_flight : IN_FLIGHT;

    customers->stock.runtime = runtime;
    customers->batches = ent_allocate(runtime, limit * sizeof(*customers->batches));
    customers->stride = choose_stride(limit);
    if (!ent_verdict_list_init(&customers->verdicts, flush, customers->stride) ||
        customers->batches == NULL) {
        return ent_fail_memory(error);
    }
    customers->batch_count = limit;
    for (size_t i = 0; i < limit; i++) {
        ent_buffer_init(&customers->batches[i].body, runtime, REQUEST_LIMIT);
    }
    return entitle_calls_new(flush->metering, limit, &customers->calls, error);
}

static void
close_parts(ent_customer_flush *customers)
{
    entitle_calls_free(customers->calls);
    for (size_t i = 0; i < customers->batch_count; i++) {
        ent_buffer_clear(&customers->batches[i].body);
    }
    ent_release(&customers->flush->meter->runtime, customers->batches);
    ent_stock_clear(&customers->stock);
    ent_verdict_list_clear(&customers->verdicts);
}

static void
send_all(ent_customer_flush *customers)
{
    do {
        feed(customers);
        if (entitle_calls_running(customers->calls) > 0) {
            collect(customers);
        }
    } while (entitle_calls_running(customers->calls) > 0 ||
             (!ent_customer_has_ended(customers) &&
              (customers->stock.count > 0 || !customers->is_exhausted)));
    ent_customer_empty_stock(customers);
    ent_verdict_list_finish(&customers->verdicts);
}

void
ent_flush_customers(ent_flush *flush)
{
    ent_customer_flush customers = {
        .flush = flush,
        .customer = flush->customer,
    };
    entitle_error error = { .status = ENTITLE_OK };

    if (open_parts(&customers, &error) == ENTITLE_OK) {
        send_all(&customers);
        error = customers.remark;
    }
    close_parts(&customers);
    ent_flush_note_trouble(flush, &error);
}
