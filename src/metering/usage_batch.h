/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_METERING_USAGE_BATCH_H
#define ENT_METERING_USAGE_BATCH_H

#include "base/buffer.h"

#include <entitle/usage.h>

/* A batch as it was asked for, with the records copied out of the caller's structs. */
typedef struct ent_usage_batch {
    const char *product_code; /* NULL: none */
    entitle_customer_usage records[ENTITLE_USAGE_BATCH_LIMIT];
    size_t record_count;
} ent_usage_batch;

/* Copies only. ENTITLE_INVALID_ARGUMENT, or ENTITLE_INVALID_INPUT for too many. */
ENTITLE_CHECKED entitle_status ent_usage_batch_copy(
    const entitle_usage_batch *from, ent_usage_batch *out, entitle_error *error);

/*
 * Copies and checks: each record by itself, and all together. ENTITLE_INVALID_INPUT,
 * ENTITLE_INVALID_PRODUCT_CODE, or ENTITLE_INVALID_ARGUMENT for what is no such struct.
 */
ENTITLE_CHECKED entitle_status ent_usage_batch_settle(
    const entitle_runtime *runtime,
    const entitle_usage_batch *from,
    ent_usage_batch *out,
    entitle_error *error);

/* The request. The same batch is always the same bytes. */
void ent_usage_batch_write(const ent_usage_batch *batch, ent_buffer *out);

#endif
