/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "meter/flush.h"
#include "meter/request.h"

enum { TAKE_LIMIT = 16 };

typedef struct taken_records {
    ent_flush *flush;
    int64_t now_s;
    ent_flush_record records[TAKE_LIMIT];
    size_t count;
    bool has_failed;
} taken_records;

static bool
freeze(
    void *context,
    const ent_ledger_record *record,
    const ent_tag_sum *tags,
    size_t tag_count,
    struct ent_buffer *request)
{
    const taken_records *taken = context;
    ent_meter_write_request(record, tags, tag_count, taken->now_s, request);
    return true;
}

static void
keep(void *context, const ent_ledger_record *record)
{
    taken_records *taken = context;
    ent_flush_record *kept = &taken->records[taken->count++];

    kept->id = record->id;
    kept->hour_s = record->hour_s;
    kept->is_doubtful = record->is_doubtful;
    kept->request_length = record->request_length;
    kept->request = ent_duplicate(
        &taken->flush->meter->runtime, record->request, record->request_length);
    taken->has_failed = taken->has_failed || kept->request == NULL;
}

static entitle_status
take(taken_records *taken, entitle_error *error)
{
    entitle_meter *meter = taken->flush->meter;
    ent_ledger_claim claim = ent_flush_claim(taken->flush, taken->now_s);

    claim.instance = meter->instance;
    claim.is_final = taken->flush->options.final;
    (void)pthread_mutex_lock(&meter->ledger_lock);
    entitle_status status =
        ent_ledger_take(meter->ledger, &claim, TAKE_LIMIT, freeze, keep, taken, error);
    (void)pthread_mutex_unlock(&meter->ledger_lock);
    if (status == ENTITLE_OK && taken->has_failed) {
        status = ent_fail_memory(error);
    }
    return status;
}

/*
 * What is as old as what AWS has just refused need not be sent to be refused. Without
 * that nothing is too old: this machine's clock may be wrong, and AWS away. An hour is
 * dated with its last second: that is what the window counts from.
 */
static entitle_status
expire(ent_flush *flush, entitle_error *error)
{
    if (!flush->has_met_late) {
        return ENTITLE_OK;
    }
    flush->has_met_late = false;
    int64_t before_s =
        ent_flush_now_s(flush) - ENT_FLUSH_INSTANCE_WINDOW_S - (ENT_LEDGER_HOUR_S - 1);
    return ent_flush_expire(flush, false, before_s, error);
}

static void
show_progress(const ent_flush *flush, size_t left)
{
    if (flush->options.progress != NULL) {
        flush->options.progress(
            flush->options.progress_context, flush->report.sent, left);
    }
}

/* Sends what was taken, and puts the rest back once something has gone wrong. */
static void
send_taken(ent_flush *flush, taken_records *taken, bool goes_on)
{
    for (size_t i = 0; i < taken->count; i++) {
        ent_flush_record *record = &taken->records[i];
        if (goes_on) {
            goes_on = ent_flush_send(flush, record);
            show_progress(flush, taken->count - i - 1);
        } else {
            ent_flush_put_back(flush, record);
        }
        ent_release(&flush->meter->runtime, record->request);
    }
}

/* True while there was something to send, and all of it was settled. */
static bool
send_some(ent_flush *flush)
{
    taken_records taken = { .flush = flush, .now_s = ent_flush_now_s(flush) };
    entitle_error error = { .status = ENTITLE_OK };
    entitle_status status = ent_flush_stay_alive(flush, &error);

    if (status == ENTITLE_OK) {
        status = expire(flush, &error);
    }
    if (status == ENTITLE_OK) {
        status = take(&taken, &error);
    }
    if (status != ENTITLE_OK) {
        ent_flush_note_trouble(flush, &error);
    }
    send_taken(flush, &taken, status == ENTITLE_OK);
    return taken.count > 0 && flush->trouble.status == ENTITLE_OK;
}

void
ent_flush_instance(ent_flush *flush)
{
    while (send_some(flush)) {
    }
    ent_flush_settle_passed(flush);
}
