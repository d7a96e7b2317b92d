/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/batch_result.h"

#include "base/memory.h"

#include <string.h>

static const struct {
    entitle_usage_outcome outcome;
    const char *status; /* as AWS calls it; NULL: it has no name there */
    const char *name;
} outcomes[] = {
    { ENTITLE_USAGE_SUCCESS, "Success", "success" },
    { ENTITLE_USAGE_CUSTOMER_NOT_SUBSCRIBED,
      "CustomerNotSubscribed",
      "customer_not_subscribed" },
    { ENTITLE_USAGE_DUPLICATE_RECORD, "DuplicateRecord", "duplicate_record" },
    { ENTITLE_USAGE_UNPROCESSED, NULL, "unprocessed" },
};

enum { OUTCOME_COUNT = sizeof(outcomes) / sizeof(outcomes[0]) };

entitle_usage_outcome
ent_usage_outcome_of_status(const char *status)
{
    for (size_t i = 0; i < OUTCOME_COUNT; i++) {
        if (outcomes[i].status != NULL && strcmp(outcomes[i].status, status) == 0) {
            return outcomes[i].outcome;
        }
    }
    return ENTITLE_USAGE_UNKNOWN;
}

void
entitle_usage_batch_result_free(entitle_usage_batch_result *result)
{
    if (result == NULL) {
        return;
    }
    entitle_runtime runtime = result->runtime;

    ent_release(&runtime, result);
}

size_t
entitle_usage_batch_result_count(const entitle_usage_batch_result *result)
{
    return result != NULL ? result->count : 0;
}

entitle_usage_outcome
entitle_usage_batch_result_outcome(
    const entitle_usage_batch_result *result, size_t index)
{
    return result != NULL && index < result->count ? result->records[index].outcome
                                                   : ENTITLE_USAGE_UNKNOWN;
}

const char *
entitle_usage_batch_result_record_id(
    const entitle_usage_batch_result *result, size_t index)
{
    return result != NULL && index < result->count ? result->records[index].record_id
                                                   : "";
}

const char *
entitle_usage_batch_result_request_id(const entitle_usage_batch_result *result)
{
    return result != NULL ? result->request_id : "";
}

size_t
entitle_usage_batch_result_stray_count(const entitle_usage_batch_result *result)
{
    return result != NULL ? result->stray_count : 0;
}

const char *
entitle_usage_outcome_name(entitle_usage_outcome outcome)
{
    for (size_t i = 0; i < OUTCOME_COUNT; i++) {
        if (outcomes[i].outcome == outcome) {
            return outcomes[i].name;
        }
    }
    return "unknown";
}
