/* SPDX-License-Identifier: Apache-2.0 */
#include "meter/flush.h"

#include "base/error.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/options.h"
#include "base/random.h"
#include "meter/request.h"
#include "meter/sender_lock.h"

#include <stdio.h>
#include <string.h>

enum {
    WINDOW_S = 6 * 3600, /* of MeterUsage */
    TAKE_LIMIT = 16,
    /*
     * Longer than the calls for all that were taken; others wait so long after a crash.
     */
    SENDER_LEASE_S = 15 * 60
};

int64_t
ent_flush_now_s(const ent_flush *flush)
{
    return ent_meter_now_s(flush->meter) +
           entitle_metering_clock_offset_ms(flush->metering) / 1000;
}

/* --- Before sending --------------------------------------------------------------- */

/*
 * By this machine's clock, as its instances keep their leases: the service's time,
 * where the two differ, would take from the living.
 */
static entitle_status
adopt(ent_flush *flush, entitle_error *error)
{
    entitle_meter *meter = flush->meter;
    int64_t now_s = ent_meter_now_s(meter);
    size_t adopted = 0;
    (void)pthread_mutex_lock(&meter->ledger_lock);
    entitle_status status = ent_ledger_adopt(
        meter->ledger,
        meter->instance,
        now_s,
        ENT_LEDGER_INSTANCE_LEASE_S,
        &adopted,
        error);
    (void)pthread_mutex_unlock(&meter->ledger_lock);
    flush->report.carried += adopted;
    flush->kept_s = now_s;
    return status;
}

/* A long flush must not outlive the lease: another one waits to adopt. */
static entitle_status
stay_alive(ent_flush *flush, entitle_error *error)
{
    int64_t since_s = ent_meter_now_s(flush->meter) - flush->kept_s;

    return since_s >= 0 && since_s < ENT_LEDGER_INSTANCE_LEASE_S / 3
               ? ENTITLE_OK
               : adopt(flush, error);
}

/*
 * Hours without usage that are to be reported all the same, as far as AWS takes them.
 */
static entitle_status
beat(ent_flush *flush, entitle_error *error)
{
    entitle_meter *meter = flush->meter;
    int64_t now_s = ent_flush_now_s(flush);
    const ent_ledger_heartbeat heartbeat = {
        .instance = meter->instance,
        .first_hour_s = entitle_usage_hour(now_s - WINDOW_S),
        .last_hour_s = entitle_usage_hour(now_s) - ENT_LEDGER_HOUR_S,
        .quantity = flush->options.heartbeat_quantity,
    };
    size_t count = 0;

    if (!flush->options.has_heartbeat) {
        return ENTITLE_OK;
    }
    (void)pthread_mutex_lock(&meter->ledger_lock);
    entitle_status status =
        ent_ledger_fill_hours(meter->ledger, &heartbeat, &count, error);
    (void)pthread_mutex_unlock(&meter->ledger_lock);
    return status;
}

/* --- Sending ---------------------------------------------------------------------- */

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
    const ent_ledger_claim claim = {
        .instance = meter->instance,
        .is_final = taken->flush->options.final,
        .owner = taken->flush->owner,
        .now_s = taken->now_s,
        .lease_s = SENDER_LEASE_S,
        .is_only_sender = !meter->is_shared,
    };
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
    entitle_meter *meter = flush->meter;
    bool is_dropped = flush->options.past_window == ENTITLE_PAST_WINDOW_DROP;
    int64_t now_s = ent_flush_now_s(flush);
    size_t expired = 0;
    if (!flush->has_met_late) {
        return ENTITLE_OK;
    }
    flush->has_met_late = false;
    (void)pthread_mutex_lock(&meter->ledger_lock);
    entitle_status status = ent_ledger_expire(
        meter->ledger,
        false,
        now_s - WINDOW_S - (ENT_LEDGER_HOUR_S - 1),
        is_dropped,
        now_s,
        &expired,
        error);
    (void)pthread_mutex_unlock(&meter->ledger_lock);
    if (is_dropped) {
        flush->report.lost += expired;
    } else {
        flush->report.carried += expired;
    }
    return status;
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
    entitle_status status = stay_alive(flush, &error);

    if (status == ENTITLE_OK) {
        status = expire(flush, &error);
    }
    if (status == ENTITLE_OK) {
        status = take(&taken, &error);
    }
    if (status != ENTITLE_OK) {
        flush->trouble = error;
    }
    send_taken(flush, &taken, status == ENTITLE_OK);
    return taken.count > 0 && flush->trouble.status == ENTITLE_OK;
}

/* Other instances' are theirs to send, and hours to come are not due. */
static bool
count_record(void *context, const ent_ledger_record *record)
{
    ent_flush *flush = context;

    if (record->state == ENT_USAGE_OPEN && record->hour_s > ent_flush_now_s(flush)) {
        return true;
    }
    if (record->key.form != ENT_CUSTOMER_OF_INSTANCE) {
        flush->report.unsent_of_customers++;
    } else if (strcmp(record->key.instance, flush->meter->instance) == 0) {
        flush->report.unsent++;
    }
    return true;
}

static void
warn_of_customers(const ent_flush *flush)
{
    if (flush->report.unsent_of_customers > 0) {
        ent_log(
            &flush->meter->runtime,
            ENTITLE_LOG_WARNING,
            "%llu records of customers' usage stay in the ledger: this version sends "
            "only usage of instances",
            (unsigned long long)flush->report.unsent_of_customers);
    }
}

/* What is due and not settled. */
static entitle_status
count_unsent(ent_flush *flush, entitle_error *error)
{
    entitle_meter *meter = flush->meter;
    static const ent_usage_state states[] = { ENT_USAGE_CLOSED,
                                              ENT_USAGE_SENDING,
                                              ENT_USAGE_OPEN };
    size_t count = flush->options.final ? 3 : 2;
    entitle_status status = ENTITLE_OK;
    (void)pthread_mutex_lock(&meter->ledger_lock);
    for (size_t i = 0; i < count && status == ENTITLE_OK; i++) {
        status = ent_ledger_list(
            meter->ledger,
            states[i],
            ent_flush_now_s(flush),
            count_record,
            flush,
            error);
    }
    (void)pthread_mutex_unlock(&meter->ledger_lock);
    warn_of_customers(flush);
    return status;
}

/* --- The whole -------------------------------------------------------------------- */

static entitle_status
prepare(ent_flush *flush, entitle_error *error)
{
    if (!ent_random_uuid(&flush->meter->runtime, flush->owner)) {
        return ent_fail(error, ENTITLE_INTERNAL_ERROR, "no random numbers can be had");
    }
    entitle_status status = entitle_meter_sync(flush->meter, error);
    if (status == ENTITLE_OK) {
        status = adopt(flush, error);
    }
    return status == ENTITLE_OK ? beat(flush, error) : status;
}

static entitle_status
run(ent_flush *flush, entitle_error *error)
{
    entitle_status status = prepare(flush, error);
    if (status != ENTITLE_OK) {
        return status;
    }
    while (send_some(flush)) {
    }
    if (flush->trouble.status != ENTITLE_OK) {
        (void)count_unsent(flush, NULL);
        if (error != NULL) {
            *error = flush->trouble;
        }
        return flush->trouble.status;
    }
    return count_unsent(flush, error);
}

static entitle_status
take_options(
    ent_flush *flush, const entitle_flush_options *options, entitle_error *error)
{
    flush->options.struct_size = sizeof(flush->options);
    if (options != NULL &&
        !ent_options_copy(&flush->options, sizeof(flush->options), options)) {
        return ent_fail(
            error, ENTITLE_INVALID_ARGUMENT, "the options are of an unknown version");
    }
    if (flush->options.has_heartbeat && flush->meter->by_event) {
        return ent_fail(
            error, ENTITLE_INVALID_ARGUMENT, "a meter by event has no hours to fill");
    }
    if (flush->options.heartbeat_quantity > ENTITLE_USAGE_QUANTITY_LIMIT) {
        return ent_fail(
            error,
            ENTITLE_INVALID_ARGUMENT,
            "the heartbeat exceeds what a record holds");
    }
    return ENTITLE_OK;
}

entitle_status
entitle_meter_flush(
    entitle_meter *meter,
    entitle_metering *metering,
    const entitle_flush_options *options,
    entitle_flush_report *report,
    entitle_error *error)
{
    ent_flush flush = { .meter = meter, .metering = metering };
    ent_sender_lock lock = { .descriptor = -1 };

    entitle_status status = take_options(&flush, options, error);
    if (status == ENTITLE_OK && !meter->is_shared) {
        status =
            ent_sender_lock_take(&meter->runtime, meter->ledger_path, &lock, error);
    }
    if (status == ENTITLE_OK) {
        status = run(&flush, error);
        ent_sender_lock_release(&lock);
    }
    if (report != NULL) {
        *report = flush.report;
    }
    return status;
}
