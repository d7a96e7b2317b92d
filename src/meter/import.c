/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "meter/meter_state.h"

#include <string.h>

/*
 * Equal uses of an hour are summed up in memory and written as one; of many different
 * ones no more than these are kept.
 */
enum { SUMS_LIMIT = 8192, TEXTS_LIMIT = 16 * 1024 * 1024 };

struct entitle_meter_import {
    entitle_meter *meter;
    ent_ledger *ledger; /* a connection of its own, whose transaction others wait for */
    ent_pending *sums;
    uint64_t *places; /* of the first use of each sum */
    size_t texts_length;
    uint64_t culprit;
    bool is_over;
};

static entitle_status
begin(entitle_meter_import *import, entitle_error *error)
{
    const entitle_runtime *runtime = &import->meter->runtime;

    import->places = ent_allocate(runtime, SUMS_LIMIT * sizeof(*import->places));
    import->sums = ent_pending_new(runtime);
    if (import->places == NULL || import->sums == NULL) {
        return ent_fail_memory(error);
    }
    entitle_status status =
        ent_meter_open_ledger(import->meter, &import->ledger, error);
    return status == ENTITLE_OK ? ent_ledger_begin(import->ledger, error) : status;
}

entitle_status
entitle_meter_import_begin(
    entitle_meter *meter, entitle_meter_import **out, entitle_error *error)
{
    if (meter == NULL || out == NULL) {
        return ent_meter_is_missing(error);
    }
    *out = NULL;
    entitle_meter_import *import = ent_allocate(&meter->runtime, sizeof(*import));
    if (import == NULL) {
        return ent_fail_memory(error);
    }
    import->meter = meter;
    entitle_status status = begin(import, error);
    if (status != ENTITLE_OK) {
        entitle_meter_import_free(import);
        return status;
    }
    *out = import;
    return ENTITLE_OK;
}

/* --- What is summed up ------------------------------------------------------------ */

/* Blames the first use of the sum that the ledger refused. */
static entitle_status
write_group(
    entitle_meter_import *import,
    ent_usage_group *group,
    const uint64_t *places,
    entitle_error *error)
{
    entitle_status status =
        ent_ledger_add(import->ledger, group, 1, ent_meter_now_s(import->meter), error);

    if (status == ENTITLE_OK && group->refusal != ENT_REFUSED_NOT) {
        import->culprit = places[group->culprit];
        return ent_meter_refuse(group->refusal, &group->events[group->culprit], error);
    }
    return status;
}

static entitle_status
write_sums(entitle_meter_import *import, entitle_error *error)
{
    const entitle_runtime *runtime = &import->meter->runtime;
    size_t count = ent_pending_count(import->sums);
    if (count == 0) {
        return ENTITLE_OK;
    }
    ent_usage_event *events = ent_allocate(runtime, count * sizeof(*events));
    if (events == NULL) {
        return ent_fail_memory(error);
    }
    for (size_t i = 0; i < count; i++) {
        events[i] = *ent_pending_event(import->sums, i);
    }
    ent_usage_group group = { .events = events, .count = count };
    entitle_status status = write_group(import, &group, import->places, error);
    ent_release(runtime, events);
    ent_pending_clear(import->sums);
    import->texts_length = 0;
    return status;
}

static size_t
texts_length(const ent_usage_event *event)
{
    return strlen(event->key.dimension) + strlen(event->key.customer) +
           strlen(event->key.license_arn) + strlen(event->tags);
}

static entitle_status
begin_sum(
    entitle_meter_import *import,
    const ent_usage_event *event,
    uint64_t place,
    entitle_error *error)
{
    if (ent_pending_count(import->sums) == SUMS_LIMIT ||
        import->texts_length > TEXTS_LIMIT) {
        entitle_status status = write_sums(import, error);
        if (status != ENTITLE_OK) {
            return status;
        }
    }
    size_t index = ent_pending_count(import->sums);
    if (!ent_pending_insert(import->sums, event, 0)) {
        return ent_fail_memory(error);
    }
    import->places[index] = place;
    import->texts_length += texts_length(event);
    return ENTITLE_OK;
}

/* A use of AgentCore is never summed up: each is a record. */
static entitle_status
add_event(
    entitle_meter_import *import,
    ent_usage_event *event,
    uint64_t place,
    entitle_error *error)
{
    char token[ENT_UUID_SIZE];
    entitle_status status = ent_meter_give_token(import->meter, event, token, error);

    if (status != ENTITLE_OK) {
        return status;
    }
    event->id = ""; /* noted already */
    if (event->client_token[0] != '\0') {
        ent_usage_group group = { .events = event, .count = 1 };
        return write_group(import, &group, &place, error);
    }
    return ent_pending_find_and_add(import->sums, event)
               ? ENTITLE_OK
               : begin_sum(import, event, place, error);
}

/* --- A use ------------------------------------------------------------------------ */

/* The key of a use that names its customer as the ledger does, or not at all. */
static bool
find_owner(const entitle_meter *meter, const entitle_use *use, ent_usage_key *key)
{
    key->customer = key->license_arn = key->instance = "";
    if (use->customer_identifier != NULL) {
        key->form = ENT_CUSTOMER_IDENTIFIER;
        key->customer = use->customer_identifier;
        return use->customer_account == NULL && use->license_arn == NULL;
    }
    if (use->customer_account == NULL && use->license_arn == NULL) {
        key->form = ENT_CUSTOMER_OF_INSTANCE;
        key->instance = meter->instance;
        return true;
    }
    key->form = ENT_CUSTOMER_LICENSE;
    key->customer = use->customer_account;
    key->license_arn = use->license_arn;
    return use->customer_account != NULL && use->license_arn != NULL &&
           ent_text_starts_with(use->license_arn, "arn:");
}

/* An equal use has been checked before: most end here. */
static bool
add_to_equal(entitle_meter_import *import, const entitle_use *use, int64_t now_s)
{
    const entitle_meter *meter = import->meter;
    ent_usage_event event = {
        .key = { .product_code = use->product_code != NULL ? use->product_code
                                                           : meter->product_code,
                 .dimension = use->dimension },
        .at_s = use->at_s,
        .quantity = use->quantity,
        .tags = "",
    };

    return use->tag_count == 0 && !meter->by_event && event.key.product_code != NULL &&
           use->dimension != NULL && use->at_s > 0 && use->at_s <= now_s &&
           use->quantity >= 0 && use->quantity <= ENT_LEDGER_QUANTITY_MAXIMUM &&
           find_owner(meter, use, &event.key) &&
           ent_pending_find_and_add(import->sums, &event);
}

static entitle_status
add_checked(
    entitle_meter_import *import,
    const entitle_use *use,
    uint64_t place,
    int64_t now_s,
    entitle_error *error)
{
    ent_use_defaults defaults = ent_meter_defaults(import->meter);
    ent_use read;
    entitle_status status = ent_use_read(use, &defaults, "", now_s, &read, error);

    if (status == ENTITLE_OK) {
        status = add_event(import, &read.event, place, error);
    }
    ent_use_clear(defaults.runtime, &read);
    return status;
}

/* Whether it has an id that ent_use_read() would refuse. */
static bool
has_wrong_id(const entitle_use *use)
{
    return use->id != NULL &&
           (use->id[0] == '\0' || strlen(use->id) > ENT_USE_ID_LIMIT);
}

/* Ids are noted as they come, so that one that is twice in the import counts once. */
static entitle_status
note_id(
    entitle_meter_import *import,
    const entitle_use *use,
    bool *is_new,
    entitle_error *error)
{
    *is_new = true;
    return use->id != NULL
               ? ent_ledger_note_id(import->ledger, use->id, use->at_s, is_new, error)
               : ENTITLE_OK;
}

static entitle_status
add(entitle_meter_import *import,
    const entitle_use *given,
    uint64_t place,
    bool *counted,
    entitle_error *error)
{
    int64_t now_s = ent_meter_now_s(import->meter);
    entitle_use use;
    entitle_status status = ent_use_copy(given, now_s, &use, error);
    if (status != ENTITLE_OK || has_wrong_id(&use)) {
        return status != ENTITLE_OK ? status
                                    : add_checked(import, &use, place, now_s, error);
    }
    status = note_id(import, &use, counted, error);
    if (status != ENTITLE_OK || !*counted || add_to_equal(import, &use, now_s)) {
        return status;
    }
    return add_checked(import, &use, place, now_s, error);
}

entitle_status
entitle_meter_import_add(
    entitle_meter_import *import,
    const entitle_use *use,
    uint64_t place,
    bool *counted,
    entitle_error *error)
{
    bool is_counted = false;

    if (import == NULL) {
        return ent_meter_is_missing(error);
    }
    if (import->is_over) {
        return ent_fail(error, ENTITLE_INVALID_ARGUMENT, "the import has ended");
    }
    import->culprit = place;
    entitle_status status = add(import, use, place, &is_counted, error);
    import->is_over = status != ENTITLE_OK;
    if (counted != NULL) {
        *counted = status == ENTITLE_OK && is_counted;
    }
    return status;
}

/* --- The end ---------------------------------------------------------------------- */

entitle_status
entitle_meter_import_commit(entitle_meter_import *import, entitle_error *error)
{
    if (import == NULL) {
        return ent_meter_is_missing(error);
    }
    if (import->is_over) {
        return ent_fail(error, ENTITLE_INVALID_ARGUMENT, "the import has ended");
    }
    import->is_over = true;
    entitle_status status = write_sums(import, error);
    return status == ENTITLE_OK ? ent_ledger_commit(import->ledger, error) : status;
}

uint64_t
entitle_meter_import_culprit(const entitle_meter_import *import)
{
    return import != NULL ? import->culprit : 0;
}

void
entitle_meter_import_free(entitle_meter_import *import)
{
    if (import == NULL) {
        return;
    }
    entitle_runtime runtime = import->meter->runtime;

    if (import->ledger != NULL) {
        ent_ledger_abandon(import->ledger);
        ent_ledger_close(import->ledger);
    }
    ent_pending_free(import->sums);
    ent_release(&runtime, import->places);
    ent_release(&runtime, import);
}
