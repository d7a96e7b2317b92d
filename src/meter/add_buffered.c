/* SPDX-License-Identifier: Apache-2.0 */
/* Uses that are summed up in memory and written later. */
#include "base/error.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/runtime.h"
#include "meter/meter_state.h"

static entitle_status
write_group(entitle_meter *meter, ent_usage_group *group, entitle_error *error)
{
    entitle_status status =
        ent_commit_queue_add(&meter->commits, group, ent_meter_now_s(meter), error);

    if (status == ENTITLE_OK && group->untagged > 0) {
        ent_log(
            &meter->runtime,
            ENTITLE_LOG_WARNING,
            "an hour of '%.80s' has too many sets of tags: some units count without "
            "any",
            group->events[group->culprit].key.dimension);
    }
    return status;
}

/*
 * A database's commit may hold although its answer was lost. Under an id, the same sums
 * can be written again.
 */
static entitle_status
name_sums(entitle_meter *meter, ent_usage_group *group, entitle_error *error)
{
    if (!meter->is_shared) {
        return ENTITLE_OK;
    }
    if (meter->unwritten_id[0] == '\0' &&
        !ent_random_uuid(&meter->runtime, meter->unwritten_id)) {
        return ent_fail(error, ENTITLE_INTERNAL_ERROR, "no random numbers can be had");
    }
    group->id = meter->unwritten_id;
    return ENTITLE_OK;
}

static entitle_status
write_named(entitle_meter *meter, ent_usage_group *group, entitle_error *error)
{
    entitle_error cause = { .status = ENTITLE_OK };
    entitle_status status = name_sums(meter, group, &cause);

    if (status == ENTITLE_OK) {
        status = write_group(meter, group, &cause);
    }
    if (status == ENTITLE_OK || cause.is_certainly_undone) {
        meter->unwritten_id[0] = '\0';
    }
    if (status != ENTITLE_OK && error != NULL) {
        *error = cause;
    }
    return status;
}

/* All sums in one transaction, so that a failure leaves all of them in memory. */
static entitle_status
write_sums(entitle_meter *meter, entitle_error *error)
{
    size_t count = ent_pending_count(meter->pending);
    ent_usage_event *events = ent_allocate(&meter->runtime, count * sizeof(*events));
    if (events == NULL) {
        return ent_fail_memory(error);
    }
    for (size_t i = 0; i < count; i++) {
        events[i] = *ent_pending_event(meter->pending, i);
    }
    ent_usage_group group = {
        .events = events,
        .count = count,
        .takes_any_identity = true,
        .takes_any_tags = true,
    };
    entitle_status status = write_named(meter, &group, error);
    if (status == ENTITLE_OK) {
        ent_pending_clear(meter->pending);
    }
    meter->clock_s = 0; /* it may have been put back */
    ent_release(&meter->runtime, events);
    return status;
}

/* With the pending lock held. Nothing joins sums that may be written already. */
static entitle_status
write_if_due(entitle_meter *meter, entitle_error *error)
{
    int64_t since_ms = ent_pending_since_ms(meter->pending);
    bool is_due = since_ms >= 0 &&
                  (meter->unwritten_id[0] != '\0' ||
                   ent_quick_ms(&meter->runtime) - since_ms >= meter->write_after_ms);

    return is_due ? write_sums(meter, error) : ENTITLE_OK;
}

/* Reads the clock only for a use that has no time, or a later one than any before. */
static void
date(entitle_meter *meter, entitle_use *use)
{
    if (use->at_s == 0 || use->at_s > meter->clock_s) {
        meter->clock_s = ent_meter_now_s(meter);
    }
    if (use->at_s == 0) {
        use->at_s = meter->clock_s;
    }
}

/* An equal use has been checked before: most uses end here. With the lock held. */
static bool
add_to_equal(entitle_meter *meter, const entitle_use *use)
{
    const ent_usage_event event = {
        .key = { .product_code = use->product_code != NULL ? use->product_code
                                                           : meter->product_code,
                 .dimension = use->dimension,
                 .customer = "",
                 .license_arn = "",
                 .instance = meter->instance },
        .at_s = use->at_s,
        .quantity = use->quantity,
        .tags = "",
    };
    bool is_plain = use->tag_count == 0 && use->customer_account == NULL &&
                    use->license_arn == NULL && use->customer_identifier == NULL;

    return is_plain && event.key.product_code != NULL && use->dimension != NULL &&
           use->at_s > 0 && use->at_s <= meter->clock_s && use->quantity >= 0 &&
           use->quantity <= ENT_LEDGER_QUANTITY_MAXIMUM &&
           ent_pending_find_and_add(meter->pending, &event);
}

static entitle_status
add_to_sum(entitle_meter *meter, const entitle_use *use, entitle_error *error)
{
    ent_use_defaults defaults = ent_meter_defaults(meter);
    ent_use read;
    entitle_status status =
        ent_use_read(use, &defaults, "", meter->clock_s, &read, error);
    if (status == ENTITLE_OK &&
        !ent_pending_find_and_add(meter->pending, &read.event) &&
        !ent_pending_insert(
            meter->pending,
            &read.event,
            meter->runtime.monotonic_ms(meter->runtime.context))) {
        status = ent_fail_memory(error);
    }
    ent_use_clear(&meter->runtime, &read);
    return status;
}

entitle_status
ent_meter_add_buffered(entitle_meter *meter, entitle_use *use, entitle_error *error)
{
    (void)pthread_mutex_lock(&meter->pending_lock);
    /* First: a use that cannot be kept must not count. */
    entitle_status status = write_if_due(meter, error);
    date(meter, use);
    if (status == ENTITLE_OK && !add_to_equal(meter, use)) {
        status = add_to_sum(meter, use, error);
    }
    (void)pthread_mutex_unlock(&meter->pending_lock);
    return status;
}

entitle_status
entitle_meter_sync(entitle_meter *meter, entitle_error *error)
{
    if (meter == NULL) {
        return ent_meter_is_missing(error);
    }
    if (meter->pending == NULL) {
        return ENTITLE_OK;
    }
    (void)pthread_mutex_lock(&meter->pending_lock);
    entitle_status status =
        ent_pending_count(meter->pending) > 0 ? write_sums(meter, error) : ENTITLE_OK;
    (void)pthread_mutex_unlock(&meter->pending_lock);
    return status;
}
