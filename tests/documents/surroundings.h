/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DOCUMENTS_SURROUNDINGS_H
#define DOCUMENTS_SURROUNDINGS_H

#include <entitle.h>
#include <entitle/licence.h>
#include <entitle/meter.h>

#include <stddef.h>
#include <stdint.h>

/*
 * What the fragments of C in the documents take for granted: objects of the library
 * that were made before, by the names that they always have, and parts of the reader's
 * own program.
 */
#define SURROUNDINGS                                                                   \
    entitle_metering *metering, entitle_meter *meter, const entitle_licence *licence,  \
        entitle_usage_batch batch, int64_t now_s, entitle_error error,                 \
        own_batch *batches, size_t batch_count

typedef struct own_batch {
    const char *json;
    size_t length;
} own_batch;

void keep_outcome(
    void *context,
    entitle_status status,
    const entitle_answer *answer,
    const entitle_error *error);
void offer_export(void);

#endif
