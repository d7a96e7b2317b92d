/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_METER_PENDING_H
#define ENT_METER_PENDING_H

#include "ledger/ledger.h"

/*
 * Usage that is summed up in memory until it is written: a hash table by key, tags and
 * hour. One thread at a time.
 */
typedef struct ent_pending ent_pending;

ent_pending *ent_pending_new(const entitle_runtime *runtime);
void ent_pending_free(ent_pending *pending);

/* When the first use came that is in it; negative: it is empty. */
int64_t ent_pending_since_ms(const ent_pending *pending);

/*
 * Adds to the sum of an equal event without looking at it further; false: there is
 * none. Compared are all members but quantity and time within the hour.
 */
bool ent_pending_find_and_add(ent_pending *pending, const ent_usage_event *event);

/* Makes a new sum of a copy of the event. False: no memory. */
bool
ent_pending_insert(ent_pending *pending, const ent_usage_event *event, int64_t now_ms);

/* The sums as events, for writing; they belong to the table. */
size_t ent_pending_count(const ent_pending *pending);
const ent_usage_event *ent_pending_event(const ent_pending *pending, size_t index);

void ent_pending_clear(ent_pending *pending);

#endif
