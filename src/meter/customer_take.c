/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "meter/flush_customers.h"
#include "meter/request.h"
#include "meter/window.h"

bool
ent_customer_has_ended(const ent_customer_flush *customers)
{
    return customers->flush->trouble.status != ENTITLE_OK;
}

typedef struct taking {
    ent_customer_flush *customers;
    int64_t now_s;
    int64_t leased_until_s;
    int64_t first_hour_s; /* that AWS takes, as far as is known */
    size_t count;
} taking;

static bool
freeze(
    void *context,
    const ent_ledger_record *record,
    const ent_tag_sum *tags,
    size_t tag_count,
    struct ent_buffer *request)
{
    const taking *taken = context;

    ent_meter_write_usage_record(record, tags, tag_count, taken->now_s, request);
    return true;
}

static void
keep(void *context, const ent_ledger_record *record)
{
    taking *taken = context;
    ent_customer_flush *customers = taken->customers;

    taken->count++;
    if (record->state == ENT_USAGE_REJECTED) {
        customers->flush->report.rejected++;
        return;
    }
    bool is_late = record->hour_s < taken->first_hour_s;
    ent_customer_record *kept = ent_stock_add(&customers->stock, record, is_late);
    if (kept == NULL) {
        customers->has_failed = true;
        return;
    }
    kept->leased_until_s = taken->leased_until_s;
    kept->is_retaken = customers->has_met_early;
}

/* One customer's usage may stand under several names. */
static bool
go_to_next_name(ent_customer_flush *customers)
{
    if (customers->customer == NULL || customers->customer->next == NULL) {
        return false;
    }
    customers->customer = customers->customer->next;
    return true;
}

static entitle_status
take(ent_customer_flush *customers, entitle_error *error)
{
    ent_flush *flush = customers->flush;
    entitle_meter *meter = flush->meter;
    int64_t now_s = ent_flush_now_s(flush);
    ent_ledger_claim claim = ent_flush_claim(flush, now_s);
    taking taken = {
        .customers = customers,
        .now_s = now_s,
        .leased_until_s = now_s + claim.lease_s,
        .first_hour_s = ent_window_first_hour_s(now_s),
    };

    claim.with_customers = true;
    claim.customer = customers->customer != NULL ? customers->customer->text : NULL;
    claim.is_final = ent_flush_takes_running_hour(flush, true);
    (void)pthread_mutex_lock(&meter->ledger_lock);
    entitle_status status = ent_ledger_take(
        meter->ledger, &claim, customers->stride, freeze, keep, &taken, error);
    (void)pthread_mutex_unlock(&meter->ledger_lock);
    customers->is_exhausted =
        taken.count < customers->stride && !go_to_next_name(customers);
    return status == ENTITLE_OK && customers->has_failed ? ent_fail_memory(error)
                                                         : status;
}

/*
 * What is as old as what AWS has just refused need not be sent to be refused, whether
 * it was taken already or not.
 */
static entitle_status
expire(ent_customer_flush *customers, entitle_error *error)
{
    ent_flush *flush = customers->flush;
    ent_customer_record *record = NULL;

    if (!customers->has_met_late) {
        return ENTITLE_OK;
    }
    customers->has_met_late = false;
    while ((record = ent_stock_pop_of(&customers->stock, ENT_LINE_LATE)) != NULL) {
        ent_customer_give_up_late(customers, record);
    }
    ent_verdict_list_settle(&customers->verdicts);
    int64_t first_hour_s = ent_window_first_hour_s(ent_flush_now_s(flush));
    return ent_flush_expire(flush, true, first_hour_s, error);
}

static bool
needs_more(const ent_customer_flush *customers)
{
    size_t enough = (customers->batch_count + 1) * ENTITLE_USAGE_BATCH_LIMIT;

    return !customers->is_exhausted &&
           customers->stock.count < ENT_CUSTOMER_STOCK_LIMIT &&
           (customers->stock.count < enough || !ent_stock_has_batch(&customers->stock));
}

/* A flush of one customer leaves the instances alone. */
static entitle_status
stay_alive(ent_flush *flush, entitle_error *error)
{
    return flush->options.customer == NULL ? ent_flush_stay_alive(flush, error)
                                           : ENTITLE_OK;
}

static void
drop_closed(ent_customer_flush *customers)
{
    ent_customer_record *record = NULL;

    while ((record = ent_stock_pop_of(&customers->stock, ENT_LINE_CLOSED)) != NULL) {
        ent_customer_give_up(customers, record);
    }
}

void
ent_customer_empty_stock(ent_customer_flush *customers)
{
    ent_customer_record *record = NULL;

    while ((record = ent_stock_pop(&customers->stock)) != NULL) {
        ent_customer_put_back(customers, record);
    }
    ent_verdict_list_settle(&customers->verdicts);
}

void
ent_customer_take_anew(ent_customer_flush *customers)
{
    customers->is_exhausted = false;
    customers->customer = customers->flush->customer;
}

static void
restock(ent_customer_flush *customers)
{
    if (customers->is_to_restock) {
        customers->is_to_restock = false;
        ent_customer_empty_stock(customers);
    }
}

void
ent_customer_tidy(ent_customer_flush *customers)
{
    entitle_error error = { .status = ENTITLE_OK };

    if (ent_customer_has_ended(customers)) {
        return;
    }
    drop_closed(customers);
    restock(customers);
    if (expire(customers, &error) != ENTITLE_OK) {
        ent_flush_note_trouble(customers->flush, &error);
    }
}

bool
ent_customer_refill(ent_customer_flush *customers)
{
    ent_flush *flush = customers->flush;
    entitle_error error = { .status = ENTITLE_OK };
    bool has_taken = false;

    while (!ent_customer_has_ended(customers) && needs_more(customers)) {
        entitle_status status = stay_alive(flush, &error);
        if (status == ENTITLE_OK) {
            status = take(customers, &error);
        }
        if (status != ENTITLE_OK) {
            ent_flush_note_trouble(flush, &error);
        }
        drop_closed(customers);
        has_taken = true;
    }
    return has_taken;
}
