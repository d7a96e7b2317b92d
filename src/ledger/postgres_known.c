/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/postgres_known.h"

#include "base/memory.h"

#include <string.h>

enum {
    PLACES_AT_FIRST = 64,
    /* Some 10 MB; whoever uses more keys in turn begins anew now and then. */
    KEYS_LIMIT = 65536,
    TEXTS = 5
};

struct ent_known_key {
    uint64_t hash;
    int64_t id;
    ent_customer_form form;
    char texts[]; /* of the key, one after the other, each with its NUL */
};

static void
list_texts(const ent_usage_key *key, const char *out[TEXTS])
{
    out[0] = key->customer;
    out[1] = key->dimension;
    out[2] = key->product_code;
    out[3] = key->license_arn;
    out[4] = key->instance;
}

/* FNV-1a, with the end of each text. */
static uint64_t
hash_of(const ent_usage_key *key)
{
    const char *texts[TEXTS];
    uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ (uint64_t)key->form;

    list_texts(key, texts);
    for (size_t i = 0; i < TEXTS; i++) {
        const char *at = texts[i];
        do {
            hash = (hash ^ (unsigned char)*at) * UINT64_C(0x100000001b3);
        } while (*at++ != '\0');
    }
    return hash;
}

static bool
is_same(const ent_known_key *known, const ent_usage_key *key, uint64_t hash)
{
    const char *texts[TEXTS];
    const char *at = known->texts;
    if (known->hash != hash || known->form != key->form) {
        return false;
    }
    list_texts(key, texts);
    for (size_t i = 0; i < TEXTS; i++) {
        if (strcmp(at, texts[i]) != 0) {
            return false;
        }
        at += strlen(at) + 1;
    }
    return true;
}

/* Where the key is, or would be: half of the places are free. */
static ent_known_key **
find_place(const ent_known_keys *known, const ent_usage_key *key, uint64_t hash)
{
    size_t mask = known->place_count - 1;
    size_t at = (size_t)(hash ^ hash >> 32) & mask;

    while (known->places[at] != NULL && !is_same(known->places[at], key, hash)) {
        at = (at + 1) & mask;
    }
    return &known->places[at];
}

int64_t
ent_known_keys_find(const ent_known_keys *known, const ent_usage_key *key)
{
    if (known->count == 0) {
        return 0;
    }
    const ent_known_key *there = *find_place(known, key, hash_of(key));
    return there != NULL ? there->id : 0;
}

static void
put(ent_known_key **places, size_t place_count, ent_known_key *known)
{
    size_t at = (size_t)(known->hash ^ known->hash >> 32) & (place_count - 1);

    while (places[at] != NULL) {
        at = (at + 1) & (place_count - 1);
    }
    places[at] = known;
}

/* Makes room for one more. False: there is none. */
static bool
grow(ent_known_keys *known, const entitle_runtime *runtime)
{
    if (known->count >= KEYS_LIMIT) {
        ent_known_keys_clear(known, runtime);
    }
    if (known->count < known->place_count / 2) {
        return true;
    }
    size_t place_count =
        known->place_count > 0 ? known->place_count * 2 : PLACES_AT_FIRST;
    ent_known_key **places = ent_allocate(runtime, place_count * sizeof(*places));
    if (places == NULL) {
        return false;
    }
    for (size_t i = 0; i < known->place_count; i++) {
        if (known->places[i] != NULL) {
            put(places, place_count, known->places[i]);
        }
    }
    ent_release(runtime, known->places);
    known->places = places;
    known->place_count = place_count;
    return true;
}

static ent_known_key *
copy(
    const entitle_runtime *runtime, const ent_usage_key *key, uint64_t hash, int64_t id)
{
    const char *texts[TEXTS];
    size_t size = 0;
    list_texts(key, texts);
    for (size_t i = 0; i < TEXTS; i++) {
        size += strlen(texts[i]) + 1;
    }
    ent_known_key *out = ent_allocate(runtime, sizeof(*out) + size);
    if (out == NULL) {
        return NULL;
    }
    out->hash = hash;
    out->id = id;
    out->form = key->form;
    char *at = out->texts;
    for (size_t i = 0; i < TEXTS; i++) {
        size = strlen(texts[i]) + 1;
        memcpy(at, texts[i], size);
        at += size;
    }
    return out;
}

void
ent_known_keys_add(
    ent_known_keys *known,
    const entitle_runtime *runtime,
    const ent_usage_key *key,
    int64_t id)
{
    if (ent_known_keys_find(known, key) != 0 || !grow(known, runtime)) {
        return;
    }
    uint64_t hash = hash_of(key);
    ent_known_key *added = copy(runtime, key, hash, id);
    if (added != NULL) {
        put(known->places, known->place_count, added);
        known->count++;
    }
}

void
ent_known_keys_clear(ent_known_keys *known, const entitle_runtime *runtime)
{
    for (size_t i = 0; i < known->place_count; i++) {
        ent_release(runtime, known->places[i]);
    }
    ent_release(runtime, known->places);
    *known = (ent_known_keys){ .count = 0 };
}
