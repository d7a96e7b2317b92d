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

    if (meter == NULL || (uses == NULL && count > 0) || counted == NULL) {
        return ent_meter_is_missing(error);
    }
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
    if (meter == NULL) {
        return ent_meter_is_missing(error);
    }
    entitle_status status = ent_use_copy(use, 0, &copy, error);
    if (status != ENTITLE_OK) {
        return status;
    }
    /* An id counts once only where it is looked up in the ledger. */
    if (meter->pending != NULL && copy.id == NULL) {
        status = ent_meter_add_buffered(meter, &copy, error);
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
