/* SPDX-License-Identifier: Apache-2.0 */
#include "meter/meter_state.h"

const char *
entitle_usage_state_name(entitle_usage_state state)
{
    static const char *const names[ENTITLE_USAGE_STATES] = {
        [ENTITLE_USAGE_OPEN] = "open",         [ENTITLE_USAGE_CLOSED] = "closed",
        [ENTITLE_USAGE_SENDING] = "sending",   [ENTITLE_USAGE_ACCEPTED] = "accepted",
        [ENTITLE_USAGE_REJECTED] = "rejected", [ENTITLE_USAGE_LOST] = "lost",
    };
    return (unsigned)state < ENTITLE_USAGE_STATES ? names[state] : "unknown";
}

typedef struct sums_walk {
    entitle_usage_sums_visitor *visit;
    void *context;
} sums_walk;

static bool
show_sums(void *context, const ent_usage_key *key, const ent_usage_sums *units)
{
    const sums_walk *walk = context;
    entitle_usage_sums sums = {
        .product_code = key->product_code,
        .dimension = key->dimension,
        .customer = key->customer,
        .license_arn = key->license_arn,
        .added = units->added,
    };
    for (size_t i = 0; i < ENTITLE_USAGE_STATES; i++) {
        sums.by_state[i] = units->by_state[i];
    }
    return walk->visit(walk->context, &sums);
}

entitle_status
entitle_meter_sums(
    entitle_meter *meter,
    entitle_usage_sums_visitor *visit,
    void *context,
    entitle_error *error)
{
    sums_walk walk = { .visit = visit, .context = context };
    if (meter == NULL || visit == NULL) {
        return ent_meter_is_missing(error);
    }
    (void)pthread_mutex_lock(&meter->ledger_lock);
    entitle_status status =
        ent_ledger_sums(meter->ledger, ent_meter_now_s(meter), show_sums, &walk, error);
    (void)pthread_mutex_unlock(&meter->ledger_lock);
    return status;
}

entitle_status
entitle_meter_oldest_unsent(
    entitle_meter *meter, bool *any, int64_t *hour_s, entitle_error *error)
{
    if (meter == NULL || any == NULL || hour_s == NULL) {
        return ent_meter_is_missing(error);
    }
    (void)pthread_mutex_lock(&meter->ledger_lock);
    entitle_status status = ent_ledger_oldest_unsent(meter->ledger, any, hour_s, error);
    (void)pthread_mutex_unlock(&meter->ledger_lock);
    return status;
}

typedef struct list_walk {
    entitle_ledger_record_visitor *visit;
    void *context;
} list_walk;

static bool
show_record(void *context, const ent_ledger_record *record)
{
    const list_walk *walk = context;
    const entitle_ledger_record shown = {
        .id = record->id,
        .state = (entitle_usage_state)record->state,
        .product_code = record->key.product_code,
        .dimension = record->key.dimension,
        .customer = record->key.customer,
        .license_arn = record->key.license_arn,
        .instance = record->key.instance,
        .hour_s = record->hour_s,
        .quantity = record->quantity,
        .metering_record_id = record->metering_record_id,
        .reason = record->reason,
        .carried_from = record->carried_from,
    };
    return walk->visit(walk->context, &shown);
}

entitle_status
entitle_meter_list(
    entitle_meter *meter,
    entitle_usage_state state,
    entitle_ledger_record_visitor *visit,
    void *context,
    entitle_error *error)
{
    list_walk walk = { .visit = visit, .context = context };
    if (meter == NULL || visit == NULL) {
        return ent_meter_is_missing(error);
    }
    (void)pthread_mutex_lock(&meter->ledger_lock);
    entitle_status status = ent_ledger_list(
        meter->ledger,
        (ent_usage_state)state,
        ent_meter_now_s(meter),
        show_record,
        &walk,
        error);
    (void)pthread_mutex_unlock(&meter->ledger_lock);
    return status;
}

/*
 * Until when usage may be forgotten: an hour that AWS still takes could else be sent
 * again, as if it were new.
 */
static int64_t
latest_prune_s(const entitle_meter *meter)
{
    enum { LONGEST_WINDOW_S = 24 * 3600 };

    return ent_meter_now_s(meter) - LONGEST_WINDOW_S - ENT_LEDGER_HOUR_S;
}

entitle_status
entitle_meter_prune(
    entitle_meter *meter, int64_t before_s, uint64_t *count, entitle_error *error)
{
    if (meter == NULL || count == NULL) {
        return ent_meter_is_missing(error);
    }
    int64_t latest_s = latest_prune_s(meter);
    size_t pruned = 0;

    before_s = before_s < latest_s ? before_s : latest_s;
    (void)pthread_mutex_lock(&meter->ledger_lock);
    entitle_status status = ent_ledger_prune(meter->ledger, before_s, &pruned, error);
    (void)pthread_mutex_unlock(&meter->ledger_lock);
    *count = pruned;
    return status;
}
