/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/batch_reading.h"

#include "base/error.h"
#include "base/log.h"
#include "base/memory.h"
#include "metering/batch_result.h"
#include "metering/usage_echo.h"

#include <stdio.h>
#include <string.h>

/* One entry of the answer. */
typedef struct batch_entry {
    ent_usage_echo echo;
    entitle_usage_outcome outcome;
    char record_id[ENT_RECORD_ID_SIZE];
} batch_entry;

/* The answer being read. Not more entries can find a record than there are records. */
typedef struct batch_reading {
    const ent_usage_batch *batch;
    entitle_usage_batch_result *result;
    batch_entry inexact[ENTITLE_USAGE_BATCH_LIMIT];
    size_t inexact_count;
} batch_reading;

/* --- Reading the answer's entries ------------------------------------------------- */

/* What was metered has an id: a success without one proves nothing. */
static entitle_usage_outcome
outcome_of(const ent_json *result, bool has_record_id)
{
    const char *status = ent_json_string(ent_json_member(result, "Status"));
    entitle_usage_outcome outcome =
        status != NULL ? ent_usage_outcome_of_status(status) : ENTITLE_USAGE_UNKNOWN;

    return outcome != ENTITLE_USAGE_SUCCESS || has_record_id ? outcome
                                                             : ENTITLE_USAGE_UNKNOWN;
}

static bool
read_result(const ent_json *json, batch_entry *out)
{
    bool has_record_id = ent_record_id_read(json, out->record_id);

    out->outcome = outcome_of(json, has_record_id);
    return ent_usage_echo_read(ent_json_member(json, "UsageRecord"), &out->echo);
}

static bool
read_unprocessed(const ent_json *json, batch_entry *out)
{
    out->record_id[0] = '\0';
    out->outcome = ENTITLE_USAGE_UNPROCESSED;
    return ent_usage_echo_read(json, &out->echo);
}

/* --- Finding their records -------------------------------------------------------- */

static void
assign(batch_reading *reading, size_t index, const batch_entry *entry)
{
    ent_record_result *record = &reading->result->records[index];

    record->has_answer = true;
    record->outcome = entry->outcome;
    memcpy(record->record_id, entry->record_id, sizeof(record->record_id));
}

/*
 * A result without a record to go to. Those that it could mean as well and that have
 * been told something else are not believed any more.
 */
static void
distrust(batch_reading *reading, const batch_entry *entry)
{
    reading->result->stray_count++;
    for (size_t i = 0; i < reading->batch->record_count; i++) {
        ent_record_result *record = &reading->result->records[i];

        if (record->outcome != entry->outcome &&
            ent_usage_echo_may_be(&entry->echo, &reading->batch->records[i])) {
            record->outcome = ENTITLE_USAGE_UNKNOWN;
            record->record_id[0] = '\0';
        }
    }
}

static void
place_exactly(batch_reading *reading, const batch_entry *entry)
{
    for (size_t i = 0; i < reading->batch->record_count; i++) {
        if (!reading->result->records[i].has_answer &&
            ent_usage_echo_is(&entry->echo, &reading->batch->records[i])) {
            assign(reading, i, entry);
            return;
        }
    }
    if (reading->inexact_count < ENTITLE_USAGE_BATCH_LIMIT) {
        reading->inexact[reading->inexact_count++] = *entry;
    } else {
        distrust(reading, entry);
    }
}

/* Equal but for their minutes, so that either may have either's answer. */
static bool
are_interchangeable(
    const entitle_customer_usage *one, const entitle_customer_usage *other)
{
    const ent_usage_echo echo = {
        .customer_account = one->customer_account,
        .license_arn = one->license_arn,
        .customer_identifier = one->customer_identifier,
        .dimension = one->dimension,
        .at_s = other->at_s,
        .quantity = (double)one->quantity,
    };

    return one->allocation_count == 0 && ent_usage_echo_is(&echo, other);
}

static void
place_loosely(batch_reading *reading, const batch_entry *entry)
{
    const entitle_customer_usage *records = reading->batch->records;
    size_t count = reading->batch->record_count;
    size_t found = count;

    for (size_t i = 0; i < count; i++) {
        if (reading->result->records[i].has_answer ||
            !ent_usage_echo_may_be(&entry->echo, &records[i])) {
            continue;
        }
        if (found < count && !are_interchangeable(&records[found], &records[i])) {
            found = count;
            break;
        }
        found = found < count ? found : i;
    }
    if (found < count) {
        assign(reading, found, entry);
    } else {
        distrust(reading, entry);
    }
}

static void
read_list(
    batch_reading *reading,
    const ent_json *list,
    bool (*read)(const ent_json *json, batch_entry *out))
{
    const ent_json *json = ent_json_first(list);

    for (; json != NULL; json = ent_json_next(json)) {
        batch_entry entry;

        if (read(json, &entry)) {
            place_exactly(reading, &entry);
        } else {
            reading->result->stray_count++;
        }
    }
}

static void
warn_of_gaps(const entitle_runtime *runtime, const entitle_usage_batch_result *result)
{
    size_t unknown = 0;

    for (size_t i = 0; i < result->count; i++) {
        unknown += result->records[i].outcome == ENTITLE_USAGE_UNKNOWN;
    }
    if (unknown > 0 || result->stray_count > 0) {
        ent_log(
            runtime,
            ENTITLE_LOG_WARNING,
            "BatchMeterUsage: %zu of %zu records have no clear answer, and %zu results "
            "belong to no record",
            unknown,
            result->count,
            result->stray_count);
    }
}

/* Unprocessed by this attempt; the one before it may have been carried out. */
static void
doubt_unprocessed(entitle_usage_batch_result *result)
{
    for (size_t i = 0; i < result->count; i++) {
        if (result->records[i].outcome == ENTITLE_USAGE_UNPROCESSED) {
            result->records[i].outcome = ENTITLE_USAGE_UNKNOWN;
        }
    }
}

static void
read_answer(const ent_json_answer *answer, batch_reading *reading)
{
    const ent_json *json = answer->json;

    read_list(reading, ent_json_member(json, "Results"), read_result);
    read_list(reading, ent_json_member(json, "UnprocessedRecords"), read_unprocessed);
    for (size_t i = 0; i < reading->inexact_count; i++) {
        place_loosely(reading, &reading->inexact[i]);
    }
    if (answer->is_behind_doubt) {
        doubt_unprocessed(reading->result);
    }
}

static entitle_status
check_lists(const ent_json *json, entitle_error *error)
{
    if (ent_json_is_array(ent_json_member(json, "Results")) ||
        ent_json_is_array(ent_json_member(json, "UnprocessedRecords"))) {
        return ENTITLE_OK;
    }
    ent_fail(
        error,
        ENTITLE_BAD_RESPONSE,
        "the answer to BatchMeterUsage has no list of results");
    ent_hint(error, "check the endpoint: what answers there is not the service");
    return ENTITLE_BAD_RESPONSE;
}

entitle_status
ent_usage_batch_result_read(
    const entitle_runtime *runtime,
    const ent_usage_batch *batch,
    const ent_json_answer *answer,
    entitle_usage_batch_result **out,
    entitle_error *error)
{
    entitle_status status = check_lists(answer->json, error);
    batch_reading *reading;
    entitle_usage_batch_result *result;

    if (status != ENTITLE_OK) {
        return status;
    }
    result = ent_allocate(runtime, sizeof(*result));
    reading = ent_allocate(runtime, sizeof(*reading));
    if (result == NULL || reading == NULL) {
        ent_release(runtime, result);
        ent_release(runtime, reading);
        return ent_fail_memory(error);
    }
    result->runtime = *runtime;
    result->count = batch->record_count;
    (void)snprintf(
        result->request_id, sizeof(result->request_id), "%s", answer->request_id);
    reading->batch = batch;
    reading->result = result;
    read_answer(answer, reading);
    ent_release(runtime, reading);
    warn_of_gaps(runtime, result);
    *out = result;
    return ENTITLE_OK;
}
