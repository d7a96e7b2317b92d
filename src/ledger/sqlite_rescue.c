/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/sqlite_rescue.h"

#include "base/error.h"
#include "base/runtime.h"
#include "ledger/sqlite.h"
#include "ledger/sqlite_salvage.h"
#include "ledger/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * The order of the last steps matters: a log that outlived its file would be applied to
 * the next one. From the moment that PATH.rescued is whole, PATH does not open any more
 * (see ent_ledger_open_sqlite()), until the rescue has been called to its end.
 */
enum { KEPT_LIMIT = 1000, ENDING_SIZE = 32 };

typedef struct rescue {
    const entitle_runtime *runtime;
    const char *path;
    ent_ledger_rescued *out;
    entitle_error *error;
} rescue;

static void
name_file(const char *path, const char *ending, char out[ENT_RESCUE_PATH_SIZE])
{
    (void)snprintf(out, ENT_RESCUE_PATH_SIZE, "%.4100s%s", path, ending);
}

/* False: it may still be there. */
static bool
remove_file(const char *path, const char *ending)
{
    char name[ENT_RESCUE_PATH_SIZE];
    name_file(path, ending, name);
    return unlink(name) == 0 || errno == ENOENT;
}

/* As far as it goes: what stays is in nobody's way. */
static void
tidy_away(const char *path, const char *ending)
{
    (void)remove_file(path, ending);
}

static entitle_status
fail(const rescue *work, const char *what)
{
    ent_fail(
        work->error,
        ENTITLE_IO_ERROR,
        "the damaged ledger '%.200s' %s: %s",
        work->path,
        what,
        strerror(errno));
    ent_hint(
        work->error,
        "see that there is room on its file system and that this user may write in its "
        "folder, and use 'entitle usage rescue' again");
    return ENTITLE_IO_ERROR;
}

/* Whether what was read of the damaged one is whole; in doubt nothing is done. */
static entitle_status
look_for_whole(const rescue *work, bool *is_there)
{
    char whole[ENT_RESCUE_PATH_SIZE];
    name_file(work->path, ".rescued", whole);
    *is_there = access(whole, F_OK) == 0;
    return *is_there || errno == ENOENT ? ENTITLE_OK
                                        : fail(work, "cannot be looked at");
}

/* Makes a renaming durable. */
static bool
sync_folder(const char *path)
{
    char folder[ENT_RESCUE_PATH_SIZE];
    name_file(path, "", folder);
    char *slash = strrchr(folder, '/');
    if (slash == NULL) {
        (void)snprintf(folder, sizeof(folder), ".");
    } else {
        slash[slash == folder ? 1 : 0] = '\0';
    }
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) {
        return false;
    }
    bool holds = fsync(descriptor) == 0;
    close(descriptor);
    return holds;
}

/* --- The damaged file ------------------------------------------------------------- */

/* Gives it, and its log, a second name that stays. */
static entitle_status
keep_damaged(const rescue *work)
{
    char ending[ENDING_SIZE];
    char log[ENT_RESCUE_PATH_SIZE];
    char kept_log[ENT_RESCUE_PATH_SIZE];
    int result = -1;

    for (int i = 1; i < KEPT_LIMIT; i++) {
        (void)snprintf(ending, sizeof(ending), ".damaged-%d", i);
        name_file(work->path, ending, work->out->kept);
        result = link(work->path, work->out->kept);
        if (result == 0 || errno != EEXIST) {
            break;
        }
    }
    if (result != 0) {
        return fail(work, "cannot be kept beside the new one");
    }
    name_file(work->path, "-wal", log);
    name_file(work->out->kept, "-wal", kept_log);
    if (link(log, kept_log) != 0 && errno != ENOENT) {
        entitle_status status = fail(work, "cannot be kept with its log");
        (void)unlink(work->out->kept);
        return status;
    }
    return ENTITLE_OK;
}

static void
forget_damaged(const rescue *work)
{
    tidy_away(work->out->kept, "-wal");
    tidy_away(work->out->kept, "");
    work->out->kept[0] = '\0';
}

/* What reading left beside it: its index, and a log where there was none. */
static void
tidy_kept(const rescue *work)
{
    char log[ENT_RESCUE_PATH_SIZE];
    struct stat info;

    tidy_away(work->out->kept, "-shm");
    name_file(work->out->kept, "-wal", log);
    if (stat(log, &info) == 0 && info.st_size == 0) {
        (void)unlink(log);
    }
}

/* For reading only: nothing of it is to change, its log least of all. */
static bool
open_damaged(const char *path, sqlite3 **out)
{
    return sqlite3_open_v2(
               path, out, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) ==
               SQLITE_OK &&
           sqlite3_db_config(*out, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL) ==
               SQLITE_OK &&
           sqlite3_exec(
               *out,
               "PRAGMA query_only = ON; PRAGMA cell_size_check = ON;"
               "SELECT COUNT(*) FROM sqlite_schema",
               NULL,
               NULL,
               NULL) == SQLITE_OK;
}

/* --- The fresh one ---------------------------------------------------------------- */

static entitle_status
fill_fresh(const rescue *work, sqlite3 *damaged, const char *path)
{
    ent_ledger *fresh = NULL;
    entitle_status status =
        ent_ledger_open_sqlite(work->runtime, path, &fresh, work->error);

    if (status == ENTITLE_OK) {
        ent_sqlite *sql = (ent_sqlite *)((ent_store *)fresh)->sql;
        if (!ent_sqlite_salvage(damaged, sql, ent_now_s(work->runtime), work->out)) {
            status = ent_sqlite_fail(sql, work->error);
        }
    }
    ent_ledger_close(fresh);
    return status;
}

static entitle_status
salvage_from_kept(const rescue *work, const char *fresh_path)
{
    sqlite3 *damaged = NULL;
    entitle_status status = ENTITLE_IO_ERROR;

    if (open_damaged(work->out->kept, &damaged)) {
        status = fill_fresh(work, damaged, fresh_path);
    } else if ((sqlite3_errcode(damaged) & 0xff) == SQLITE_NOMEM) {
        status = ent_fail_memory(work->error);
    } else {
        ent_fail(
            work->error,
            ENTITLE_IO_ERROR,
            "not even the tables of the damaged ledger '%.200s' can be read",
            work->path);
        ent_hint(
            work->error, "restore a copy of it, or put it aside and begin a new one");
    }
    (void)sqlite3_close(damaged);
    tidy_kept(work);
    return status;
}

/*
 * SQLite removes a log when it has taken all of it over, and says nothing where it
 * could not: what then stands in the log would be left behind.
 */
static bool
has_no_log(const char *path)
{
    char log[ENT_RESCUE_PATH_SIZE];
    struct stat info;
    name_file(path, "-wal", log);
    if (stat(log, &info) != 0) {
        return errno == ENOENT;
    }
    errno = EIO;
    return info.st_size == 0;
}

/* `*is_whole` also where it failed after that. */
static entitle_status
make_fresh(const rescue *work, bool *is_whole)
{
    char fresh[ENT_RESCUE_PATH_SIZE];
    char whole[ENT_RESCUE_PATH_SIZE];
    name_file(work->path, ".rescue", fresh);
    name_file(work->path, ".rescued", whole);
    static const char *const endings[] = { "", "-wal", "-shm" };
    for (size_t i = 0; i < 3; i++) {
        if (!remove_file(fresh, endings[i])) {
            return fail(work, "cannot be replaced");
        }
    }
    entitle_status status = salvage_from_kept(work, fresh);
    if (status != ENTITLE_OK) {
        return status;
    }
    *is_whole = has_no_log(fresh) && rename(fresh, whole) == 0;
    return *is_whole && sync_folder(work->path) ? ENTITLE_OK
                                                : fail(work, "cannot be replaced");
}

/* From the damaged file to one that is whole beside it. */
static entitle_status
begin_anew(const rescue *work)
{
    bool is_whole = false;
    entitle_status status = keep_damaged(work);

    if (status != ENTITLE_OK) {
        return status;
    }
    status = make_fresh(work, &is_whole);
    if (status != ENTITLE_OK && !is_whole) {
        forget_damaged(work);
    }
    return status;
}

/* May be interrupted anywhere, and then done again. */
static entitle_status
put_in_place(const rescue *work)
{
    char whole[ENT_RESCUE_PATH_SIZE];
    name_file(work->path, ".rescued", whole);
    return remove_file(work->path, "-wal") && remove_file(work->path, "-shm") &&
                   sync_folder(work->path) && rename(whole, work->path) == 0 &&
                   sync_folder(work->path)
               ? ENTITLE_OK
               : fail(work, "cannot be replaced");
}

entitle_status
ent_ledger_rescue_sqlite(
    const entitle_runtime *runtime,
    const char *path,
    ent_ledger_rescued *out,
    entitle_error *error)
{
    const rescue work = { runtime, path, out, error };
    bool is_whole = false;

    *out = (ent_ledger_rescued){ .records = 0 };
    entitle_status status = look_for_whole(&work, &is_whole);
    if (status == ENTITLE_OK && !is_whole) {
        status = begin_anew(&work);
    }
    return status == ENTITLE_OK ? put_in_place(&work) : status;
}
