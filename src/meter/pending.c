/* SPDX-License-Identifier: Apache-2.0 */
#include "meter/pending.h"

#include "base/memory.h"
#include "base/timestamp.h"

#include <string.h>

enum { SLOTS_AT_FIRST = 64 };

typedef struct pending_entry {
    ent_usage_event event;
    int64_t hour_s;
    uint64_t hash;
} pending_entry;

/* What is looked for. */
typedef struct pending_probe {
    const ent_usage_event *event;
    int64_t hour_s;
    uint64_t hash;
} pending_probe;

struct ent_pending {
    entitle_runtime runtime;
    pending_entry *entries;
    size_t count;
    size_t *slots; /* index into entries plus one; 0: free */
    size_t slot_count;
    int64_t since_ms;
};

static uint64_t
mix_word(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ (hash >> 32);
}

/*
 * Eight bytes at a time, the last eight perhaps over some of those before. The length
 * is a part of it, so that "a" "bc" is not "ab" "c".
 */
static uint64_t
mix_text(uint64_t hash, const char *text)
{
    size_t length = strlen(text);
    uint64_t word = length;

    if (length < sizeof(word)) {
        for (size_t i = 0; i < length; i++) {
            word = (word << 8) | (unsigned char)text[i];
        }
        return mix_word(hash, word);
    }
    hash = mix_word(hash, word);
    for (size_t at = 0; at + sizeof(word) < length; at += sizeof(word)) {
        memcpy(&word, text + at, sizeof(word));
        hash = mix_word(hash, word);
    }
    memcpy(&word, text + length - sizeof(word), sizeof(word));
    return mix_word(hash, word);
}

/* Most texts are empty. */
static inline uint64_t
mix(uint64_t hash, const char *text)
{
    return text[0] == '\0' ? mix_word(hash, 0) : mix_text(hash, text);
}

static pending_probe
probe_for(const ent_usage_event *event)
{
    int64_t hour_s = ent_hour_of(event->at_s);
    uint64_t hash = mix_word(0, (uint64_t)hour_s);

    hash = mix(hash, event->key.dimension);
    hash = mix(hash, event->key.customer);
    hash = mix(hash, event->tags);
    hash = mix(hash, event->key.product_code);
    hash = mix(hash, event->key.license_arn);
    return (pending_probe){ .event = event, .hour_s = hour_s, .hash = hash };
}

static inline bool
is_same(const char *one, const char *other)
{
    return one[0] == other[0] && (one[0] == '\0' || strcmp(one, other) == 0);
}

static bool
are_equal(const ent_usage_event *one, const ent_usage_event *other)
{
    return one->key.form == other->key.form &&
           is_same(one->key.dimension, other->key.dimension) &&
           is_same(one->key.customer, other->key.customer) &&
           is_same(one->key.product_code, other->key.product_code) &&
           is_same(one->key.license_arn, other->key.license_arn) &&
           is_same(one->tags, other->tags);
}

/* Where it is, or the free slot where it would be. */
static size_t
slot_of(const ent_pending *pending, const pending_probe *wanted)
{
    size_t mask = pending->slot_count - 1;
    size_t slot = (size_t)wanted->hash & mask;

    while (pending->slots[slot] != 0) {
        const pending_entry *entry = &pending->entries[pending->slots[slot] - 1];
        if (entry->hash == wanted->hash && entry->hour_s == wanted->hour_s &&
            are_equal(&entry->event, wanted->event)) {
            return slot;
        }
        slot = (slot + 1) & mask;
    }
    return slot;
}

/* What has no entries. */
static void
release(ent_pending *pending)
{
    entitle_runtime runtime = pending->runtime;

    ent_release(&runtime, pending->slots);
    ent_release(&runtime, pending->entries);
    ent_release(&runtime, pending);
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
        release(fresh);
        return NULL;
    }
    fresh->since_ms = -1;
    return fresh;
}

void
ent_pending_free(ent_pending *pending)
{
    if (pending != NULL) {
        ent_pending_clear(pending);
        release(pending);
    }
}

int64_t
ent_pending_since_ms(const ent_pending *pending)
{
    return pending->count > 0 ? pending->since_ms : -1;
}

bool
ent_pending_find_and_add(ent_pending *pending, const ent_usage_event *event)
{
    const pending_probe wanted = probe_for(event);
    size_t slot = slot_of(pending, &wanted);
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
        const pending_probe entry = { .event = &entries[i].event,
                                      .hour_s = entries[i].hour_s,
                                      .hash = entries[i].hash };
        slots[slot_of(pending, &entry)] = i + 1;
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
    const pending_probe wanted = probe_for(event);
    pending_entry fresh = { .event = *event,
                            .hour_s = wanted.hour_s,
                            .hash = wanted.hash };
    fresh.event.id = fresh.event.client_token = "";
    if (!copy_texts(&pending->runtime, &fresh.event)) {
        return false;
    }
    if (pending->count == 0) {
        pending->since_ms = now_ms;
    }
    size_t slot = slot_of(pending, &wanted);
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
