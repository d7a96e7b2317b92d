/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/runtime.h"
#include "ledger/postgres.h"
#include "ledger/sqlite_rescue.h"
#include "meter/ledger_path.h"
#include "meter/sender_lock.h"

#include <entitle/meter.h>

#include <errno.h>
#include <string.h>

static entitle_status
refuse_postgres(entitle_error *error)
{
    ent_fail(
        error,
        ENTITLE_INVALID_ARGUMENT,
        "only a ledger in a file can be rescued, not one in PostgreSQL");
    ent_hint(error, "restore a backup of the database, as docs/postgresql.md says");
    return ENTITLE_INVALID_ARGUMENT;
}

/*
 * Whoever interrupted one may have put the file aside already. What is there, and
 * cannot be followed, is not to be replaced in the place of what it leads to.
 */
static entitle_status
follow_links(
    const char **path, char resolved[ENT_LEDGER_PATH_SIZE], entitle_error *error)
{
    if (ent_ledger_path_resolve(*path, resolved)) {
        *path = resolved;
        return ENTITLE_OK;
    }
    if (errno == ENOENT) {
        return ENTITLE_OK;
    }
    ent_fail(
        error,
        ENTITLE_IO_ERROR,
        "the ledger '%.200s' cannot be found: %s",
        *path,
        strerror(errno));
    ent_hint(error, "see where the path leads, and whether this user may go there");
    return ENTITLE_IO_ERROR;
}

static void
report_of(const ent_ledger_rescued *rescued, entitle_rescue_report *out)
{
    *out = (entitle_rescue_report){
        .records = (uint64_t)rescued->records,
        .unreadable = (uint64_t)rescued->unreadable,
        .lost_units = (uint64_t)rescued->lost_units,
        .restored_units = (uint64_t)rescued->restored_units,
    };
}

/* Nobody may be sending from what is about to be put aside. */
static entitle_status
rescue_alone(
    const entitle_runtime *runtime,
    const char *path,
    ent_ledger_rescued *out,
    entitle_error *error)
{
    ent_sender_lock lock;
    entitle_status status = ent_sender_lock_take(runtime, path, &lock, error);

    if (status == ENTITLE_OK) {
        status = ent_ledger_rescue_sqlite(runtime, path, out, error);
        ent_sender_lock_release(&lock);
    }
    return status;
}

entitle_status
entitle_meter_rescue(
    const entitle_runtime *runtime,
    const char *ledger,
    entitle_rescue_report *report,
    entitle_error *error)
{
    entitle_runtime filled;
    const char *path = NULL;
    char resolved[ENT_LEDGER_PATH_SIZE];
    ent_ledger_rescued rescued = { .records = 0 };

    entitle_status status = ent_runtime_fill(&filled, runtime, error);
    if (status == ENTITLE_OK) {
        status = ent_ledger_path_find(ledger, &path, error);
    }
    if (status == ENTITLE_OK && ent_ledger_is_postgres(ledger)) {
        status = refuse_postgres(error);
    }
    if (status == ENTITLE_OK) {
        status = follow_links(&path, resolved, error);
    }
    if (status == ENTITLE_OK) {
        status = rescue_alone(&filled, path, &rescued, error);
    }
    if (report != NULL) {
        report_of(&rescued, report);
    }
    return status;
}
