/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_METER_BATCH_H
#define ENT_METER_BATCH_H

#include "base/buffer.h"
#include "meter/batch_search.h"
#include "meter/customer_stock.h"

#include <entitle/metering.h>

/*
 * Records on their way to AWS together. After a refusal it may take several requests,
 * each with a part of them, until all are decided. Sets of records are bits.
 */
typedef struct ent_batch {
    ent_stock_line *line; /* whence they came; NULL: there are none */
    ent_customer_record *records[ENTITLE_USAGE_BATCH_LIMIT];
    uint32_t undecided;
    uint32_t asked; /* those in the request under way */
    bool is_searching;
    ent_batch_search search;
    entitle_error refusal; /* of the suspects */
    ent_buffer body;
} ent_batch;

/* Whether a set has the record of that index. */
bool ent_batch_has(uint32_t set, size_t index);

/*
 * Writes the request that has those of the batch: the frozen elements as they are. By
 * licence it names no product. False: no memory.
 */
bool ent_batch_write(ent_batch *batch, uint32_t asked);

/*
 * What the answer says of each of those asked for, in their order.
 * ENTITLE_BAD_RESPONSE, ENTITLE_OUT_OF_MEMORY. Free the result with
 * entitle_usage_batch_result_free().
 */
ENTITLE_CHECKED entitle_status ent_batch_read_answer(
    const ent_batch *batch,
    const entitle_answer *answer,
    entitle_usage_batch_result **out,
    entitle_error *error);

#endif
