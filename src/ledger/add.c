/* SPDX-License-Identifier: Apache-2.0 */
#include "base/timestamp.h"
#include "ledger/store.h"

#include <stdio.h>
#include <string.h>

typedef struct adding {
    ent_store *store;
    ent_usage_group *groups;
    size_t count;
    int64_t now_s;
    ent_kept_instance kept; /* of the store, before */
} adding;

/* False in `*is_new` where an event of that id has been counted before. */
static bool
note_id(ent_store *store, const char *id, int64_t at_s, bool *is_new)
{
    *is_new = true;
    if (id[0] == '\0') {
        return true;
    }
    if (!ent_sql_run(
            store->sql,
            ENT_SQL_ADD_EVENT,
            ENT_SQL_WITH(ent_sql_text(id), ent_sql_integer(at_s)))) {
        return false;
    }
    *is_new = ent_sql_changed(store->sql) == 1;
    return true;
}

static bool
is_kept(const ent_store *store, const char *instance, int64_t now_s)
{
    const ent_kept_instance *kept = &store->kept;

    return now_s < kept->until_s &&
           now_s > kept->until_s - ENT_LEDGER_INSTANCE_LEASE_S &&
           strcmp(kept->name, instance) == 0;
}

bool
ent_store_keep_instance(ent_store *store, const ent_usage_key *key, int64_t now_s)
{
    if (key->form != ENT_CUSTOMER_OF_INSTANCE || is_kept(store, key->instance, now_s)) {
        return true;
    }
    if (!ent_sql_run(
            store->sql,
            ENT_SQL_KEEP_INSTANCE,
            ENT_SQL_WITH(
                ent_sql_text(key->instance),
                ent_sql_integer(now_s + ENT_LEDGER_INSTANCE_LEASE_S)))) {
        return false;
    }
    /* A longer name than there is room for is never found again. */
    (void)snprintf(store->kept.name, sizeof(store->kept.name), "%s", key->instance);
    store->kept.until_s = now_s + ENT_LEDGER_INSTANCE_LEASE_S / 2;
    return true;
}

/*
 * Most uses have no tags and join the record that the use before has made: HOUR_IS_SENT
 * says only that they do not.
 */
static ent_loaded
join_record(ent_store *store, const ent_load *load)
{
    if (load->token[0] != '\0' || load->tags[0] != '\0') {
        return ENT_LOAD_HOUR_IS_SENT;
    }
    if (!ent_sql_run(
            store->sql,
            ENT_SQL_JOIN_USAGE,
            ENT_SQL_WITH(
                ent_sql_integer(load->key),
                ent_sql_integer(load->hour_s),
                ent_sql_integer(load->quantity)))) {
        return ENT_LOAD_FAILED;
    }
    return ent_sql_changed(store->sql) == 1 ? ENT_LOADED : ENT_LOAD_HOUR_IS_SENT;
}

static ent_loaded
load_event(
    ent_store *store,
    ent_load *load,
    int64_t now_s,
    ent_usage_group *group,
    int64_t *record)
{
    ent_loaded loaded = join_record(store, load);

    if (loaded == ENT_LOAD_HOUR_IS_SENT) {
        loaded = ent_store_load(store, load, now_s, record);
    }
    if (loaded == ENT_LOAD_TOO_MANY_TAGS && group->takes_any_tags) {
        group->untagged++;
        return ENT_LOADED;
    }
    return loaded;
}

/* In the hour where it ended up. */
static bool
check_identity(
    ent_store *store,
    const ent_usage_event *event,
    const ent_load *load,
    ent_usage_group *group)
{
    bool found = false;
    if (event->key.form == ENT_CUSTOMER_OF_INSTANCE || group->takes_any_identity) {
        return true;
    }
    if (!ent_store_find_other_identity(
            store, &event->key, load->hour_s, true, &found)) {
        return false;
    }
    if (found) {
        group->refusal = ENT_REFUSED_IDENTITY;
    }
    return true;
}

static bool
add_event(
    ent_store *store,
    const ent_usage_event *event,
    int64_t now_s,
    ent_usage_group *group)
{
    bool is_new = false;
    if (!note_id(store, event->id, event->at_s, &is_new)) {
        return false;
    }
    if (!is_new) {
        return true;
    }
    bool is_hourly = event->client_token[0] == '\0';
    ent_load load = {
        .key = ent_store_key(store, &event->key),
        .hour_s = is_hourly ? ent_hour_of(event->at_s) : event->at_s,
        .token = event->client_token,
        .quantity = event->quantity,
        .tags = event->tags,
        .is_new = true,
    };
    int64_t own_hour_s = load.hour_s;
    int64_t record = 0;
    if (load.key == 0 || !ent_store_keep_instance(store, &event->key, now_s)) {
        return false;
    }
    ent_loaded loaded = load_event(store, &load, now_s, group, &record);
    if (loaded == ENT_LOAD_TOO_MANY_TAGS) {
        group->refusal = ENT_REFUSED_TAGS;
        return true;
    }
    if (loaded != ENT_LOADED || !check_identity(store, event, &load, group)) {
        return false;
    }
    group->counted++;
    return load.hour_s == own_hour_s ||
           ent_store_link(store, record, own_hour_s, event->quantity);
}

/* Only such events can undo a group and leave the others. */
static bool
can_be_refused(const ent_usage_group *group)
{
    for (size_t i = 0; i < group->count; i++) {
        const ent_usage_event *event = &group->events[i];
        if (event->tags[0] != '\0' || event->key.form != ENT_CUSTOMER_OF_INSTANCE) {
            return true;
        }
    }
    return false;
}

static bool
add_events(ent_store *store, ent_usage_group *group, int64_t now_s)
{
    bool is_new = true;
    if (group->id != NULL && !note_id(store, group->id, now_s, &is_new)) {
        return false;
    }
    for (size_t i = 0; is_new && i < group->count; i++) {
        bool is_first = group->untagged == 0;
        if (!add_event(store, &group->events[i], now_s, group)) {
            return false;
        }
        if (is_first && group->untagged > 0) {
            group->culprit = i;
        }
        if (group->refusal != ENT_REFUSED_NOT) {
            group->culprit = i;
            group->counted = 0;
            return true;
        }
    }
    return true;
}

static bool
do_plainly(ent_store *store, ent_sql_statement which)
{
    return ent_sql_run(store->sql, which, ENT_SQL_WITH_NOTHING);
}

/* What was noted in memory has not happened either. */
static bool
undo_group(ent_store *store, const ent_kept_instance *kept)
{
    store->kept = *kept;
    return do_plainly(store, ENT_SQL_UNDO);
}

bool
ent_store_add_group(ent_store *store, ent_usage_group *group, int64_t now_s)
{
    const ent_kept_instance kept = store->kept;

    group->counted = 0;
    group->untagged = 0;
    group->culprit = 0;
    group->refusal = ENT_REFUSED_NOT;
    if (!can_be_refused(group)) {
        return add_events(store, group, now_s);
    }
    return do_plainly(store, ENT_SQL_SAVE) && add_events(store, group, now_s) &&
           (group->refusal == ENT_REFUSED_NOT || undo_group(store, &kept)) &&
           do_plainly(store, ENT_SQL_RELEASE);
}

static bool
add_groups(void *context)
{
    const adding *work = context;

    work->store->kept = work->kept;
    for (size_t i = 0; i < work->count; i++) {
        if (!ent_store_add_group(work->store, &work->groups[i], work->now_s)) {
            return false;
        }
    }
    return true;
}

entitle_status
ent_store_add_by(
    ent_store *store, ent_sql_work *work, void *context, entitle_error *error)
{
    if (store->is_held) {
        return work(context) ? ENTITLE_OK : ent_sql_fail(store->sql, error);
    }
    entitle_status status = ent_sql_transact(store->sql, work, context, error);
    if (status != ENTITLE_OK) {
        /* What was noted in memory has not happened either. */
        store->kept.until_s = 0;
    }
    return status;
}

/* One use with nothing that would have to be looked up first. */
static bool
is_plain(
    const ent_store *store,
    const ent_usage_group *groups,
    size_t group_count,
    int64_t now_s)
{
    if (store->is_held || group_count != 1 || groups[0].count != 1 ||
        !ent_sql_has_one_writer(store->sql)) {
        return false;
    }
    const ent_usage_event *event = groups[0].events;
    return groups[0].id == NULL && event->id[0] == '\0' && event->tags[0] == '\0' &&
           event->client_token[0] == '\0' &&
           event->key.form == ENT_CUSTOMER_OF_INSTANCE &&
           is_kept(store, event->key.instance, now_s);
}

/*
 * By one statement, which is a transaction by itself, where the use joins a record that
 * is there. Nothing counted: there is none.
 */
static bool
add_plainly(ent_store *store, ent_usage_group *group)
{
    const ent_usage_event *event = group->events;
    const ent_usage_key *key = &event->key;

    if (!ent_sql_run(
            store->sql,
            ENT_SQL_JOIN_AT_ONCE,
            ENT_SQL_WITH(
                ent_sql_text(key->product_code),
                ent_sql_text(key->dimension),
                ent_sql_text(key->instance),
                ent_sql_integer(ent_hour_of(event->at_s)),
                ent_sql_integer(event->quantity)))) {
        return false;
    }
    group->counted = ent_sql_changed(store->sql) == 1 ? 1 : 0;
    group->untagged = 0;
    group->culprit = 0;
    group->refusal = ENT_REFUSED_NOT;
    return true;
}

entitle_status
ent_store_add(
    ent_ledger *base,
    ent_usage_group *groups,
    size_t group_count,
    int64_t now_s,
    entitle_error *error)
{
    ent_store *store = (ent_store *)base;
    adding work = { store, groups, group_count, now_s, store->kept };

    if (is_plain(store, groups, group_count, now_s)) {
        if (!add_plainly(store, groups)) {
            return ent_sql_fail(store->sql, error);
        }
        if (groups->counted == 1) {
            return ENTITLE_OK;
        }
    }
    return ent_store_add_by(store, add_groups, &work, error);
}

entitle_status
ent_store_begin(ent_ledger *base, entitle_error *error)
{
    ent_store *store = (ent_store *)base;
    entitle_status status = ent_sql_begin(store->sql, error);

    store->is_held = status == ENTITLE_OK;
    return status;
}

entitle_status
ent_store_note_id(
    ent_ledger *base,
    const char *id,
    int64_t at_s,
    bool *out_is_new,
    entitle_error *error)
{
    ent_store *store = (ent_store *)base;

    return note_id(store, id, at_s, out_is_new) ? ENTITLE_OK
                                                : ent_sql_fail(store->sql, error);
}

entitle_status
ent_store_commit(ent_ledger *base, entitle_error *error)
{
    ent_store *store = (ent_store *)base;

    store->is_held = false;
    store->kept.until_s = 0;
    return ent_sql_commit(store->sql, error);
}

void
ent_store_abandon(ent_ledger *base)
{
    ent_store *store = (ent_store *)base;

    store->is_held = false;
    store->kept.until_s = 0;
    ent_sql_roll_back(store->sql);
}
