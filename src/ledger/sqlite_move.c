/* SPDX-License-Identifier: Apache-2.0 */
#include "base/timestamp.h"
#include "ledger/sqlite_state.h"

#include <string.h>

/* No clock is so wrong that more hours than these have been sent ahead of it. */
enum { HOURS_AHEAD_LIMIT = 24 * 366 };

static ent_sqlite_loaded
load_record(ent_sqlite *ledger, const ent_sqlite_load *load, int64_t *record)
{
    sqlite3_stmt *statement = ent_sqlite_statement_of(
        ledger, load->is_new ? ENT_SQL_ADD_USAGE : ENT_SQL_MOVE_USAGE);
    if (statement == NULL || !ent_sqlite_bind_integer(statement, 1, load->key) ||
        !ent_sqlite_bind_integer(statement, 2, load->hour_s) ||
        !ent_sqlite_bind_text(statement, 3, load->token) ||
        !ent_sqlite_bind_integer(statement, 4, load->quantity)) {
        return ENT_SQLITE_LOAD_FAILED;
    }
    int result = sqlite3_step(statement);
    if (result == SQLITE_ROW) {
        *record = sqlite3_column_int64(statement, 0);
        /* Rows that RETURNING gives come before the statement ends. */
        result = sqlite3_step(statement) == SQLITE_DONE ? SQLITE_ROW : SQLITE_ERROR;
    }
    if (sqlite3_reset(statement) != SQLITE_OK) {
        return ENT_SQLITE_LOAD_FAILED;
    }
    if (result == SQLITE_DONE) {
        return ENT_SQLITE_HOUR_IS_SENT;
    }
    return result == SQLITE_ROW ? ENT_SQLITE_LOADED : ENT_SQLITE_LOAD_FAILED;
}

/* -1: the store failed. */
static int64_t
ask_number(
    ent_sqlite *ledger, ent_sqlite_statement which, int64_t record, const char *tags)
{
    sqlite3_stmt *statement = ent_sqlite_statement_of(ledger, which);
    if (statement == NULL || !ent_sqlite_bind_integer(statement, 1, record) ||
        (tags != NULL && !ent_sqlite_bind_text(statement, 2, tags))) {
        return -1;
    }
    int result = sqlite3_step(statement);
    int64_t number = result == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    bool holds = sqlite3_reset(statement) == SQLITE_OK;
    return holds ? number : -1;
}

/*
 * Whether a record has room for a set of tags that is new to it; -1: the store failed.
 */
static int
has_room(ent_sqlite *ledger, int64_t record, const char *tags)
{
    int64_t count = ask_number(ledger, ENT_SQL_COUNT_TAGS, record, NULL);
    int64_t size = ask_number(ledger, ENT_SQL_SIZE_TAGS, record, NULL);

    if (count < 0 || size < 0) {
        return -1;
    }
    /* One is left for what has no tags. */
    return count < ENT_LEDGER_TAG_SETS_MAXIMUM - 1 &&
           size + (int64_t)strlen(tags) < ENT_LEDGER_TAG_BYTES_MAXIMUM;
}

static ent_sqlite_loaded
load_tags(ent_sqlite *ledger, const ent_sqlite_load *load, int64_t record)
{
    if (load->tags[0] == '\0') {
        return ENT_SQLITE_LOADED;
    }
    int64_t has = ask_number(ledger, ENT_SQL_HAS_TAGS, record, load->tags);
    int room = has == 0 ? has_room(ledger, record, load->tags) : 1;
    if (has < 0 || room < 0) {
        return ENT_SQLITE_LOAD_FAILED;
    }
    if (room == 0) {
        return ENT_SQLITE_TOO_MANY_TAGS;
    }
    sqlite3_stmt *statement = ent_sqlite_statement_of(ledger, ENT_SQL_ADD_TAGS);
    bool holds = statement != NULL && ent_sqlite_bind_integer(statement, 1, record) &&
                 ent_sqlite_bind_text(statement, 2, load->tags) &&
                 ent_sqlite_bind_integer(statement, 3, load->quantity) &&
                 ent_sqlite_run(statement);
    return holds ? ENT_SQLITE_LOADED : ENT_SQLITE_LOAD_FAILED;
}

ent_sqlite_loaded
ent_sqlite_load_units(
    ent_sqlite *ledger, ent_sqlite_load *load, int64_t now_s, int64_t *record)
{
    ent_sqlite_loaded loaded = load_record(ledger, load, record);
    int64_t running_s = ent_hour_of(now_s);

    for (int i = 0; loaded == ENT_SQLITE_HOUR_IS_SENT && i < HOURS_AHEAD_LIMIT; i++) {
        int64_t next_s = load->hour_s + ENT_LEDGER_HOUR_S;
        load->hour_s = next_s > running_s ? next_s : running_s;
        loaded = load_record(ledger, load, record);
    }
    return loaded == ENT_SQLITE_LOADED ? load_tags(ledger, load, *record) : loaded;
}

bool
ent_sqlite_link(
    ent_sqlite *ledger, int64_t record, int64_t from_hour_s, int64_t quantity)
{
    sqlite3_stmt *statement = ent_sqlite_statement_of(ledger, ENT_SQL_ADD_CARRY);

    return statement != NULL && ent_sqlite_bind_integer(statement, 1, record) &&
           ent_sqlite_bind_integer(statement, 2, from_hour_s) &&
           ent_sqlite_bind_integer(statement, 3, quantity) && ent_sqlite_run(statement);
}

/* Moved units always find an hour: a full one sends them on to the next. */
static bool
move_units(ent_sqlite *ledger, ent_sqlite_load load, int64_t now_s, int64_t *record)
{
    for (int i = 0; i < HOURS_AHEAD_LIMIT; i++) {
        if (!ent_sqlite_do(ledger, ENT_SQL_SAVE)) {
            return false;
        }
        ent_sqlite_loaded loaded = ent_sqlite_load_units(ledger, &load, now_s, record);
        if (loaded == ENT_SQLITE_LOAD_FAILED) {
            return false;
        }
        if (loaded == ENT_SQLITE_TOO_MANY_TAGS &&
            !ent_sqlite_do(ledger, ENT_SQL_UNDO)) {
            return false;
        }
        if (!ent_sqlite_do(ledger, ENT_SQL_RELEASE)) {
            return false;
        }
        if (loaded != ENT_SQLITE_TOO_MANY_TAGS) {
            return loaded == ENT_SQLITE_LOADED;
        }
        load.hour_s += ENT_LEDGER_HOUR_S;
    }
    return false;
}

/* What belongs to an hour already keeps that link; the rest gets one to `from`. */
static bool
pass_links(ent_sqlite *ledger, int64_t from, const ent_sqlite_row *row, int64_t record)
{
    int64_t linked = ask_number(ledger, ENT_SQL_SUM_CARRY, from, NULL);
    sqlite3_stmt *statement = ent_sqlite_statement_of(ledger, ENT_SQL_PASS_CARRY);
    if (linked < 0 || statement == NULL ||
        !ent_sqlite_bind_integer(statement, 1, from) ||
        !ent_sqlite_bind_integer(statement, 2, record) || !ent_sqlite_run(statement)) {
        return false;
    }
    return linked >= row->quantity ||
           ent_sqlite_link(ledger, record, row->hour_s, row->quantity - linked);
}

/* Calls move_units() for each tag set and for the rest. */
static bool
move_everything(
    ent_sqlite *ledger,
    int64_t from,
    const ent_sqlite_row *row,
    ent_sqlite_load *load,
    int64_t now_s,
    int64_t *record)
{
    sqlite3_stmt *tags = ent_sqlite_statement_of(ledger, ENT_SQL_LIST_TAGS);
    if (tags == NULL || !ent_sqlite_bind_integer(tags, 1, from)) {
        return false;
    }
    int64_t rest = row->quantity;
    int result = sqlite3_step(tags);
    bool holds = true;
    while (holds && result == SQLITE_ROW) {
        load->tags = (const char *)sqlite3_column_text(tags, 0);
        load->quantity = sqlite3_column_int64(tags, 1);
        rest -= load->quantity;
        holds = load->tags != NULL && move_units(ledger, *load, now_s, record);
        if (!holds) {
            ent_sqlite_keep_trouble(ledger);
        } else {
            result = sqlite3_step(tags);
        }
    }
    holds = sqlite3_reset(tags) == SQLITE_OK && holds && result == SQLITE_DONE;
    if (!holds || rest == 0) {
        return holds;
    }
    load->tags = "";
    load->quantity = rest;
    return move_units(ledger, *load, now_s, record);
}

bool
ent_sqlite_carry_record(ent_sqlite *ledger, int64_t record, int64_t key, int64_t now_s)
{
    ent_sqlite_row row;
    bool found = false;
    if (!ent_sqlite_find_row(ledger, record, &row, &found) || !found) {
        return false;
    }
    ent_sqlite_load load = {
        .key = key,
        .hour_s = row.token[0] != '\0' ? now_s : ent_hour_of(now_s),
        .token = row.token,
    };
    int64_t target = 0;
    /* Out of the way first: its hour may be the one that takes the units. */
    return ent_sqlite_do_to(ledger, ENT_SQL_COUNT_ADDED, record) &&
           ent_sqlite_do_to(ledger, ENT_SQL_DROP_RECORD, record) &&
           (row.quantity == 0 ||
            (move_everything(ledger, record, &row, &load, now_s, &target) &&
             pass_links(ledger, record, &row, target))) &&
           ent_sqlite_do_to(ledger, ENT_SQL_DROP_TAGS, record);
}

/* Takes `quantity` units of these tags out of a record. */
static bool
take_tags(ent_sqlite *ledger, int64_t record, const char *tags, int64_t quantity)
{
    sqlite3_stmt *statement = ent_sqlite_statement_of(ledger, ENT_SQL_TAKE_TAGS);

    return statement != NULL && ent_sqlite_bind_integer(statement, 1, record) &&
           ent_sqlite_bind_text(statement, 2, tags) &&
           ent_sqlite_bind_integer(statement, 3, quantity) && ent_sqlite_run(statement);
}

static bool
split_tags(
    ent_sqlite *ledger,
    int64_t record,
    ent_sqlite_load *load,
    int64_t excess,
    int64_t now_s,
    int64_t *target)
{
    sqlite3_stmt *tags = ent_sqlite_statement_of(ledger, ENT_SQL_LIST_TAGS);
    if (tags == NULL || !ent_sqlite_bind_integer(tags, 1, record)) {
        return false;
    }
    bool holds = true;
    while (holds && excess > 0 && sqlite3_step(tags) == SQLITE_ROW) {
        int64_t there = sqlite3_column_int64(tags, 1);
        load->tags = (const char *)sqlite3_column_text(tags, 0);
        load->quantity = there < excess ? there : excess;
        excess -= load->quantity;
        holds = load->tags != NULL && move_units(ledger, *load, now_s, target) &&
                take_tags(ledger, record, load->tags, load->quantity);
    }
    if (!holds) {
        ent_sqlite_keep_trouble(ledger);
    }
    return sqlite3_reset(tags) == SQLITE_OK && holds && excess == 0;
}

static bool
set_quantity(ent_sqlite *ledger, int64_t record, int64_t quantity)
{
    sqlite3_stmt *statement = ent_sqlite_statement_of(ledger, ENT_SQL_SET_QUANTITY);

    return statement != NULL && ent_sqlite_bind_integer(statement, 1, record) &&
           ent_sqlite_bind_integer(statement, 2, quantity) && ent_sqlite_run(statement);
}

bool
ent_sqlite_split_record(
    ent_sqlite *ledger, int64_t record, int64_t excess, int64_t now_s)
{
    ent_sqlite_row row;
    bool found = false;
    int64_t tagged = ask_number(ledger, ENT_SQL_SUM_TAGS, record, NULL);
    if (tagged < 0 || !ent_sqlite_find_row(ledger, record, &row, &found) || !found) {
        return false;
    }
    ent_sqlite_load load = { .key = row.key,
                             .hour_s = row.hour_s + ENT_LEDGER_HOUR_S,
                             .token = row.token };
    int64_t target = 0;
    int64_t rest = row.quantity - tagged;
    load.tags = "";
    load.quantity = rest < excess ? rest : excess;
    bool holds = load.quantity == 0 || move_units(ledger, load, now_s, &target);
    return holds &&
           split_tags(ledger, record, &load, excess - load.quantity, now_s, &target) &&
           ent_sqlite_do_to(ledger, ENT_SQL_DROP_EMPTY_TAGS, record) &&
           ent_sqlite_link(ledger, target, row.hour_s, excess) &&
           set_quantity(ledger, record, row.quantity - excess);
}
