/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/timestamp.h"
#include "ledger/sqlite_state.h"

/* False in `*is_new` where an event of that id has been counted before. */
static bool
note_id(ent_sqlite *ledger, const char *id, int64_t at_s, bool *is_new)
{
    *is_new = true;
    if (id[0] == '\0') {
        return true;
    }
    sqlite3_stmt *statement = ent_sqlite_statement_of(ledger, ENT_SQL_ADD_EVENT);
    if (statement == NULL || !ent_sqlite_bind_text(statement, 1, id) ||
        !ent_sqlite_bind_integer(statement, 2, at_s) || !ent_sqlite_run(statement)) {
        return false;
    }
    *is_new = sqlite3_changes(ledger->database) == 1;
    return true;
}

/* An instance that adds is alive: for a while nobody else takes its usage over. */
static bool
keep_instance(ent_sqlite *ledger, const ent_usage_key *key, int64_t id, int64_t now_s)
{
    if (key->form != ENT_CUSTOMER_OF_INSTANCE ||
        (ledger->kept_key == id && now_s < ledger->kept_until_s &&
         now_s > ledger->kept_until_s - ENT_LEDGER_INSTANCE_LEASE_S)) {
        return true;
    }
    sqlite3_stmt *statement = ent_sqlite_statement_of(ledger, ENT_SQL_KEEP_INSTANCE);
    if (statement == NULL || !ent_sqlite_bind_text(statement, 1, key->instance) ||
        !ent_sqlite_bind_integer(statement, 2, now_s + ENT_LEDGER_INSTANCE_LEASE_S) ||
        !ent_sqlite_run(statement)) {
        return false;
    }
    ledger->kept_key = id;
    ledger->kept_until_s = now_s + ENT_LEDGER_INSTANCE_LEASE_S / 2;
    return true;
}

/*
 * Most uses have no tags and join the record that the use before has made: HOUR_IS_SENT
 * says only that they do not.
 */
static ent_sqlite_loaded
join_record(ent_sqlite *ledger, const ent_sqlite_load *load)
{
    if (load->token[0] != '\0' || load->tags[0] != '\0') {
        return ENT_SQLITE_HOUR_IS_SENT;
    }
    sqlite3_stmt *statement = ent_sqlite_statement_of(ledger, ENT_SQL_JOIN_USAGE);
    if (statement == NULL || !ent_sqlite_bind_integer(statement, 1, load->key) ||
        !ent_sqlite_bind_integer(statement, 2, load->hour_s) ||
        !ent_sqlite_bind_integer(statement, 3, load->quantity) ||
        !ent_sqlite_run(statement)) {
        return ENT_SQLITE_LOAD_FAILED;
    }
    return sqlite3_changes(ledger->database) == 1 ? ENT_SQLITE_LOADED
                                                  : ENT_SQLITE_HOUR_IS_SENT;
}

/* In the hour where it ended up. */
static bool
check_identity(
    ent_sqlite *ledger,
    const ent_usage_event *event,
    const ent_sqlite_load *load,
    ent_usage_group *group)
{
    if (event->key.form == ENT_CUSTOMER_OF_INSTANCE || group->takes_any_identity) {
        return true;
    }
    ent_sqlite_finding found =
        ent_sqlite_find_other_identity(ledger, &event->key, load->hour_s, true);
    if (found == ENT_SQLITE_YES) {
        group->refusal = ENT_REFUSED_IDENTITY;
    }
    return found != ENT_SQLITE_FIND_FAILED;
}

static bool
add_event(
    ent_sqlite *ledger,
    const ent_usage_event *event,
    int64_t now_s,
    ent_usage_group *group)
{
    bool is_new = false;
    if (!note_id(ledger, event->id, event->at_s, &is_new)) {
        return false;
    }
    if (!is_new) {
        return true;
    }
    bool is_hourly = event->client_token[0] == '\0';
    ent_sqlite_load load = {
        .key = ent_sqlite_key(ledger, &event->key),
        .hour_s = is_hourly ? ent_hour_of(event->at_s) : event->at_s,
        .token = event->client_token,
        .quantity = event->quantity,
        .tags = event->tags,
        .is_new = true,
    };
    int64_t own_hour_s = load.hour_s;
    int64_t record = 0;
    if (load.key == 0 || !keep_instance(ledger, &event->key, load.key, now_s)) {
        return false;
    }
    ent_sqlite_loaded loaded = join_record(ledger, &load);
    if (loaded == ENT_SQLITE_HOUR_IS_SENT) {
        loaded = ent_sqlite_load_units(ledger, &load, now_s, &record);
    }
    if (loaded == ENT_SQLITE_TOO_MANY_TAGS) {
        group->refusal = ENT_REFUSED_TAGS;
        return true;
    }
    if (loaded != ENT_SQLITE_LOADED || !check_identity(ledger, event, &load, group)) {
        return false;
    }
    group->counted++;
    return load.hour_s == own_hour_s ||
           ent_sqlite_link(ledger, record, own_hour_s, event->quantity);
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
add_events(ent_sqlite *ledger, ent_usage_group *group, int64_t now_s)
{
    for (size_t i = 0; i < group->count; i++) {
        if (!add_event(ledger, &group->events[i], now_s, group)) {
            return false;
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
add_group(ent_sqlite *ledger, ent_usage_group *group, int64_t now_s)
{
    group->counted = 0;
    group->culprit = 0;
    group->refusal = ENT_REFUSED_NOT;
    if (!can_be_refused(group)) {
        return add_events(ledger, group, now_s);
    }
    return ent_sqlite_do(ledger, ENT_SQL_SAVE) && add_events(ledger, group, now_s) &&
           (group->refusal == ENT_REFUSED_NOT || ent_sqlite_do(ledger, ENT_SQL_UNDO)) &&
           ent_sqlite_do(ledger, ENT_SQL_RELEASE);
}

entitle_status
ent_sqlite_add(
    ent_ledger *base,
    ent_usage_group *groups,
    size_t group_count,
    int64_t now_s,
    entitle_error *error)
{
    ent_sqlite *ledger = (ent_sqlite *)base;
    if (!ledger->is_held && !ent_sqlite_do(ledger, ENT_SQL_BEGIN)) {
        return ent_sqlite_fail(ledger, error);
    }
    entitle_status status = ENTITLE_OK;
    for (size_t i = 0; status == ENTITLE_OK && i < group_count; i++) {
        if (!add_group(ledger, &groups[i], now_s)) {
            status = ent_sqlite_fail(ledger, error);
        }
    }
    if (ledger->is_held) {
        return status;
    }
    status = ent_sqlite_end(ledger, status, error);
    if (status != ENTITLE_OK) {
        /* What was noted in memory has not happened either. */
        ledger->kept_key = 0;
    }
    return status;
}

entitle_status
ent_sqlite_begin(ent_ledger *base, entitle_error *error)
{
    ent_sqlite *ledger = (ent_sqlite *)base;

    if (!ent_sqlite_do(ledger, ENT_SQL_BEGIN)) {
        return ent_sqlite_fail(ledger, error);
    }
    ledger->is_held = true;
    return ENTITLE_OK;
}

entitle_status
ent_sqlite_note_id(
    ent_ledger *base,
    const char *id,
    int64_t at_s,
    bool *out_is_new,
    entitle_error *error)
{
    ent_sqlite *ledger = (ent_sqlite *)base;

    return note_id(ledger, id, at_s, out_is_new) ? ENTITLE_OK
                                                 : ent_sqlite_fail(ledger, error);
}

entitle_status
ent_sqlite_commit(ent_ledger *base, entitle_error *error)
{
    ent_sqlite *ledger = (ent_sqlite *)base;

    ledger->is_held = false;
    ledger->kept_key = 0;
    return ent_sqlite_end(ledger, ENTITLE_OK, error);
}

void
ent_sqlite_abandon(ent_ledger *base)
{
    ent_sqlite *ledger = (ent_sqlite *)base;

    ledger->is_held = false;
    ledger->kept_key = 0;
    if (sqlite3_get_autocommit(ledger->database) == 0) {
        (void)ent_sqlite_do(ledger, ENT_SQL_ROLL_BACK);
    }
}
