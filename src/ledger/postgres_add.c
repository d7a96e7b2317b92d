/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "base/timestamp.h"
#include "ledger/postgres_backend.h"

#include <stdlib.h>
#include <string.h>

/*
 * Nearly all that is added has no tags, and is added together: its keys are looked up,
 * its ids noted, and its sums added to their hours, each by one statement. What may
 * have to be refused (tags, a customer with another name), and what is a record of its
 * own, is added group by group.
 */
typedef struct use {
    const ent_usage_event *event;
    ent_usage_group *group;
    size_t key; /* its place among the keys */
    bool is_counted;
} use;

typedef struct bulk {
    ent_store *store;
    ent_usage_group *groups;
    size_t group_count;
    int64_t now_s;
    ent_kept_instance kept; /* of the store, before */
    use *uses;
    use **sorted;
    ent_use_id *ids;
    ent_use_key *keys;
    ent_hour_sum *sums;
    size_t count;
    size_t key_count;
    size_t sum_count;
} bulk;

/* Which groups are added together, in every attempt anew. */
static bool
is_plain(const ent_usage_group *group)
{
    for (size_t i = 0; i < group->count; i++) {
        const ent_usage_event *event = &group->events[i];
        if (event->tags[0] != '\0' || event->client_token[0] != '\0') {
            return false;
        }
    }
    return true;
}

static void
list_uses(bulk *adding)
{
    adding->count = 0;
    for (size_t i = 0; i < adding->group_count; i++) {
        ent_usage_group *group = &adding->groups[i];
        group->counted = 0;
        group->untagged = 0;
        group->culprit = 0;
        group->refusal = ENT_REFUSED_NOT;
        size_t count = is_plain(group) ? group->count : 0;
        for (size_t j = 0; j < count; j++) {
            adding->uses[adding->count++] =
                (use){ .event = &group->events[j], .group = group };
        }
    }
}

static void
sort_uses(bulk *adding, int (*compare)(const void *, const void *))
{
    for (size_t i = 0; i < adding->count; i++) {
        adding->sorted[i] = &adding->uses[i];
    }
    qsort(adding->sorted, adding->count, sizeof(*adding->sorted), compare);
}

/* --- Keys ------------------------------------------------------------------------- */

static int
compare_keys(const ent_usage_key *one, const ent_usage_key *other)
{
    int order = ent_postgres_compare_customers(one, other);
    const char *const pairs[][2] = {
        { one->dimension, other->dimension },
        { one->license_arn, other->license_arn },
        { one->instance, other->instance },
    };
    for (size_t i = 0; order == 0 && i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        order = pairs[i][0] == pairs[i][1] ? 0 : strcmp(pairs[i][0], pairs[i][1]);
    }
    return order;
}

static int
compare_by_key(const void *left, const void *right)
{
    const use *one = *(use *const *)left;
    const use *other = *(use *const *)right;

    return compare_keys(&one->event->key, &other->event->key);
}

static void
list_keys(bulk *adding)
{
    adding->key_count = 0;
    sort_uses(adding, compare_by_key);
    for (size_t i = 0; i < adding->count; i++) {
        use *one = adding->sorted[i];
        if (i == 0 || compare_by_key(&adding->sorted[i - 1], &adding->sorted[i]) != 0) {
            adding->keys[adding->key_count++] = (ent_use_key){ .key = one->event->key };
        }
        one->key = adding->key_count - 1;
    }
}

/*
 * What was counted before is no use of the key, which may be of another instance than
 * then. Whoever adds is alive.
 */
static bool
complete_keys(bulk *adding)
{
    for (size_t i = 0; i < adding->count; i++) {
        const use *one = &adding->uses[i];
        if (one->is_counted) {
            adding->keys[one->key].is_wanted = true;
        }
    }
    if (!ent_postgres_make_keys(adding->store, adding->keys, adding->key_count)) {
        return false;
    }
    for (size_t i = 0; i < adding->key_count; i++) {
        const ent_use_key *one = &adding->keys[i];
        if (one->is_wanted &&
            !ent_store_keep_instance(adding->store, &one->key, adding->now_s)) {
            return false;
        }
    }
    return true;
}

/* --- Groups that may be refused --------------------------------------------------- */

static bool
may_be_refused(const bulk *adding, const use *one)
{
    return adding->keys[one->key].has_other_name && !one->group->takes_any_identity;
}

/* Leaves those out, with all of their group. */
static void
leave_out(bulk *adding)
{
    size_t kept = 0;

    for (size_t begin = 0, end = 0; begin < adding->count; begin = end) {
        const ent_usage_group *group = adding->uses[begin].group;
        bool stays = true;
        for (end = begin; end < adding->count && adding->uses[end].group == group;
             end++) {
            stays = stays && !may_be_refused(adding, &adding->uses[end]);
        }
        for (size_t i = begin; stays && i < end; i++) {
            adding->uses[kept++] = adding->uses[i];
        }
    }
    adding->count = kept;
}

/* --- Ids -------------------------------------------------------------------------- */

/* "" where there is none. */
static const char *
id_of(const use *one)
{
    return one->group->id != NULL ? one->group->id : one->event->id;
}

/* Of the same id the first one counts. */
static int
compare_by_id(const void *left, const void *right)
{
    const use *one = *(use *const *)left;
    const use *other = *(use *const *)right;
    int order = strcmp(id_of(one), id_of(other));

    return order != 0 ? order : (one > other) - (one < other);
}

static bool
is_first_of_id(const bulk *adding, size_t i)
{
    const char *id = id_of(adding->sorted[i]);

    return id[0] != '\0' && (i == 0 || strcmp(id_of(adding->sorted[i - 1]), id) != 0);
}

/* What has no id always counts. */
static bool
note_ids(bulk *adding)
{
    size_t count = 0;

    sort_uses(adding, compare_by_id);
    for (size_t i = 0; i < adding->count; i++) {
        use *one = adding->sorted[i];
        bool is_of_group = one->group->id != NULL;
        one->is_counted = id_of(one)[0] == '\0';
        if (is_first_of_id(adding, i)) {
            adding->ids[count++] = (ent_use_id){
                .id = id_of(one),
                .at_s = is_of_group ? adding->now_s : one->event->at_s,
            };
        }
    }
    if (count == 0) {
        return true;
    }
    if (!ent_postgres_note_ids(adding->store, adding->ids, count)) {
        return false;
    }
    const ent_use_id *id = adding->ids;
    for (size_t i = 0; i < adding->count; i++) {
        use *one = adding->sorted[i];
        if (is_first_of_id(adding, i)) {
            one->is_counted = (id++)->is_new;
        } else if (one->group->id != NULL) {
            one->is_counted = adding->sorted[i - 1]->is_counted;
        }
    }
    return true;
}

static void
add_up(bulk *adding)
{
    size_t count = 0;
    for (size_t i = 0; i < adding->count; i++) {
        const use *one = &adding->uses[i];
        if (one->is_counted) {
            adding->sums[count++] = (ent_hour_sum){
                .key = adding->keys[one->key].id,
                .hour_s = ent_hour_of(one->event->at_s),
                .quantity = one->event->quantity,
            };
            one->group->counted++;
        }
    }
    adding->sum_count = ent_postgres_add_up(adding->sums, count);
}

/* --- All of it -------------------------------------------------------------------- */

static bool
add_together(bulk *adding)
{
    list_keys(adding);
    if (!ent_postgres_find_keys(adding->store, adding->keys, adding->key_count)) {
        return false;
    }
    leave_out(adding);
    if (adding->count == 0) {
        return true;
    }
    if (!note_ids(adding) || !complete_keys(adding)) {
        return false;
    }
    add_up(adding);
    return adding->sum_count == 0 ||
           ent_postgres_load_sums(
               adding->store, adding->sums, adding->sum_count, adding->now_s);
}

static bool
add_groups(void *context)
{
    bulk *adding = context;

    adding->store->kept = adding->kept;
    list_uses(adding);
    if (adding->count > 0 && !add_together(adding)) {
        return false;
    }
    size_t place = 0;
    for (size_t i = 0; i < adding->group_count; i++) {
        ent_usage_group *group = &adding->groups[i];
        if (place < adding->count && adding->uses[place].group == group) {
            place += group->count;
        } else if (!ent_store_add_group(adding->store, group, adding->now_s)) {
            return false;
        }
    }
    return true;
}

entitle_status
ent_postgres_add(
    ent_ledger *base,
    ent_usage_group *groups,
    size_t group_count,
    int64_t now_s,
    entitle_error *error)
{
    ent_store *store = (ent_store *)base;
    const entitle_runtime *runtime = &store->runtime;
    size_t count = 1;
    for (size_t i = 0; i < group_count; i++) {
        count += groups[i].count;
    }
    bulk adding = {
        .store = store,
        .groups = groups,
        .group_count = group_count,
        .now_s = now_s,
        .kept = store->kept,
        .uses = ent_allocate(runtime, count * sizeof(*adding.uses)),
        .sorted = ent_allocate(runtime, count * sizeof(*adding.sorted)),
        .ids = ent_allocate(runtime, count * sizeof(*adding.ids)),
        .keys = ent_allocate(runtime, count * sizeof(*adding.keys)),
        .sums = ent_allocate(runtime, count * sizeof(*adding.sums)),
    };
    bool has_memory = adding.uses != NULL && adding.sorted != NULL &&
                      adding.ids != NULL && adding.keys != NULL && adding.sums != NULL;
    entitle_status status = has_memory
                                ? ent_store_add_by(store, add_groups, &adding, error)
                                : ent_fail_memory(error);
    if (status == ENTITLE_OK && !store->is_held) {
        ent_postgres_remember_keys(store, adding.keys, adding.key_count);
    }
    ent_release(runtime, adding.uses);
    ent_release(runtime, adding.sorted);
    ent_release(runtime, adding.ids);
    ent_release(runtime, adding.keys);
    ent_release(runtime, adding.sums);
    return status;
}
