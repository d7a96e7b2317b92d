/* SPDX-License-Identifier: Apache-2.0 */
#include "state/store.h"

#include "base/error.h"
#include "base/memory.h"
#include "state/checkpoints.h"
#include "state/schema.h"
#include "state/statements.h"

#include <stdio.h>

enum { PATH_SIZE = 4096, BUSY_MS = 5000 };

struct sandbox_store {
    entitle_runtime runtime;
    sqlite3 *database;
    sqlite3_stmt *statements[STATEMENT_COUNT];
    checkpoints *checkpoints;
};

/*
 * What a commit wrote is with the kernel and outlives the process, however that ends;
 * waiting for the disk would only help against a power failure, and at a price: calls
 * that take a hundred times as long as others. So the writer never waits. Checkpoints
 * do, on a thread of their own, and that keeps the file whole even then.
 */
static const char settings[] = "PRAGMA journal_mode=WAL;"
                               "PRAGMA synchronous=OFF;"
                               "PRAGMA cell_size_check=ON;"
                               "PRAGMA trusted_schema=OFF;"
                               "PRAGMA cache_size=-4096;";

static entitle_status
prepare_statements(sandbox_store *store, const char *path, entitle_error *error)
{
    for (size_t i = 0; i < STATEMENT_COUNT; i++) {
        int rc = sqlite3_prepare_v3(
            store->database,
            statement_texts[i],
            -1,
            SQLITE_PREPARE_PERSISTENT,
            &store->statements[i],
            NULL);
        if (rc != SQLITE_OK) {
            return ent_fail(
                error,
                ENTITLE_IO_ERROR,
                "cannot use '%s': %s",
                path,
                sqlite3_errmsg(store->database));
        }
    }
    return ENTITLE_OK;
}

static entitle_status
fail_open(const sandbox_store *store, const char *path, entitle_error *error)
{
    entitle_status status = ent_fail(
        error,
        ENTITLE_IO_ERROR,
        "cannot use '%s': %s",
        path,
        sqlite3_errmsg(store->database));
    ent_hint(error, "move the file away to start afresh, or use another --state");
    return status;
}

static entitle_status
open_database(sandbox_store *store, const char *path, entitle_error *error)
{
    if (sqlite3_open_v2(
            path,
            &store->database,
            SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
            NULL) != SQLITE_OK) {
        return fail_open(store, path, error);
    }
    (void)sqlite3_busy_timeout(store->database, BUSY_MS);
    if (sqlite3_db_readonly(store->database, "main") == 1) {
        return ent_fail(error, ENTITLE_IO_ERROR, "'%s' cannot be written", path);
    }
    if (sqlite3_exec(store->database, settings, NULL, NULL, NULL) != SQLITE_OK) {
        return fail_open(store, path, error);
    }
    return schema_prepare(store->database, path, error);
}

static entitle_status
fill(sandbox_store *store, const char *directory, entitle_error *error)
{
    char path[PATH_SIZE];
    int length = snprintf(path, sizeof(path), "%s/state.db", directory);
    if (length < 0 || (size_t)length >= sizeof(path)) {
        return ent_fail(
            error, ENTITLE_IO_ERROR, "the path '%s' is too long", directory);
    }
    entitle_status status = open_database(store, path, error);
    if (status == ENTITLE_OK) {
        status = prepare_statements(store, path, error);
    }
    if (status == ENTITLE_OK) {
        status = checkpoints_start(
            &store->runtime, store->database, path, &store->checkpoints, error);
    }
    return status;
}

entitle_status
store_open(
    const entitle_runtime *runtime,
    const char *state_directory,
    sandbox_store **out,
    entitle_error *error)
{
    sandbox_store *store = ent_allocate(runtime, sizeof(*store));
    if (store == NULL) {
        return ent_fail_memory(error);
    }
    store->runtime = *runtime;
    entitle_status status = fill(store, state_directory, error);
    if (status != ENTITLE_OK) {
        store_close(store);
        return status;
    }
    *out = store;
    return ENTITLE_OK;
}

void
store_close(sandbox_store *store)
{
    if (store == NULL) {
        return;
    }
    checkpoints_stop(store->checkpoints);
    for (size_t i = 0; i < STATEMENT_COUNT; i++) {
        (void)sqlite3_finalize(store->statements[i]);
    }
    (void)sqlite3_close(store->database);
    const entitle_runtime runtime = store->runtime;
    ent_release(&runtime, store);
}

sqlite3_stmt *
store_statement_of(const sandbox_store *store, store_statement which)
{
    (void)sqlite3_reset(store->statements[which]);
    return store->statements[which];
}

const entitle_runtime *
store_runtime(const sandbox_store *store)
{
    return &store->runtime;
}

bool
store_begin(sandbox_store *store)
{
    return statement_run(store->statements[STATEMENT_BEGIN]);
}

bool
store_commit(sandbox_store *store)
{
    if (statement_run(store->statements[STATEMENT_COMMIT])) {
        return true;
    }
    store_roll_back(store);
    return false;
}

void
store_roll_back(sandbox_store *store)
{
    /* SQLite has done so by itself where the disk was full. */
    if (sqlite3_get_autocommit(store->database) == 0) {
        (void)statement_run(store->statements[STATEMENT_ROLL_BACK]);
    }
}

bool
store_erase(sandbox_store *store)
{
    static const char everything[] = "DELETE FROM setting;"
                                     "DELETE FROM identity;"
                                     "DELETE FROM registration;"
                                     "DELETE FROM subscription;"
                                     "DELETE FROM registration_token;"
                                     "DELETE FROM record;"
                                     "DELETE FROM sqlite_sequence;";
    return sqlite3_exec(store->database, everything, NULL, NULL, NULL) == SQLITE_OK;
}
