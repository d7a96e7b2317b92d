/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/runtime.h"
#include "base/timestamp.h"
#include "meter/meter_state.h"

#include <stdio.h>
#include <string.h>

enum { WHERE_SIZE = 32 };

static entitle_status
refuse_tags(entitle_error *error)
{
    ent_fail(
        error,
        ENTITLE_INVALID_INPUT,
        "the hour has as many different sets of tags as a record holds: %d, or %d KiB",
        ENT_LEDGER_TAG_SETS_MAXIMUM - 1,
        ENT_LEDGER_TAG_BYTES_MAXIMUM / 1024);
    ent_hint(error, "use tags with fewer values: AWS takes so many in one record");
    return ENTITLE_INVALID_INPUT;
}

/* https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_BatchMeterUsage.html
 */
static entitle_status
refuse_identity(const ent_usage_event *event, entitle_error *error)
{
    bool is_licensed = event->key.form == ENT_CUSTOMER_LICENSE;
    char hour[ENT_TIMESTAMP_SIZE];

    ent_timestamp_iso(ent_hour_of(event->at_s), hour);
    ent_fail(
        error,
        ENTITLE_INVALID_INPUT,
        "usage of the %s %.100s in the hour %s goes by %s already: both would be "
        "billed",
        is_licensed ? "account" : "customer",
        event->key.customer,
        hour,
        is_licensed ? "its identifier" : "its account and licence");
    ent_hint(
        error,
        "name the customer in one way from one hour on, by the licence if it has one");
    return ENTITLE_INVALID_INPUT;
}

entitle_status
ent_meter_refuse(
    ent_usage_refusal refusal, const ent_usage_event *event, entitle_error *error)
{
    return refusal == ENT_REFUSED_IDENTITY ? refuse_identity(event, error)
                                           : refuse_tags(error);
}

entitle_status
ent_meter_give_token(
    const entitle_meter *meter,
    ent_usage_event *event,
    char token[ENT_UUID_SIZE],
    entitle_error *error)
{
    if (!meter->by_event || event->key.form != ENT_CUSTOMER_OF_INSTANCE) {
        return ENTITLE_OK;
    }
    if (!ent_random_uuid(&meter->runtime, token)) {
        return ent_fail(error, ENTITLE_INTERNAL_ERROR, "no random numbers can be had");
    }
    event->client_token = token;
    return ENTITLE_OK;
}

/* --- Buffered --------------------------------------------------------------------- */

/* What has too many sets of tags counts all the same, without them. */
static entitle_status
write_group(
    entitle_meter *meter,
    ent_usage_group *group,
    ent_usage_event *events,
    entitle_error *error)
{
    for (;;) {
        entitle_status status =
            ent_commit_queue_add(&meter->commits, group, ent_meter_now_s(meter), error);
        if (status != ENTITLE_OK || group->refusal == ENT_REFUSED_NOT) {
            return status;
        }
        ent_log(
            &meter->runtime,
            ENTITLE_LOG_WARNING,
            "an hour of '%.80s' has too many sets of tags: some units count without "
            "any",
            events[group->culprit].key.dimension);
        events[group->culprit].tags = "";
    }
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
    };
    entitle_status status = write_group(meter, &group, events, error);
    if (status == ENTITLE_OK) {
        ent_pending_clear(meter->pending);
    }
    meter->clock_s = 0; /* it may have been put back */
    ent_release(&meter->runtime, events);
    return status;
}

/* With the pending lock held. */
static entitle_status
write_if_due(entitle_meter *meter, entitle_error *error)
{
    int64_t since_ms = ent_pending_since_ms(meter->pending);

    return since_ms >= 0 &&
                   ent_quick_ms(&meter->runtime) - since_ms >= meter->write_after_ms
               ? write_sums(meter, error)
               : ENTITLE_OK;
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

static entitle_status
add_buffered(entitle_meter *meter, entitle_use *use, entitle_error *error)
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
    if (meter->pending == NULL) {
        return ENTITLE_OK;
    }
    (void)pthread_mutex_lock(&meter->pending_lock);
    entitle_status status =
        ent_pending_count(meter->pending) > 0 ? write_sums(meter, error) : ENTITLE_OK;
    (void)pthread_mutex_unlock(&meter->pending_lock);
    return status;
}

/* --- At once ---------------------------------------------------------------------- */

/* What was read of uses that are added together. */
typedef struct use_batch {
    ent_use *reads;
    ent_usage_event *events;
    char (*tokens)[ENT_UUID_SIZE];
    size_t count;
} use_batch;

static void
clear_batch(const entitle_runtime *runtime, use_batch *batch)
{
    for (size_t i = 0; batch->reads != NULL && i < batch->count; i++) {
        ent_use_clear(runtime, &batch->reads[i]);
    }
    ent_release(runtime, batch->reads);
    ent_release(runtime, batch->events);
    ent_release(runtime, batch->tokens);
}

static bool
make_batch(const entitle_runtime *runtime, size_t count, use_batch *out)
{
    out->count = count;
    out->reads = ent_allocate(runtime, count * sizeof(*out->reads));
    out->events = ent_allocate(runtime, count * sizeof(*out->events));
    out->tokens = ent_allocate(runtime, count * sizeof(*out->tokens));
    if (out->reads != NULL && out->events != NULL && out->tokens != NULL) {
        return true;
    }
    clear_batch(runtime, out);
    return false;
}

static entitle_status
read_one(
    const entitle_meter *meter,
    const entitle_use *given,
    const char *where,
    use_batch *batch,
    size_t index,
    entitle_error *error)
{
    ent_use_defaults defaults = ent_meter_defaults(meter);
    int64_t now_s = ent_meter_now_s(meter);
    entitle_use use;
    entitle_status status = ent_use_copy(given, now_s, &use, error);
    if (status == ENTITLE_OK) {
        status =
            ent_use_read(&use, &defaults, where, now_s, &batch->reads[index], error);
    }
    if (status != ENTITLE_OK) {
        return status;
    }
    batch->events[index] = batch->reads[index].event;
    return ent_meter_give_token(
        meter, &batch->events[index], batch->tokens[index], error);
}

static entitle_status
read_all(
    const entitle_meter *meter,
    const entitle_use *const *uses,
    use_batch *batch,
    size_t *culprit,
    entitle_error *error)
{
    for (size_t i = 0; i < batch->count; i++) {
        char where[WHERE_SIZE] = "";
        if (batch->count > 1) {
            (void)snprintf(where, sizeof(where), "uses[%zu]: ", i);
        }
        entitle_status status = read_one(meter, uses[i], where, batch, i, error);
        if (status != ENTITLE_OK) {
            *culprit = i;
            return status;
        }
    }
    return ENTITLE_OK;
}

static entitle_status
write_batch(
    entitle_meter *meter,
    const use_batch *batch,
    size_t *counted,
    size_t *culprit,
    entitle_error *error)
{
    ent_usage_group group = { .events = batch->events, .count = batch->count };
    entitle_status status =
        ent_commit_queue_add(&meter->commits, &group, ent_meter_now_s(meter), error);
    *counted = group.counted;
    *culprit = group.culprit;
    if (status == ENTITLE_OK && group.refusal != ENT_REFUSED_NOT) {
        return ent_meter_refuse(group.refusal, &group.events[group.culprit], error);
    }
    return status;
}

entitle_status
entitle_meter_add_all(
    entitle_meter *meter,
    const entitle_use *const *uses,
    size_t count,
    size_t *counted,
    size_t *culprit,
    entitle_error *error)
{
    size_t counted_here = 0;
    size_t culprit_here = 0;
    use_batch batch = { 0 };

    if (count == 0) {
        *counted = 0;
        return ENTITLE_OK;
    }
    if (!make_batch(&meter->runtime, count, &batch)) {
        return ent_fail_memory(error);
    }
    entitle_status status = read_all(meter, uses, &batch, &culprit_here, error);
    if (status == ENTITLE_OK) {
        status = write_batch(meter, &batch, &counted_here, &culprit_here, error);
    }
    clear_batch(&meter->runtime, &batch);
    *counted = status == ENTITLE_OK ? counted_here : 0;
    if (culprit != NULL) {
        *culprit = culprit_here;
    }
    return status;
}

entitle_status
entitle_meter_add(
    entitle_meter *meter, const entitle_use *use, bool *counted, entitle_error *error)
{
    entitle_use copy;
    entitle_status status = ent_use_copy(use, 0, &copy, error);
    if (status != ENTITLE_OK) {
        return status;
    }
    /* An id counts once only where it is looked up in the ledger. */
    if (meter->pending != NULL && copy.id == NULL) {
        status = add_buffered(meter, &copy, error);
        if (counted != NULL) {
            *counted = status == ENTITLE_OK;
        }
        return status;
    }
    const entitle_use *const uses[] = { &copy };
    size_t count = 0;
    status = entitle_meter_add_all(meter, uses, 1, &count, NULL, error);
    if (counted != NULL) {
        *counted = count == 1;
    }
    return status;
}
