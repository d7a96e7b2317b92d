/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/sqlite_salvage.h"

/*
 * A table is walked from its beginning; where a page cannot be read, from its end as
 * well, and between the two each row is asked for by its number.
 */
typedef struct table_texts {
    const char *name;
    const char *from_begin;
    const char *from_end;
    const char *by_number; /* NULL: its rows have none */
    const char *insert;
} table_texts;

#define TABLE(name, order, number, values)                                             \
    {                                                                                  \
        name, "SELECT * FROM " name " ORDER BY " order " ASC",                         \
            "SELECT * FROM " name " ORDER BY " order " DESC", number,                  \
            "INSERT OR IGNORE INTO " name " VALUES (" values ")"                       \
    }

static const table_texts keys = TABLE(
    "usage_key",
    "id",
    "SELECT * FROM usage_key WHERE id = ?1",
    "?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11");
static const table_texts records = TABLE(
    "record",
    "id",
    "SELECT * FROM record WHERE id = ?1",
    "?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13");
static const table_texts others[] = {
    TABLE("tag_sum", "record, tags", NULL, "?1, ?2, ?3"),
    TABLE("carry", "rowid", NULL, "?1, ?2, ?3"),
    TABLE("event", "id", NULL, "?1, ?2"),
    TABLE("instance", "name", NULL, "?1, ?2"),
    TABLE(
        "customer",
        "product_code, account, identifier, license_arn",
        NULL,
        "?1, ?2, ?3, ?4, ?5"),
    TABLE(
        "former_customer",
        "product_code, form, customer, license_arn",
        NULL,
        "?1, ?2, ?3, ?4"),
};

/* The key's table may be damaged where its index is not, which has all but the sums. */
static const char keys_by_index[] =
    "SELECT id, product_code, dimension, form, customer, license_arn, instance,"
    " 0, 0, 0, 0 FROM usage_key INDEXED BY sqlite_autoindex_usage_key_1";

typedef struct salvage {
    sqlite3 *damaged;
    sqlite3 *fresh;
    sqlite3_stmt *insert;
    int64_t copied;
    int64_t unreadable;
    bool lacks_memory; /* and so what cannot be read may be sound */
} salvage;

/* No row is given up for want of memory: then the rescue is, and can be done again. */
static int
note(salvage *work, int result)
{
    if ((result & 0xff) == SQLITE_NOMEM) {
        work->lacks_memory = true;
    }
    return result;
}

/* --- Rows ------------------------------------------------------------------------- */

/* SQLITE_DONE: it is there now; SQLITE_CONSTRAINT: it makes no sense. */
static int
insert_row(salvage *work, sqlite3_stmt *row)
{
    for (int i = 0; i < sqlite3_column_count(row); i++) {
        int result =
            sqlite3_bind_value(work->insert, i + 1, sqlite3_column_value(row, i));
        if (result != SQLITE_OK) {
            return result;
        }
    }
    int result = sqlite3_step(work->insert);
    (void)sqlite3_reset(work->insert);
    if (result != SQLITE_DONE) {
        return result;
    }
    bool is_new = sqlite3_changes(work->fresh) == 1;
    work->copied += is_new ? 1 : 0;
    return is_new ? SQLITE_DONE : SQLITE_CONSTRAINT;
}

/*
 * Goes as far as it can: SQLITE_DONE at the end, SQLITE_FULL where the fresh one takes
 * no more, else what stood in its way.
 */
static int
walk(salvage *work, const char *text, bool counts_refused, int64_t *last)
{
    sqlite3_stmt *rows = NULL;
    int result = note(work, sqlite3_prepare_v2(work->damaged, text, -1, &rows, NULL));

    if (result == SQLITE_OK) {
        result = note(work, sqlite3_step(rows));
    }
    while (result == SQLITE_ROW) {
        *last = sqlite3_column_int64(rows, 0);
        int inserted = insert_row(work, rows);
        if (inserted != SQLITE_DONE && inserted != SQLITE_CONSTRAINT) {
            (void)sqlite3_finalize(rows);
            return SQLITE_FULL;
        }
        if (inserted == SQLITE_CONSTRAINT && counts_refused) {
            work->unreadable++;
        }
        result = note(work, sqlite3_step(rows));
    }
    (void)sqlite3_finalize(rows);
    return work->lacks_memory ? SQLITE_FULL : result;
}

/* What lies between `after` and `before`, one by one. */
static bool
ask_between(salvage *work, const char *text, int64_t after, int64_t before)
{
    sqlite3_stmt *row = NULL;
    if (note(work, sqlite3_prepare_v2(work->damaged, text, -1, &row, NULL)) !=
        SQLITE_OK) {
        work->unreadable++;
        return !work->lacks_memory;
    }
    bool holds = true;
    for (int64_t number = after + 1; holds && number < before; number++) {
        int result = note(work, sqlite3_bind_int64(row, 1, number));
        if (result == SQLITE_OK) {
            result = note(work, sqlite3_step(row));
        }
        if (result == SQLITE_ROW) {
            int inserted = insert_row(work, row);
            holds = inserted == SQLITE_DONE || inserted == SQLITE_CONSTRAINT;
            work->unreadable += inserted == SQLITE_CONSTRAINT ? 1 : 0;
        } else if (result != SQLITE_DONE) {
            work->unreadable++;
        }
        (void)sqlite3_reset(row);
        holds = holds && !work->lacks_memory;
    }
    (void)sqlite3_finalize(row);
    return holds;
}

static bool
copy_around(salvage *work, const table_texts *table, int64_t after)
{
    int64_t before = after;
    int64_t known = work->unreadable;

    if (walk(work, table->from_end, false, &before) == SQLITE_FULL ||
        (table->by_number != NULL &&
         !ask_between(work, table->by_number, after, before))) {
        return false;
    }
    /* There was something, even where nobody can say what. */
    work->unreadable += work->unreadable == known ? 1 : 0;
    return true;
}

/* An older version has fewer tables. Where the schema tells nothing, it is tried. */
static bool
is_missing(salvage *work, const table_texts *table)
{
    static const char text[] =
        "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1";
    sqlite3_stmt *statement = NULL;
    int result =
        note(work, sqlite3_prepare_v2(work->damaged, text, -1, &statement, NULL));

    if (result == SQLITE_OK) {
        result =
            note(work, sqlite3_bind_text(statement, 1, table->name, -1, SQLITE_STATIC));
    }
    if (result == SQLITE_OK) {
        result = note(work, sqlite3_step(statement));
    }
    (void)sqlite3_finalize(statement);
    return result == SQLITE_DONE;
}

static bool
copy_table(salvage *work, const table_texts *table)
{
    int64_t last = 0;
    if (is_missing(work, table)) {
        return true;
    }
    if (work->lacks_memory ||
        sqlite3_prepare_v2(work->fresh, table->insert, -1, &work->insert, NULL) !=
            SQLITE_OK) {
        return false;
    }
    int result = walk(work, table->from_begin, true, &last);
    bool holds = result != SQLITE_FULL;
    if (holds && result != SQLITE_DONE) {
        holds = copy_around(work, table, last);
        if (holds && table == &keys) {
            holds = walk(work, keys_by_index, false, &last) != SQLITE_FULL;
        }
    }
    (void)sqlite3_finalize(work->insert);
    work->insert = NULL;
    return holds;
}

/* --- Sums ------------------------------------------------------------------------- */

#define GROUP "product_code, dimension, form, customer, license_arn"

/* A key that came from its index has no sums; its settled records have. */
#define SETTLED(column, state)                                                         \
    column " = (SELECT COALESCE(SUM(quantity), 0) FROM record"                         \
           "  WHERE key = usage_key.id AND state = " state ")"

static const char mending[] =
    "INSERT INTO usage_key (" GROUP ", instance)"
    " SELECT 'unreadable', 'unreadable', 0, '', '', '' WHERE EXISTS"
    " (SELECT 1 FROM record WHERE key NOT IN (SELECT id FROM usage_key));"
    /* Whose usage it is cannot be read: nobody can send it. */
    "UPDATE record SET state = 5, added = 0, owner = '', lease = 0,"
    " reason = 'whose usage it is could not be read in a damaged ledger'"
    " WHERE state < 3 AND key NOT IN (SELECT id FROM usage_key);"
    "UPDATE record SET key = (SELECT MAX(id) FROM usage_key)"
    " WHERE key NOT IN (SELECT id FROM usage_key);"
    "UPDATE usage_key SET " SETTLED("accepted", "3") "," SETTLED(
        "rejected",
        "4") "," SETTLED("lost", "5") " WHERE added = 0 AND accepted = 0 AND rejected "
                                      "= 0"
                                      " AND lost = 0;"
                                      "UPDATE usage_key SET added = accepted + "
                                      "rejected + lost WHERE added = 0 AND"
                                      " NOT EXISTS (SELECT 1 FROM record WHERE key = "
                                      "usage_key.id AND state < 3);"
                                      "DELETE FROM tag_sum WHERE record NOT IN (SELECT "
                                      "id FROM record WHERE state < 3);"
                                      "DELETE FROM tag_sum WHERE record IN (SELECT "
                                      "r.id FROM record r WHERE r.quantity <"
                                      " (SELECT SUM(quantity) FROM tag_sum WHERE "
                                      "record = r.id));"
                                      "DELETE FROM carry WHERE record NOT IN (SELECT "
                                      "id FROM record);"
                                      "CREATE TEMP TABLE gap AS SELECT MIN(k.id) AS "
                                      "key, SUM(k.added - k.accepted"
                                      "  - k.rejected - k.lost + COALESCE(u.units, 0)) "
                                      "AS units"
                                      " FROM usage_key k LEFT JOIN (SELECT key, "
                                      "SUM(added - quantity) AS units"
                                      "  FROM record WHERE state < 3 GROUP BY key) u "
                                      "ON u.key = k.id GROUP BY " GROUP ";"
                                      "DELETE FROM temp.gap WHERE units = 0;"
                                      "UPDATE usage_key SET lost = lost + (SELECT "
                                      "units FROM temp.gap WHERE key = id)"
                                      " WHERE id IN (SELECT key FROM temp.gap WHERE "
                                      "units > 0);"
                                      "UPDATE usage_key SET added = added - (SELECT "
                                      "units FROM temp.gap WHERE key = id)"
                                      " WHERE id IN (SELECT key FROM temp.gap WHERE "
                                      "units < 0);";

/* The reason, for whoever lists what is lost. Its token keeps it out of the hours. */
static const char noting[] =
    "INSERT INTO record (key, hour, token, state, quantity, added, reason)"
    " SELECT key, ?1, 'damaged', 5, units, 0,"
    " 'its page of a damaged ledger could not be read'"
    " FROM temp.gap WHERE units > 0";

static const char measuring[] =
    "SELECT COALESCE(SUM(MAX(units, 0)), 0), COALESCE(SUM(MAX(-units, 0)), 0)"
    " FROM temp.gap";

static bool
note_gaps(sqlite3 *fresh, int64_t now_s, ent_ledger_rescued *out)
{
    sqlite3_stmt *statement = NULL;
    bool holds = sqlite3_prepare_v2(fresh, noting, -1, &statement, NULL) == SQLITE_OK &&
                 sqlite3_bind_int64(statement, 1, now_s - now_s % ENT_LEDGER_HOUR_S) ==
                     SQLITE_OK &&
                 sqlite3_step(statement) == SQLITE_DONE;
    (void)sqlite3_finalize(statement);
    if (!holds ||
        sqlite3_prepare_v2(fresh, measuring, -1, &statement, NULL) != SQLITE_OK) {
        return false;
    }
    holds = sqlite3_step(statement) == SQLITE_ROW;
    if (holds) {
        out->lost_units = sqlite3_column_int64(statement, 0);
        out->restored_units = sqlite3_column_int64(statement, 1);
    }
    (void)sqlite3_finalize(statement);
    return holds;
}

static bool
copy_all(salvage *work, ent_ledger_rescued *out)
{
    bool holds = copy_table(work, &keys);
    work->copied = 0;
    holds = holds && copy_table(work, &records);
    out->records = work->copied;
    for (size_t i = 0; holds && i < sizeof(others) / sizeof(others[0]); i++) {
        holds = copy_table(work, &others[i]);
    }
    out->unreadable = work->unreadable;
    return holds;
}

bool
ent_sqlite_salvage(
    sqlite3 *damaged, ent_sqlite *fresh, int64_t now_s, ent_ledger_rescued *out)
{
    salvage work = { .damaged = damaged, .fresh = fresh->database };

    /* A record may come whose key does not. */
    bool holds =
        sqlite3_exec(
            work.fresh, "PRAGMA foreign_keys = OFF; BEGIN", NULL, NULL, NULL) ==
            SQLITE_OK &&
        copy_all(&work, out) &&
        sqlite3_exec(work.fresh, mending, NULL, NULL, NULL) == SQLITE_OK &&
        note_gaps(work.fresh, now_s, out) &&
        sqlite3_exec(
            work.fresh, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL) ==
            SQLITE_OK;
    if (work.lacks_memory) {
        ent_sqlite_set_trouble(fresh, SQLITE_NOMEM);
    }
    if (!holds) {
        ent_sqlite_keep_trouble(fresh);
    }
    return holds;
}
