/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_METERING_BATCH_RESULT_H
#define ENT_METERING_BATCH_RESULT_H

#include "metering/record_id.h"

#include <entitle/runtime.h>
#include <entitle/usage.h>

#include <stdbool.h>

/* What is known of one record of the batch. */
typedef struct ent_record_result {
    bool has_answer;
    entitle_usage_outcome outcome;
    char record_id[ENT_RECORD_ID_SIZE];
} ent_record_result;

struct entitle_usage_batch_result {
    entitle_runtime runtime;
    char request_id[64];
    size_t count;
    size_t stray_count;
    ent_record_result records[ENTITLE_USAGE_BATCH_LIMIT];
};

/* By AWS's name, such as "DuplicateRecord"; ENTITLE_USAGE_UNKNOWN for any other. */
entitle_usage_outcome ent_usage_outcome_of_status(const char *status);

#endif
