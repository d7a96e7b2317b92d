/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"
#include "base/timestamp.h"
#include "meter/flush.h"
#include "meter/window.h"

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

entitle_status
ent_flush_stay_alive(ent_flush *flush, entitle_error *error)
{
    int64_t since_s = ent_meter_now_s(flush->meter) - flush->kept_s;

    return since_s >= 0 && since_s < ENT_LEDGER_INSTANCE_LEASE_S / 3
               ? ENTITLE_OK
               : adopt(flush, error);
}

entitle_status
ent_flush_expire(
    ent_flush *flush, bool of_customers, int64_t before_s, entitle_error *error)
{
    entitle_meter *meter = flush->meter;
    bool is_dropped = flush->options.past_window == ENTITLE_PAST_WINDOW_DROP;
    size_t expired = 0;
    (void)pthread_mutex_lock(&meter->ledger_lock);
    entitle_status status = ent_ledger_expire(
        meter->ledger,
        of_customers,
        before_s,
        is_dropped,
        ent_flush_now_s(flush),
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

/* --- Hours without usage ---------------------------------------------------------- */

static entitle_status
fill(ent_flush *flush, const ent_ledger_heartbeat *heartbeat, entitle_error *error)
{
    entitle_meter *meter = flush->meter;
    size_t count = 0;
    (void)pthread_mutex_lock(&meter->ledger_lock);
    entitle_status status =
        ent_ledger_fill_hours(meter->ledger, heartbeat, &count, error);
    (void)pthread_mutex_unlock(&meter->ledger_lock);
    return status;
}

/*
 * Hours without usage that are to be reported all the same, as far as AWS takes them.
 */
static entitle_status
beat(ent_flush *flush, entitle_error *error)
{
    int64_t now_s = ent_flush_now_s(flush);
    const ent_ledger_heartbeat of_instance = {
        .instance = flush->meter->instance,
        .first_hour_s = entitle_usage_hour(now_s - ENT_FLUSH_INSTANCE_WINDOW_S),
        .last_hour_s = entitle_usage_hour(now_s) - ENT_LEDGER_HOUR_S,
        .quantity = flush->options.heartbeat_quantity,
    };
    const ent_ledger_heartbeat of_customers = {
        .first_hour_s = ent_window_first_hour_s(now_s),
        .last_hour_s = of_instance.last_hour_s,
    };
    entitle_status status =
        flush->options.has_heartbeat ? fill(flush, &of_instance, error) : ENTITLE_OK;

    return status == ENTITLE_OK && flush->options.zero_records
               ? fill(flush, &of_customers, error)
               : status;
}

/* --- The end of a month ----------------------------------------------------------- */

typedef struct month_end {
    int64_t month_s;
    bool is_missed;
} month_end;

/* Oldest first. */
static bool
is_of_past_month(void *context, const ent_ledger_record *record)
{
    month_end *end = context;

    if (record->hour_s >= end->month_s) {
        return false;
    }
    end->is_missed = record->key.form != ENT_CUSTOMER_OF_INSTANCE;
    return !end->is_missed;
}

/* AWS shuts the past month for customers' usage, early in the morning. */
static entitle_status
warn_of_month_end(ent_flush *flush, entitle_error *error)
{
    static const ent_usage_state states[] = { ENT_USAGE_CLOSED, ENT_USAGE_SENDING };
    entitle_meter *meter = flush->meter;
    int64_t now_s = ent_flush_now_s(flush);
    int64_t closes_at_s = 0;
    month_end end = { .is_missed = false };
    entitle_status status = ENTITLE_OK;

    if (!ent_window_is_month_closing(now_s, &end.month_s, &closes_at_s)) {
        return ENTITLE_OK;
    }
    (void)pthread_mutex_lock(&meter->ledger_lock);
    for (size_t i = 0; i < 2 && status == ENTITLE_OK && !end.is_missed; i++) {
        status = ent_ledger_list(
            meter->ledger, states[i], now_s, is_of_past_month, &end, error);
    }
    (void)pthread_mutex_unlock(&meter->ledger_lock);
    if (end.is_missed) {
        char until[ENT_TIMESTAMP_SIZE];
        ent_timestamp_iso(closes_at_s, until);
        ent_log(
            &meter->runtime,
            ENTITLE_LOG_WARNING,
            "customers' usage of last month is not sent yet: AWS takes it until %s, "
            "for %d min",
            until,
            (int)((closes_at_s - now_s) / 60));
    }
    return status;
}

/* --- The whole -------------------------------------------------------------------- */

/* A flush of one customer leaves everything else alone. */
entitle_status
ent_flush_prepare(ent_flush *flush, entitle_error *error)
{
    entitle_status status = entitle_meter_sync(flush->meter, error);

    if (status != ENTITLE_OK) {
        return status;
    }
    if (flush->options.customer == NULL) {
        status = adopt(flush, error);
        if (status == ENTITLE_OK) {
            status = beat(flush, error);
        }
    }
    return status == ENTITLE_OK ? warn_of_month_end(flush, error) : status;
}
