/* SPDX-License-Identifier: Apache-2.0 */
#include "base/timestamp.h"
#include "ledger/store.h"

#include <string.h>

/* No clock is so wrong that more hours than these have been sent ahead of it. */
enum { HOURS_AHEAD_LIMIT = 24 * 366 };

static ent_loaded
load_record(ent_store *store, const ent_load *load, int64_t *record)
{
    ent_sql_rows *rows = ent_sql_open(
        store->sql,
        load->is_new ? ENT_SQL_ADD_USAGE : ENT_SQL_MOVE_USAGE,
        ENT_SQL_WITH(
            ent_sql_integer(load->key),
            ent_sql_integer(load->hour_s),
            ent_sql_text(load->token),
            ent_sql_integer(load->quantity)));
    ent_loaded loaded = ENT_LOAD_HOUR_IS_SENT;

    if (ent_sql_next(rows)) {
        *record = ent_sql_integer_of(rows, 0);
        loaded = ENT_LOADED;
    }
    return ent_sql_close(rows) ? loaded : ENT_LOAD_FAILED;
}

static bool
ask_of(ent_store *store, ent_sql_statement which, int64_t record, int64_t *out)
{
    return ent_sql_ask(store->sql, which, ENT_SQL_WITH(ent_sql_integer(record)), out);
}

/* Whether a record has room for a set of tags that is new to it. */
static bool
has_room(ent_store *store, int64_t record, const char *tags, bool *out)
{
    int64_t count = 0;
    int64_t size = 0;
    if (!ask_of(store, ENT_SQL_COUNT_TAGS, record, &count) ||
        !ask_of(store, ENT_SQL_SIZE_TAGS, record, &size)) {
        return false;
    }
    /* One is left for what has no tags. */
    *out = count < ENT_LEDGER_TAG_SETS_MAXIMUM - 1 &&
           size + (int64_t)strlen(tags) < ENT_LEDGER_TAG_BYTES_MAXIMUM;
    return true;
}

static ent_loaded
load_tags(ent_store *store, const ent_load *load, int64_t record)
{
    if (load->tags[0] == '\0') {
        return ENT_LOADED;
    }
    int64_t is_there = 0;
    bool fits = true;
    if (!ent_sql_ask(
            store->sql,
            ENT_SQL_HAS_TAGS,
            ENT_SQL_WITH(ent_sql_integer(record), ent_sql_text(load->tags)),
            &is_there) ||
        (is_there == 0 && !has_room(store, record, load->tags, &fits))) {
        return ENT_LOAD_FAILED;
    }
    if (!fits) {
        return ENT_LOAD_TOO_MANY_TAGS;
    }
    bool holds = ent_sql_run(
        store->sql,
        ENT_SQL_ADD_TAGS,
        ENT_SQL_WITH(
            ent_sql_integer(record),
            ent_sql_text(load->tags),
            ent_sql_integer(load->quantity)));
    return holds ? ENT_LOADED : ENT_LOAD_FAILED;
}

ent_loaded
ent_store_load(ent_store *store, ent_load *load, int64_t now_s, int64_t *record)
{
    ent_loaded loaded = load_record(store, load, record);
    int64_t running_s = ent_hour_of(now_s);

    for (int i = 0; loaded == ENT_LOAD_HOUR_IS_SENT && i < HOURS_AHEAD_LIMIT; i++) {
        int64_t next_s = load->hour_s + ENT_LEDGER_HOUR_S;
        load->hour_s = next_s > running_s ? next_s : running_s;
        loaded = load_record(store, load, record);
    }
    return loaded == ENT_LOADED ? load_tags(store, load, *record) : loaded;
}

bool
ent_store_link(ent_store *store, int64_t record, int64_t from_hour_s, int64_t quantity)
{
    return ent_sql_run(
        store->sql,
        ENT_SQL_ADD_CARRY,
        ENT_SQL_WITH(
            ent_sql_integer(record),
            ent_sql_integer(from_hour_s),
            ent_sql_integer(quantity)));
}

/* --- Carrying --------------------------------------------------------------------- */

static bool
do_plainly(ent_store *store, ent_sql_statement which)
{
    return ent_sql_run(store->sql, which, ENT_SQL_WITH_NOTHING);
}

/* Moved units always find an hour: a full one sends them on to the next. */
static bool
move_units(ent_store *store, ent_load load, int64_t now_s, int64_t *record)
{
    for (int i = 0; i < HOURS_AHEAD_LIMIT; i++) {
        if (!do_plainly(store, ENT_SQL_SAVE)) {
            return false;
        }
        ent_loaded loaded = ent_store_load(store, &load, now_s, record);
        if (loaded == ENT_LOAD_FAILED ||
            (loaded == ENT_LOAD_TOO_MANY_TAGS && !do_plainly(store, ENT_SQL_UNDO)) ||
            !do_plainly(store, ENT_SQL_RELEASE)) {
            return false;
        }
        if (loaded != ENT_LOAD_TOO_MANY_TAGS) {
            return loaded == ENT_LOADED;
        }
        load.hour_s += ENT_LEDGER_HOUR_S;
    }
    return false;
}

/* What belongs to an hour already keeps that link; the rest gets one to `from`. */
static bool
pass_links(ent_store *store, int64_t from, const ent_row *row, int64_t record)
{
    int64_t linked = 0;

    return ask_of(store, ENT_SQL_SUM_CARRY, from, &linked) &&
           ent_sql_run(
               store->sql,
               ENT_SQL_PASS_CARRY,
               ENT_SQL_WITH(ent_sql_integer(from), ent_sql_integer(record))) &&
           (linked >= row->quantity ||
            ent_store_link(store, record, row->hour_s, row->quantity - linked));
}

/* Calls move_units() for each tag set and for the rest. */
static bool
move_everything(
    ent_store *store,
    int64_t from,
    const ent_row *row,
    ent_load *load,
    int64_t now_s,
    int64_t *record)
{
    ent_sql_rows *tags = ent_sql_open(
        store->sql, ENT_SQL_LIST_TAGS, ENT_SQL_WITH(ent_sql_integer(from)));
    int64_t rest = row->quantity;
    bool holds = true;

    while (holds && ent_sql_next(tags)) {
        load->tags = ent_sql_text_of(tags, 0);
        load->quantity = ent_sql_integer_of(tags, 1);
        rest -= load->quantity;
        holds = move_units(store, *load, now_s, record);
    }
    holds = ent_sql_close(tags) && holds;
    if (!holds || rest == 0) {
        return holds;
    }
    load->tags = "";
    load->quantity = rest;
    return move_units(store, *load, now_s, record);
}

bool
ent_store_carry(ent_store *store, int64_t record, int64_t key, int64_t now_s)
{
    ent_row row;
    if (!ent_store_get_row(store, record, &row)) {
        return false;
    }
    ent_load load = {
        .key = key,
        .hour_s = row.token[0] != '\0' ? now_s : ent_hour_of(now_s),
        .token = row.token,
    };
    int64_t target = 0;
    /* Out of the way first: its hour may be the one that takes the units. */
    return ent_store_do_to(store, ENT_SQL_COUNT_ADDED, record) &&
           ent_store_do_to(store, ENT_SQL_DROP_RECORD, record) &&
           (row.quantity == 0 ||
            (move_everything(store, record, &row, &load, now_s, &target) &&
             pass_links(store, record, &row, target))) &&
           ent_store_do_to(store, ENT_SQL_DROP_TAGS, record);
}

/* --- Splitting -------------------------------------------------------------------- */

/* Takes `quantity` units of these tags out of a record. */
static bool
take_tags(ent_store *store, int64_t record, const char *tags, int64_t quantity)
{
    return ent_sql_run(
        store->sql,
        ENT_SQL_TAKE_TAGS,
        ENT_SQL_WITH(
            ent_sql_integer(record), ent_sql_text(tags), ent_sql_integer(quantity)));
}

static bool
split_tags(
    ent_store *store,
    int64_t record,
    ent_load *load,
    int64_t excess,
    int64_t now_s,
    int64_t *target)
{
    ent_sql_rows *tags = ent_sql_open(
        store->sql, ENT_SQL_LIST_TAGS, ENT_SQL_WITH(ent_sql_integer(record)));
    bool holds = true;

    while (holds && excess > 0 && ent_sql_next(tags)) {
        int64_t there = ent_sql_integer_of(tags, 1);
        load->tags = ent_sql_text_of(tags, 0);
        load->quantity = there < excess ? there : excess;
        excess -= load->quantity;
        holds = move_units(store, *load, now_s, target) &&
                take_tags(store, record, load->tags, load->quantity);
    }
    return ent_sql_close(tags) && holds &&
           (excess == 0 || ent_sql_set_trouble(store->sql, ENT_SQL_ROW_IS_MISSING));
}

static bool
set_quantity(ent_store *store, int64_t record, int64_t quantity)
{
    return ent_sql_run(
        store->sql,
        ENT_SQL_SET_QUANTITY,
        ENT_SQL_WITH(ent_sql_integer(record), ent_sql_integer(quantity)));
}

bool
ent_store_split(ent_store *store, int64_t record, int64_t excess, int64_t now_s)
{
    ent_row row;
    int64_t tagged = 0;
    if (!ask_of(store, ENT_SQL_SUM_TAGS, record, &tagged) ||
        !ent_store_get_row(store, record, &row)) {
        return false;
    }
    ent_load load = { .key = row.key,
                      .hour_s = row.hour_s + ENT_LEDGER_HOUR_S,
                      .token = row.token };
    int64_t target = 0;
    int64_t rest = row.quantity - tagged;
    load.tags = "";
    load.quantity = rest < excess ? rest : excess;
    bool holds = load.quantity == 0 || move_units(store, load, now_s, &target);
    return holds &&
           split_tags(store, record, &load, excess - load.quantity, now_s, &target) &&
           ent_store_do_to(store, ENT_SQL_DROP_EMPTY_TAGS, record) &&
           ent_store_link(store, target, row.hour_s, excess) &&
           set_quantity(store, record, row.quantity - excess);
}
