/* SPDX-License-Identifier: Apache-2.0 */
#include "state/record_rows.h"

#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "state/schema.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { PATH_SIZE = 4096, URI_LIMIT = 4 * PATH_SIZE, BUSY_MS = 2000 };

struct record_rows {
    entitle_runtime runtime;
    sqlite3 *database;
    sqlite3_stmt *records;
    sqlite3_stmt *totals;
};

static const char records_text[] =
    "SELECT sequence, metering_record_id, operation, product_code, identity_name,"
    " account, customer_identifier, license_arn, dimension, timestamp_s, quantity,"
    " allocations FROM record WHERE sequence > ?1 AND hour >= ?2"
    " ORDER BY sequence LIMIT ?3";

static const char totals_text[] =
    "SELECT product_code, account, dimension, hour, sum(quantity), count(*)"
    " FROM record WHERE hour >= ?1"
    " GROUP BY hour, product_code, account, dimension"
    " ORDER BY hour, product_code, account, dimension";

static void
append_path(ent_buffer *uri, const char *path)
{
    for (; *path != '\0'; path++) {
        if (strchr("%?#", *path) != NULL) {
            ent_buffer_append_format(uri, "%%%02X", (unsigned)(unsigned char)*path);
        } else {
            ent_buffer_append(uri, path, 1);
        }
    }
}

/*
 * Without a log nobody has the file open, and nobody who reads it should have to make
 * one: that takes the right to write, and would leave files of another owner behind.
 */
static bool
has_log(const char *path)
{
    char log[PATH_SIZE + 8];
    struct stat file;
    (void)snprintf(log, sizeof(log), "%s-wal", path);
    return stat(log, &file) == 0;
}

static int
open_file(record_rows *rows, const char *path)
{
    ent_buffer uri;
    ent_buffer_init(&uri, &rows->runtime, URI_LIMIT);
    ent_buffer_append_text(&uri, path[0] == '/' ? "file://" : "file:");
    append_path(&uri, path);
    ent_buffer_append_text(&uri, has_log(path) ? "?mode=ro" : "?immutable=1");
    int rc = SQLITE_NOMEM;
    if (!uri.failed) {
        rc = sqlite3_open_v2(
            ent_buffer_text(&uri),
            &rows->database,
            SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX,
            NULL);
    }
    ent_buffer_clear(&uri);
    return rc;
}

static bool
prepare(record_rows *rows, const record_range *range)
{
    if (sqlite3_exec(rows->database, "BEGIN", NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(rows->database, records_text, -1, &rows->records, NULL) !=
            SQLITE_OK ||
        sqlite3_prepare_v2(rows->database, totals_text, -1, &rows->totals, NULL) !=
            SQLITE_OK) {
        return false;
    }
    int64_t first_hour = range->first_hour != 0 ? range->first_hour : INT64_MIN;
    (void)sqlite3_bind_int64(rows->records, 1, range->after);
    (void)sqlite3_bind_int64(rows->records, 2, first_hour);
    (void)sqlite3_bind_int64(rows->records, 3, range->limit > 0 ? range->limit : -1);
    (void)sqlite3_bind_int64(rows->totals, 1, first_hour);
    return true;
}

static entitle_status
fill(
    record_rows *rows,
    const char *directory,
    const record_range *range,
    entitle_error *error)
{
    char path[PATH_SIZE];
    struct stat file;
    int length = snprintf(path, sizeof(path), "%s/state.db", directory);
    if (length < 0 || (size_t)length >= sizeof(path)) {
        return ent_fail(
            error, ENTITLE_IO_ERROR, "the path '%s' is too long", directory);
    }
    if (stat(path, &file) != 0) {
        return ent_fail(
            error, ENTITLE_IO_ERROR, "'%s' is not the state of a sandbox", directory);
    }
    if (open_file(rows, path) != SQLITE_OK) {
        return ent_fail(
            error,
            ENTITLE_IO_ERROR,
            "cannot open '%s': %s",
            path,
            sqlite3_errmsg(rows->database));
    }
    (void)sqlite3_busy_timeout(rows->database, BUSY_MS);
    entitle_status status = schema_check(rows->database, path, error);
    if (status == ENTITLE_OK && !prepare(rows, range)) {
        status = ent_fail(
            error,
            ENTITLE_IO_ERROR,
            "cannot read '%s': %s",
            path,
            sqlite3_errmsg(rows->database));
    }
    return status;
}

entitle_status
record_rows_open(
    const entitle_runtime *runtime,
    const char *state_directory,
    const record_range *range,
    record_rows **out,
    entitle_error *error)
{
    record_rows *rows = ent_allocate(runtime, sizeof(*rows));
    if (rows == NULL) {
        return ent_fail_memory(error);
    }
    rows->runtime = *runtime;
    entitle_status status = fill(rows, state_directory, range, error);
    if (status != ENTITLE_OK) {
        record_rows_close(rows);
        return status;
    }
    *out = rows;
    return ENTITLE_OK;
}

void
record_rows_close(record_rows *rows)
{
    if (rows == NULL) {
        return;
    }
    (void)sqlite3_finalize(rows->records);
    (void)sqlite3_finalize(rows->totals);
    (void)sqlite3_close(rows->database);
    const entitle_runtime runtime = rows->runtime;
    ent_release(&runtime, rows);
}

static row_outcome
step(sqlite3_stmt *statement)
{
    int rc = sqlite3_step(statement);
    if (rc == SQLITE_ROW) {
        return ROW_READ;
    }
    return rc == SQLITE_DONE ? ROW_END : ROW_FAILED;
}

static const char *
text(sqlite3_stmt *statement, int column)
{
    return (const char *)sqlite3_column_text(statement, column);
}

row_outcome
record_rows_next(record_rows *rows, record_row *out)
{
    sqlite3_stmt *row = rows->records;
    row_outcome outcome = step(row);
    if (outcome == ROW_READ) {
        *out = (record_row){
            .sequence = sqlite3_column_int64(row, 0),
            .metering_record_id = text(row, 1),
            .operation = text(row, 2),
            .product_code = text(row, 3),
            .identity = text(row, 4),
            .account = text(row, 5),
            .customer_identifier = text(row, 6),
            .license_arn = text(row, 7),
            .dimension = text(row, 8),
            .timestamp_s = sqlite3_column_int64(row, 9),
            .quantity = sqlite3_column_int64(row, 10),
            .allocations = text(row, 11),
        };
    }
    return outcome;
}

row_outcome
record_rows_next_total(record_rows *rows, record_total *out)
{
    sqlite3_stmt *row = rows->totals;
    row_outcome outcome = step(row);
    if (outcome == ROW_READ) {
        *out = (record_total){
            .product_code = text(row, 0),
            .account = text(row, 1),
            .dimension = text(row, 2),
            .hour = sqlite3_column_int64(row, 3),
            .quantity = sqlite3_column_int64(row, 4),
            .records = sqlite3_column_int64(row, 5),
        };
    }
    return outcome;
}
