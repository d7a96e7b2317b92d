/* SPDX-License-Identifier: Apache-2.0 */
#include "meter/flush.h"

#include "base/error.h"
#include "base/options.h"
#include "base/random.h"
#include "meter/flush_customers.h"
#include "meter/sender_lock.h"

#include <string.h>

int64_t
ent_flush_now_s(const ent_flush *flush)
{
    return ent_meter_now_s(flush->meter) +
           entitle_metering_clock_offset_ms(flush->metering) / 1000;
}

int64_t
ent_flush_lease_s(const ent_flush *flush)
{
    enum { ALONE_S = 15 * 60, AMONG_OTHERS_S = 5 * 60 };

    return flush->meter->is_shared ? AMONG_OTHERS_S : ALONE_S;
}

bool
ent_flush_takes_running_hour(const ent_flush *flush, bool of_customers)
{
    bool is_left_to_others =
        of_customers && flush->options.customer == NULL && flush->meter->is_shared;

    return flush->options.final && !is_left_to_others;
}

ent_ledger_claim
ent_flush_claim(const ent_flush *flush, int64_t now_s)
{
    return (ent_ledger_claim){
        .owner = flush->owner,
        .now_s = now_s,
        .lease_s = ent_flush_lease_s(flush),
        .is_only_sender = !flush->meter->is_shared,
    };
}

void
ent_flush_note_trouble(ent_flush *flush, const entitle_error *error)
{
    if (flush->trouble.status == ENTITLE_OK) {
        flush->trouble = *error;
    }
}

/* --- What is left ----------------------------------------------------------------- */

/* Other instances' are theirs to send. */
static bool
is_ours(const ent_flush *flush, const ent_usage_key *key)
{
    if (flush->customer != NULL) {
        return key->form != ENT_CUSTOMER_OF_INSTANCE &&
               ent_customer_names_have(flush->customer, key->customer);
    }
    return key->form != ENT_CUSTOMER_OF_INSTANCE ||
           strcmp(key->instance, flush->meter->instance) == 0;
}

/* An hour that runs may be due, one to come is not. */
static bool
is_due(const ent_flush *flush, const ent_ledger_record *record)
{
    bool of_customers = record->key.form != ENT_CUSTOMER_OF_INSTANCE;

    return record->state != ENT_USAGE_OPEN ||
           (record->hour_s <= ent_flush_now_s(flush) &&
            ent_flush_takes_running_hour(flush, of_customers));
}

static bool
count_record(void *context, const ent_ledger_record *record)
{
    ent_flush *flush = context;

    flush->report.unsent +=
        is_due(flush, record) && is_ours(flush, &record->key) ? 1 : 0;
    return true;
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
    return status;
}

/* --- The whole -------------------------------------------------------------------- */

/*
 * Whether the customers' part would meet it, too: it asks for another operation, which
 * others may be allowed to use.
 */
static bool
ends_all(const entitle_error *trouble)
{
    return trouble->status != ENTITLE_OK &&
           (trouble->service_code[0] == '\0' ||
            entitle_status_category(trouble->status) == ENTITLE_CATEGORY_UNAVAILABLE);
}

static void
send_all(ent_flush *flush)
{
    if (flush->options.customer == NULL) {
        ent_flush_instance(flush);
    }
    entitle_error of_instance = flush->trouble;
    if (ends_all(&of_instance)) {
        return;
    }
    flush->trouble.status = ENTITLE_OK;
    ent_flush_customers(flush);
    if (of_instance.status != ENTITLE_OK) {
        flush->trouble = of_instance;
    }
}

static entitle_status
name_customer(ent_flush *flush, entitle_error *error)
{
    entitle_meter *meter = flush->meter;

    if (flush->options.customer == NULL) {
        return ENTITLE_OK;
    }
    (void)pthread_mutex_lock(&meter->ledger_lock);
    entitle_status status = ent_customer_names_find(
        &meter->runtime,
        meter->ledger,
        flush->options.customer,
        &flush->customer,
        error);
    (void)pthread_mutex_unlock(&meter->ledger_lock);
    return status;
}

static entitle_status
run(ent_flush *flush, entitle_error *error)
{
    if (!ent_random_uuid(&flush->meter->runtime, flush->owner)) {
        return ent_fail(error, ENTITLE_INTERNAL_ERROR, "no random numbers can be had");
    }
    entitle_status status = name_customer(flush, error);
    if (status == ENTITLE_OK) {
        status = ent_flush_prepare(flush, error);
    }
    if (status != ENTITLE_OK) {
        return status;
    }
    send_all(flush);
    ent_flush_note_trouble(flush, &flush->remark);
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
    if (flush->options.customer != NULL &&
        (flush->options.zero_records || flush->options.has_heartbeat)) {
        return ent_fail(
            error, ENTITLE_INVALID_ARGUMENT, "a flush of one customer fills no hours");
    }
    if (flush->options.in_flight > ENTITLE_CALLS_LIMIT) {
        return ent_fail(
            error,
            ENTITLE_INVALID_ARGUMENT,
            "more than %d requests cannot be under way at once",
            ENTITLE_CALLS_LIMIT);
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

    if (meter == NULL || metering == NULL) {
        return ent_meter_is_missing(error);
    }
    entitle_status status = take_options(&flush, options, error);
    if (status == ENTITLE_OK && !meter->is_shared) {
        status =
            ent_sender_lock_take(&meter->runtime, meter->ledger_path, &lock, error);
    }
    if (status == ENTITLE_OK) {
        status = run(&flush, error);
        ent_customer_names_free(&meter->runtime, flush.customer);
        ent_sender_lock_release(&lock);
    }
    if (report != NULL) {
        *report = flush.report;
    }
    return status;
}
