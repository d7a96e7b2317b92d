/* SPDX-License-Identifier: Apache-2.0 */
#include "meter/flush_customers.h"
#include "meter/judge.h"

static void
note_time(
    ent_customer_flush *customers,
    const ent_batch *batch,
    int64_t hour_s,
    ent_settlement *settlement)
{
    if (ent_verdict_judge_late(customers->flush, hour_s, settlement)) {
        customers->has_met_late = true;
    } else {
        ent_flush_note_trouble(customers->flush, &batch->refusal);
    }
}

/* The record that a search has found; what AWS said last of it is its reason. */
static void
settle_culprit(ent_customer_flush *customers, ent_batch *batch, uint32_t culprit)
{
    char reason[ENT_REASON_SIZE];
    ent_meter_judgement judgement = ent_meter_judge_batch(&batch->refusal);

    for (size_t i = 0; i < ENTITLE_USAGE_BATCH_LIMIT; i++) {
        ent_customer_record *record = batch->records[i];
        ent_settlement settlement = judgement.settlement;
        if (!ent_batch_has(culprit, i)) {
            continue;
        }
        if (judgement.is_too_late) {
            note_time(customers, batch, record->hour_s, &settlement);
        }
        ent_verdict_write_reason(&batch->refusal, reason);
        if (judgement.is_of_customer) {
            ent_customer_settle_former(customers, record, settlement, reason);
        } else {
            ent_customer_settle(customers, record, settlement, reason);
        }
    }
    batch->undecided &= ~culprit;
}

static void
decide_answered(
    ent_customer_flush *customers,
    ent_batch *batch,
    const entitle_usage_batch_result *result)
{
    size_t index = 0;

    for (size_t i = 0; i < ENTITLE_USAGE_BATCH_LIMIT; i++) {
        if (ent_batch_has(batch->asked, i)) {
            ent_customer_settle_result(customers, batch->records[i], result, index++);
        }
    }
    batch->undecided &= ~batch->asked;
    if (batch->is_searching) {
        settle_culprit(customers, batch, ent_batch_search_accept(&batch->search));
    }
}

void
ent_batch_doubt(const ent_batch *batch)
{
    for (size_t i = 0; i < ENTITLE_USAGE_BATCH_LIMIT; i++) {
        if (ent_batch_has(batch->asked, i)) {
            batch->records[i]->is_doubtful = true;
        }
    }
}

void
ent_batch_put_back(ent_customer_flush *customers, ent_batch *batch)
{
    for (size_t i = 0; i < ENTITLE_USAGE_BATCH_LIMIT; i++) {
        if (ent_batch_has(batch->undecided, i)) {
            ent_customer_put_back(customers, batch->records[i]);
        }
    }
    batch->undecided = 0;
}

/* An hour that was too late stays so; what else AWS dislikes it may come to know. */
static void
search(
    ent_customer_flush *customers,
    ent_batch *batch,
    const entitle_error *error,
    bool is_too_late)
{
    batch->refusal = *error;
    uint32_t culprit =
        batch->is_searching
            ? ent_batch_search_refuse(&batch->search, !is_too_late)
            : ent_batch_search_begin(&batch->search, batch->asked, !is_too_late);
    batch->is_searching = true;
    settle_culprit(customers, batch, culprit);
}

/* The other products' records are none the worse for it. */
static void
close_line(ent_customer_flush *customers, ent_batch *batch, const entitle_error *error)
{
    for (size_t i = 0; i < ENTITLE_USAGE_BATCH_LIMIT; i++) {
        if (ent_batch_has(batch->undecided, i)) {
            ent_customer_give_up(customers, batch->records[i]);
        }
    }
    batch->undecided = 0;
    batch->line->state = ENT_LINE_CLOSED;
    customers->remark = *error;
}

/*
 * Where this machine's clock is ahead, the answer has told so: what was taken has hours
 * that are not over. All is taken again, by the service's clock; once, and then
 * sending goes on when the clocks are right.
 */
static bool
was_taken_early(const ent_customer_flush *customers, const ent_batch *batch)
{
    int64_t now_s = ent_flush_now_s(customers->flush);

    for (size_t i = 0; i < ENTITLE_USAGE_BATCH_LIMIT; i++) {
        if (ent_batch_has(batch->asked, i) && !batch->records[i]->is_retaken &&
            batch->records[i]->hour_s + ENT_LEDGER_HOUR_S > now_s) {
            return true;
        }
    }
    return false;
}

static void
decide_refused(
    ent_customer_flush *customers, ent_batch *batch, const entitle_error *error)
{
    ent_meter_judgement judgement = ent_meter_judge_batch(error);

    if (!error->is_certainly_undone) {
        ent_batch_doubt(batch);
    }
    if (judgement.is_of_product) {
        close_line(customers, batch, error);
    } else if (judgement.ends_flush) {
        ent_flush_note_trouble(customers->flush, error);
        ent_batch_put_back(customers, batch);
    } else if (judgement.is_too_late && was_taken_early(customers, batch)) {
        customers->has_met_early = customers->is_to_restock = true;
        ent_batch_put_back(customers, batch);
        ent_customer_take_anew(customers);
    } else {
        search(customers, batch, error, judgement.is_too_late);
    }
}

void
ent_batch_decide_unbegun(
    ent_customer_flush *customers, ent_batch *batch, const entitle_error *error)
{
    entitle_error unsent = *error;

    unsent.is_certainly_undone = true;
    decide_refused(customers, batch, &unsent);
}

/* An answer that cannot be read is none. */
static void
decide_unread(
    ent_customer_flush *customers, ent_batch *batch, const entitle_error *error)
{
    ent_batch_doubt(batch);
    ent_flush_note_trouble(customers->flush, error);
    ent_batch_put_back(customers, batch);
}

void
ent_batch_decide(
    ent_customer_flush *customers, ent_batch *batch, const entitle_finished_call *call)
{
    entitle_usage_batch_result *result = NULL;
    entitle_error error = call->error;

    if (call->status != ENTITLE_OK) {
        decide_refused(customers, batch, &error);
        return;
    }
    if (ent_batch_read_answer(batch, call->answer, &result, &error) != ENTITLE_OK) {
        decide_unread(customers, batch, &error);
        return;
    }
    decide_answered(customers, batch, result);
    entitle_usage_batch_result_free(result);
}
