/* SPDX-License-Identifier: Apache-2.0 */
#include "meter/pending.h"

#include "base/memory.h"
#include "base/timestamp.h"

#include <string.h>

enum { SLOTS_AT_FIRST = 64 };

typedef struct pending_entry {
    ent_usage_event event;
    uint64_t hash;
} pending_entry;

struct ent_pending {
    entitle_runtime runtime;
    pending_entry *entries;
    size_t count;
    size_t *slots; /* index into entries plus one; 0: free */
    size_t slot_count;
    int64_t since_ms;
};

/* FNV-1a, with the text's end as a part of it, so that "a" "bc" is not "ab" "c". */
static uint64_t
mix(uint64_t hash, const char *text)
{
    const unsigned char *at = (const unsigned char *)text;

    do {
        hash = (hash ^ *at) * UINT64_C(0x100000001b3);
    } while (*at++ != '\0');
    return hash;
}

static uint64_t
hash_of(const ent_usage_event *event)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ (uint64_t)ent_hour_of(event->at_s);

    hash = mix(hash, event->key.dimension);
    hash = mix(hash, event->key.customer);
    hash = mix(hash, event->tags);
    hash = mix(hash, event->key.product_code);
    return mix(hash, event->key.license_arn);
}

static bool
are_equal(const ent_usage_event *one, const ent_usage_event *other)
{
    return ent_hour_of(one->at_s) == ent_hour_of(other->at_s) &&
           one->key.form == other->key.form &&
           strcmp(one->key.dimension, other->key.dimension) == 0 &&
           strcmp(one->key.customer, other->key.customer) == 0 &&
           strcmp(one->key.product_code, other->key.product_code) == 0 &&
           strcmp(one->key.license_arn, other->key.license_arn) == 0 &&
           strcmp(one->tags, other->tags) == 0;
}

/* Where it is, or the free slot where it would be. */
static size_t
slot_of(const ent_pending *pending, const ent_usage_event *event, uint64_t hash)
{
    size_t mask = pending->slot_count - 1;
    size_t slot = (size_t)hash & mask;

    while (pending->slots[slot] != 0) {
        const pending_entry *entry = &pending->entries[pending->slots[slot] - 1];
        if (entry->hash == hash && are_equal(&entry->event, event)) {
            return slot;
        }
        slot = (slot + 1) & mask;
    }
    return slot;
}

ent_pending *
ent_pending_new(const entitle_runtime *runtime)
{
    ent_pending *fresh = ent_allocate(runtime, sizeof(*fresh));
    if (fresh == NULL) {
        return NULL;
    }
    fresh->runtime = *runtime;
    fresh->slot_count = SLOTS_AT_FIRST;
    fresh->slots = ent_allocate(runtime, SLOTS_AT_FIRST * sizeof(*fresh->slots));
    fresh->entries =
        ent_allocate(runtime, SLOTS_AT_FIRST / 2 * sizeof(*fresh->entries));
    if (fresh->slots == NULL || fresh->entries == NULL) {
        ent_pending_free(fresh);
        return NULL;
    }
    fresh->since_ms = -1;
    return fresh;
}

void
ent_pending_free(ent_pending *pending)
{
    if (pending == NULL) {
        return;
    }
    entitle_runtime runtime = pending->runtime;

    ent_pending_clear(pending);
    ent_release(&runtime, pending->slots);
    ent_release(&runtime, pending->entries);
    ent_release(&runtime, pending);
}

int64_t
ent_pending_since_ms(const ent_pending *pending)
{
    return pending->count > 0 ? pending->since_ms : -1;
}

bool
ent_pending_find_and_add(ent_pending *pending, const ent_usage_event *event)
{
    size_t slot = slot_of(pending, event, hash_of(event));
    if (pending->slots[slot] == 0) {
        return false;
    }
    ent_usage_event *sum = &pending->entries[pending->slots[slot] - 1].event;
    if (sum->quantity > INT64_MAX - event->quantity) {
        return false;
    }
    sum->quantity += event->quantity;
    return true;
}

/* Twice the room: at most half of the slots are ever taken. */
static bool
grow(ent_pending *pending)
{
    const entitle_runtime *runtime = &pending->runtime;
    size_t slot_count = pending->slot_count * 2;
    size_t *slots = ent_allocate(runtime, slot_count * sizeof(*slots));
    pending_entry *entries = ent_allocate(runtime, slot_count / 2 * sizeof(*entries));
    if (slots == NULL || entries == NULL) {
        ent_release(runtime, slots);
        ent_release(runtime, entries);
        return false;
    }
    memcpy(entries, pending->entries, pending->count * sizeof(*entries));
    ent_release(runtime, pending->entries);
    ent_release(runtime, pending->slots);
    pending->entries = entries;
    pending->slots = slots;
    pending->slot_count = slot_count;
    for (size_t i = 0; i < pending->count; i++) {
        slots[slot_of(pending, &entries[i].event, entries[i].hash)] = i + 1;
    }
    return true;
}

/* All texts of an event in one block, which begins with the product code. */
static bool
copy_texts(const entitle_runtime *runtime, ent_usage_event *event)
{
    const char **const texts[] = {
        &event->key.product_code, &event->key.dimension, &event->key.customer,
        &event->key.license_arn,  &event->key.instance,  &event->tags,
    };
    size_t total = 0;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        total += strlen(*texts[i]) + 1;
    }
    char *block = ent_allocate(runtime, total);
    if (block == NULL) {
        return false;
    }
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        size_t size = strlen(*texts[i]) + 1;
        memcpy(block, *texts[i], size);
        *texts[i] = block;
        block += size;
    }
    return true;
}

bool
ent_pending_insert(ent_pending *pending, const ent_usage_event *event, int64_t now_ms)
{
    if (pending->count == pending->slot_count / 2 && !grow(pending)) {
        return false;
    }
    pending_entry fresh = { .event = *event, .hash = hash_of(event) };
    fresh.event.id = fresh.event.client_token = "";
    if (!copy_texts(&pending->runtime, &fresh.event)) {
        return false;
    }
    if (pending->count == 0) {
        pending->since_ms = now_ms;
    }
    size_t slot = slot_of(pending, event, fresh.hash);
    pending->entries[pending->count++] = fresh;
    pending->slots[slot] = pending->count;
    return true;
}

size_t
ent_pending_count(const ent_pending *pending)
{
    return pending->count;
}

const ent_usage_event *
ent_pending_event(const ent_pending *pending, size_t index)
{
    return &pending->entries[index].event;
}

void
ent_pending_clear(ent_pending *pending)
{
    for (size_t i = 0; i < pending->count; i++) {
        ent_release(
            &pending->runtime,
            (char *)(uintptr_t)pending->entries[i].event.key.product_code);
    }
    if (pending->slots != NULL) {
        memset(pending->slots, 0, pending->slot_count * sizeof(*pending->slots));
    }
    pending->count = 0;
}
