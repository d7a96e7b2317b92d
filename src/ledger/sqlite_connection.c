/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "base/runtime.h"
#include "ledger/sqlite.h"
#include "ledger/sqlite_backend.h"
#include "ledger/sqlite_schema.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUSY_LIMIT_MS = 10 * 1000, BUSY_POLL_MS = 50 };

/* What can go wrong with a file, and what to do about it. */
static const struct {
    int code;
    const char *text;
    const char *hint;
} troubles[] = {
    { SQLITE_FULL,
      "there is no room left for the ledger",
      "make room on its file system" },
    { SQLITE_READONLY,
      "the ledger cannot be written",
      "let this user write the file and its folder; the log beside it is written, "
      "too" },
    { SQLITE_CANTOPEN,
      "the ledger cannot be opened",
      "check that its folder exists and that this user may write there" },
    { SQLITE_BUSY,
      "the ledger has been locked by another process for 10 s",
      "see which process holds it: fuser names it" },
    { SQLITE_LOCKED, "the ledger is locked", "try again" },
    { SQLITE_CORRUPT,
      "the ledger is damaged",
      "keep the file and its -wal as they are; stop whoever uses it, then use "
      "'entitle usage rescue'" },
    { SQLITE_NOTADB, "the file is not a ledger", "name a file of its own" },
    { SQLITE_PERM, "the ledger may not be used", "check the file's owner and mode" },
    { SQLITE_IOERR,
      "the ledger could not be read or written",
      "look at the kernel's log: the disk may be failing" },
};

void
ent_sqlite_set_trouble(ent_sqlite *ledger, int code)
{
    if (ledger->trouble == SQLITE_OK) {
        ledger->trouble = code;
    }
}

void
ent_sqlite_keep_trouble(ent_sqlite *ledger)
{
    int code = sqlite3_extended_errcode(ledger->database);

    if (code != SQLITE_ROW && code != SQLITE_DONE) {
        ent_sqlite_set_trouble(ledger, code);
    }
}

/* What is to be reported, once. */
static int
take_trouble(ent_sqlite *ledger)
{
    int code = ledger->trouble;

    ledger->trouble = SQLITE_OK;
    if (ledger->database == NULL) {
        return SQLITE_NOMEM;
    }
    return code != SQLITE_OK ? code : sqlite3_extended_errcode(ledger->database);
}

entitle_status
ent_sqlite_fail(ent_sqlite *ledger, entitle_error *error)
{
    int code = take_trouble(ledger);

    if ((code & 0xff) == SQLITE_BUSY && ledger->is_interrupted) {
        return ent_fail(
            error,
            ENTITLE_INTERRUPTED,
            "interrupted while another process held the ledger '%.200s'",
            ledger->path);
    }
    if ((code & 0xff) == SQLITE_NOMEM) {
        return ent_fail_memory(error);
    }
    for (size_t i = 0; i < sizeof(troubles) / sizeof(troubles[0]); i++) {
        if (troubles[i].code == (code & 0xff)) {
            ent_fail(
                error,
                ENTITLE_IO_ERROR,
                "%s: '%.200s' (%s)",
                troubles[i].text,
                ledger->path,
                sqlite3_errstr(code));
            ent_hint(error, "%s", troubles[i].hint);
            return ENTITLE_IO_ERROR;
        }
    }
    return ent_fail(
        error,
        ENTITLE_INTERNAL_ERROR,
        "the ledger '%.200s': %.150s",
        ledger->path,
        sqlite3_errstr(code));
}

static entitle_status
refuse_missing(const char *path, entitle_error *error)
{
    ent_fail(error, ENTITLE_IO_ERROR, "there is no ledger '%.200s'", path);
    ent_hint(error, "check the path; the first use that is added makes the file");
    return ENTITLE_IO_ERROR;
}

static entitle_status
fail_with_errno(const char *path, const char *what, entitle_error *error)
{
    ent_fail(
        error,
        ENTITLE_IO_ERROR,
        "the ledger '%.200s' %s: %s",
        path,
        what,
        strerror(errno));
    ent_hint(error, "see where the link leads, and whether this user may go there");
    return ENTITLE_IO_ERROR;
}

/*
 * SQLite finds other causes for what is no file, such as a disk that fails; and it
 * takes a file of one byte for an empty one.
 */
static entitle_status
check_file(const char *path, bool is_made, entitle_error *error)
{
    struct stat about;

    if (stat(path, &about) != 0) {
        if (errno == ENOENT && !is_made) {
            return refuse_missing(path, error);
        }
        return fail_with_errno(path, "cannot be reached", error);
    }
    if (S_ISREG(about.st_mode) && about.st_size != 1) {
        return ENTITLE_OK;
    }
    ent_fail(
        error,
        ENTITLE_IO_ERROR,
        S_ISREG(about.st_mode) ? "the file '%.200s' is not a ledger"
                               : "the ledger '%.200s' is not a file",
        path);
    ent_hint(error, "name a file of its own; it is made where it is missing");
    return ENTITLE_IO_ERROR;
}

/* SQLite would let everyone read what the umask lets through. */
static entitle_status
make_private(const char *path, entitle_error *error)
{
    int descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (descriptor >= 0) {
        close(descriptor);
        return ENTITLE_OK;
    }
    if (errno == EEXIST) {
        return check_file(path, true, error);
    }
    ent_fail(
        error,
        ENTITLE_IO_ERROR,
        "the ledger '%.200s' cannot be made: %s",
        path,
        strerror(errno));
    ent_hint(error, "check that its folder exists and that this user may write there");
    return ENTITLE_IO_ERROR;
}

/*
 * What SQLite asks each time that it meets another's lock, from `times` 0 on: nonzero
 * to try again. Its own way of waiting cannot be interrupted. Most locks last for a
 * write to the disk, and whoever ends meanwhile may still settle what was sent; some
 * last for an import.
 */
static int
wait_for_others(void *context, int times)
{
    enum { QUICK_POLLS = 5 };
    ent_sqlite *ledger = context;
    const entitle_runtime *runtime = &ledger->runtime;
    int64_t now_ms = runtime->monotonic_ms(runtime->context);
    if (times == 0) {
        ledger->busy_since_ms = now_ms;
    }
    int64_t left_ms = ledger->busy_since_ms + BUSY_LIMIT_MS - now_ms;
    int64_t pause_ms = times < QUICK_POLLS ? 1 << times : BUSY_POLL_MS;
    ledger->is_interrupted =
        times >= QUICK_POLLS && runtime->interrupted(runtime->context);
    if (left_ms <= 0 || ledger->is_interrupted) {
        return 0;
    }
    runtime->sleep_ms(runtime->context, pause_ms < left_ms ? pause_ms : left_ms);
    return 1;
}

/*
 * Where two processes make a ledger at once, the change to a write-ahead log finds the
 * other one in its way, and SQLite does not always wait then. A file without that log
 * is refused: in memory, say, nothing would be durable.
 */
static int
use_log(ent_sqlite *ledger)
{
    sqlite3_stmt *statement = NULL;
    int result = sqlite3_prepare_v2(
        ledger->database, "PRAGMA journal_mode = WAL", -1, &statement, NULL);
    if (result == SQLITE_OK) {
        result = sqlite3_step(statement);
    }
    bool is_log =
        result == SQLITE_ROW &&
        sqlite3_stricmp((const char *)sqlite3_column_text(statement, 0), "wal") == 0;
    int end = sqlite3_finalize(statement);
    if (end != SQLITE_OK) {
        return end;
    }
    return is_log ? SQLITE_OK : SQLITE_CANTOPEN;
}

static bool
set_up(ent_sqlite *ledger)
{
    const entitle_runtime *runtime = &ledger->runtime;
    ledger->busy_since_ms = runtime->monotonic_ms(runtime->context);
    int result = use_log(ledger);

    /* Not from 0 on: what SQLite has waited counts, too. */
    for (int times = 1; (result & 0xff) == SQLITE_BUSY && !ledger->is_interrupted &&
                        wait_for_others(ledger, times) != 0;
         times++) {
        result = use_log(ledger);
    }
    if (result != SQLITE_OK) {
        ent_sqlite_set_trouble(ledger, result);
        return false;
    }
    bool holds = sqlite3_exec(
                     ledger->database,
                     "PRAGMA synchronous = FULL;"
                     "PRAGMA cache_size = -4096;" /* KiB, as far as it is needed */
                     "PRAGMA foreign_keys = ON;"
                     "PRAGMA trusted_schema = OFF;"
                     "PRAGMA cell_size_check = ON;"
                     "PRAGMA secure_delete = OFF",
                     NULL,
                     NULL,
                     NULL) == SQLITE_OK;
    /* Those have expired: each would need memory once more, ROLLBACK too. */
    ent_sqlite_forget_endings(ledger);
    return holds;
}

/* Half way through its last steps, see sqlite_rescue.c. */
static entitle_status
refuse_half_rescued(const char *path, entitle_error *error)
{
    char name[sizeof(((ent_sqlite *)0)->path) + 16];
    (void)snprintf(name, sizeof(name), "%s.rescued", path);
    if (access(name, F_OK) != 0) {
        return errno == ENOENT || errno == ENOTDIR
                   ? ENTITLE_OK
                   : fail_with_errno(path, "cannot be looked at", error);
    }
    ent_fail(
        error,
        ENTITLE_IO_ERROR,
        "the rescue of the damaged ledger '%.200s' was interrupted",
        path);
    ent_hint(error, "use 'entitle usage rescue' again: what was read of it is kept");
    return ENTITLE_IO_ERROR;
}

static entitle_status
open_database(ent_sqlite *ledger, entitle_error *error)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;

    if (sqlite3_open_v2(ledger->path, &ledger->database, flags, NULL) != SQLITE_OK ||
        sqlite3_busy_handler(ledger->database, wait_for_others, ledger) != SQLITE_OK) {
        return ent_sqlite_fail(ledger, error);
    }
    entitle_status status = ent_sqlite_check_schema(ledger, error);
    if (status != ENTITLE_OK) {
        return status;
    }
    return set_up(ledger) ? ent_sqlite_migrate(ledger, error)
                          : ent_sqlite_fail(ledger, error);
}

static const ent_ledger_backend backend = {
    .add = ent_store_add,
    .begin = ent_store_begin,
    .note_id = ent_store_note_id,
    .commit = ent_store_commit,
    .abandon = ent_store_abandon,
    .take = ent_sqlite_take,
    .settle = ent_sqlite_settle,
    .has_accepted_sibling = ent_store_has_accepted_sibling,
    .expire = ent_store_expire,
    .adopt = ent_store_adopt,
    .heartbeat = ent_store_heartbeat,
    .keep_customer = ent_store_keep_customer,
    .customers = ent_store_customers,
    .sums = ent_store_sums,
    .list = ent_store_list,
    .oldest_unsent = ent_store_oldest_unsent,
    .prune = ent_store_prune,
    .close = ent_store_close,
};

/* SQLite has names of its own, such as ":memory:", that no path begins with. */
static entitle_status
name_file(ent_sqlite *sql, const char *path, entitle_error *error)
{
    if (strlen(path) >= sizeof(sql->path) - 2) {
        return ent_fail(
            error, ENTITLE_INVALID_ARGUMENT, "the ledger's path is too long");
    }
    (void)snprintf(
        sql->path, sizeof(sql->path), "%s%s", path[0] == '/' ? "" : "./", path);
    return ENTITLE_OK;
}

static entitle_status
open_sqlite(
    const entitle_runtime *runtime,
    const char *path,
    bool is_made,
    ent_ledger **out,
    entitle_error *error)
{
    *out = NULL;
    ent_sqlite *sql = ent_allocate(runtime, sizeof(*sql));
    if (sql == NULL) {
        return ent_fail_memory(error);
    }
    sql->base.driver = &ent_sqlite_driver;
    sql->runtime = *runtime;
    entitle_status status = name_file(sql, path, error);
    if (status == ENTITLE_OK) {
        status = refuse_half_rescued(path, error);
    }
    if (status == ENTITLE_OK) {
        status = is_made ? make_private(path, error) : check_file(path, false, error);
    }
    if (status == ENTITLE_OK) {
        status = open_database(sql, error);
    }
    if (status != ENTITLE_OK) {
        ent_sql_free(&sql->base);
        return status;
    }
    return ent_store_new(runtime, &backend, &sql->base, out, error);
}

entitle_status
ent_ledger_open_sqlite(
    const entitle_runtime *runtime,
    const char *path,
    ent_ledger **out,
    entitle_error *error)
{
    return open_sqlite(runtime, path, true, out, error);
}

entitle_status
ent_ledger_open_existing_sqlite(
    const entitle_runtime *runtime,
    const char *path,
    ent_ledger **out,
    entitle_error *error)
{
    return open_sqlite(runtime, path, false, out, error);
}
