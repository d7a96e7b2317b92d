/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_UNIT_LEDGER_RANDOM_MODEL_H
#define TEST_UNIT_LEDGER_RANDOM_MODEL_H

#include "ledger_bench.h"

/*
 * What a random program has done to the ledger on the bench, of each key only in
 * totals: what was added, what the service has honoured, and what the ledger was told
 * of that.
 *
 * The service honours a record once. Where the ledger says accepted, it has; where the
 * ledger has units that it may still send, it has not, or has under the same bytes.
 */
enum { MODEL_NAME_SIZE = 32 };

/* Forgets all: a new program begins. */
void model_begin(void);

/* An event that counts. */
void model_add(const ent_usage_event *event);

/* The service gets a record; again it must be the same to the byte. */
void model_honour(const bench_taken *taken);
bool model_has_honoured(int64_t record);

/* The ledger has learnt that it did. */
void model_accept(const bench_taken *taken);

/* What the service calls a record; each is told by its own name. */
void model_name(int64_t record, char name[MODEL_NAME_SIZE]);

/* Fails where the sums of any key are not as they must be. */
void model_compare_sums(void);

/* Fails where an accepted record is not as the service has it. */
void model_compare_records(void);

#endif
