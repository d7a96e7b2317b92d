/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_LEDGER_POSTGRES_KNOWN_H
#define ENT_LEDGER_POSTGRES_KNOWN_H

#include "ledger/ledger.h"

/*
 * The numbers of keys that this process has used before: a key is never deleted and
 * never another's, so that its number holds in the database that gave it. What does not
 * fit into memory is not known, and looked up again.
 */
typedef struct ent_known_key ent_known_key;

/* All zero: empty. */
typedef struct ent_known_keys {
    ent_known_key **places;
    size_t place_count; /* a power of two */
    size_t count;
} ent_known_keys;

/* The key's number; 0: it is not known. */
int64_t ent_known_keys_find(const ent_known_keys *known, const ent_usage_key *key);

/* Where it is new. */
void ent_known_keys_add(
    ent_known_keys *known,
    const entitle_runtime *runtime,
    const ent_usage_key *key,
    int64_t id);

void ent_known_keys_clear(ent_known_keys *known, const entitle_runtime *runtime);

#endif
