/* SPDX-License-Identifier: Apache-2.0 */
#include "random_model.h"

#include "support/cmocka.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { HONOURED_LIMIT = 4096, KEY_LIMIT = 64 };

typedef struct honoured_record {
    int64_t id;
    int64_t quantity;
    bool is_accepted;
    char request[sizeof(((bench_taken *)NULL)->request)];
} honoured_record;

typedef struct key_model {
    char name[BENCH_KEY_SIZE];
    int64_t added;
    int64_t honoured;
    int64_t accepted;
} key_model;

static honoured_record honoured[HONOURED_LIMIT];
static size_t honoured_count;
static key_model keys[KEY_LIMIT];
static size_t key_count;

void
model_begin(void)
{
    honoured_count = 0;
    key_count = 0;
}

static key_model *
find_key(const char *name)
{
    size_t i = 0;
    while (i < key_count && strcmp(keys[i].name, name) != 0) {
        i++;
    }
    if (i == key_count) {
        assert_in_range(i, 0, KEY_LIMIT - 1);
        keys[key_count++] = (key_model){ .added = 0 };
        (void)snprintf(keys[i].name, sizeof(keys[i].name), "%s", name);
    }
    return &keys[i];
}

void
model_add(const ent_usage_event *event)
{
    char name[BENCH_KEY_SIZE];
    bench_name_key(&event->key, name);
    find_key(name)->added += event->quantity;
}

/* --- The service ------------------------------------------------------------------ */

/* Most that is asked for is among the latest. */
static honoured_record *
find_honoured(int64_t id)
{
    for (size_t i = honoured_count; i > 0; i--) {
        if (honoured[i - 1].id == id) {
            return &honoured[i - 1];
        }
    }
    return NULL;
}

bool
model_has_honoured(int64_t record)
{
    return find_honoured(record) != NULL;
}

void
model_honour(const bench_taken *taken)
{
    honoured_record *before = find_honoured(taken->id);
    if (before != NULL) {
        assert_string_equal(before->request, taken->request);
        return;
    }
    assert_in_range(honoured_count, 0, HONOURED_LIMIT - 1);
    honoured_record *fresh = &honoured[honoured_count++];
    *fresh = (honoured_record){ .id = taken->id, .quantity = taken->quantity };
    (void)snprintf(fresh->request, sizeof(fresh->request), "%s", taken->request);
    find_key(taken->key)->honoured += taken->quantity;
}

void
model_accept(const bench_taken *taken)
{
    honoured_record *record = find_honoured(taken->id);
    if (record == NULL || record->is_accepted) {
        fail_msg("record %" PRId64 " is not to be accepted now", taken->id);
        return;
    }
    record->is_accepted = true;
    find_key(taken->key)->accepted += record->quantity;
}

void
model_name(int64_t record, char name[MODEL_NAME_SIZE])
{
    (void)snprintf(name, MODEL_NAME_SIZE, "name-of-%" PRId64, record);
}

/* --- Comparing -------------------------------------------------------------------- */

/*
 * What the service has honoured, the ledger has as accepted, sending or lost; no more.
 */
static bool
compare_key(void *context, const ent_usage_key *key, const ent_usage_sums *units)
{
    int64_t *added = context;
    int64_t sum = 0;
    char name[BENCH_KEY_SIZE];
    bench_name_key(key, name);
    const key_model *model = find_key(name);
    int64_t accepted = units->by_state[ENT_USAGE_ACCEPTED];
    int64_t may_be_there =
        accepted + units->by_state[ENT_USAGE_SENDING] + units->by_state[ENT_USAGE_LOST];
    for (size_t i = 0; i < ENT_USAGE_STATE_COUNT; i++) {
        sum += units->by_state[i];
    }
    if (sum != units->added || units->added != model->added ||
        accepted != model->accepted || model->honoured > may_be_there) {
        fail_msg(
            "%s: %" PRId64 " added, in all states %" PRId64 ", accepted %" PRId64
            ", perhaps there %" PRId64 "; but %" PRId64 " added, told %" PRId64
            ", honoured %" PRId64,
            name,
            units->added,
            sum,
            accepted,
            may_be_there,
            model->added,
            model->accepted,
            model->honoured);
    }
    *added += units->added;
    return true;
}

void
model_compare_sums(void)
{
    int64_t added = 0;
    int64_t expected = 0;
    for (size_t i = 0; i < key_count; i++) {
        expected += keys[i].added;
    }
    assert_int_equal(
        ent_ledger_sums(bench.ledger, bench.now_s, compare_key, &added, NULL),
        ENTITLE_OK);
    assert_int_equal(added, expected); /* no key is missing */
}

static bool
compare_record(void *context, const ent_ledger_record *record)
{
    size_t *count = context;
    const honoured_record *model = find_honoured(record->id);
    char name[MODEL_NAME_SIZE];
    model_name(record->id, name);
    if (model == NULL || !model->is_accepted) {
        fail_msg("record %" PRId64 " should not be accepted", record->id);
        return false;
    }
    assert_int_equal(record->quantity, model->quantity);
    assert_string_equal(record->metering_record_id, name);
    ++*count;
    return true;
}

void
model_compare_records(void)
{
    size_t count = 0;
    size_t expected = 0;
    for (size_t i = 0; i < honoured_count; i++) {
        expected += honoured[i].is_accepted ? 1 : 0;
    }
    assert_int_equal(
        ent_ledger_list(
            bench.ledger,
            ENT_USAGE_ACCEPTED,
            bench.now_s,
            compare_record,
            &count,
            NULL),
        ENTITLE_OK);
    assert_int_equal(count, expected);
}
