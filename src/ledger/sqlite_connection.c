/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "base/runtime.h"
#include "ledger/sqlite.h"
#include "ledger/sqlite_schema.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { BUSY_LIMIT_MS = 10 * 1000, BUSY_POLL_MS = 10 };

static const char *const statement_texts[ENT_SQL_COUNT] = {
#define ENT_SQLITE_TEXT(name, text) [ENT_SQL_##name] = (text),
    ENT_SQLITE_STATEMENTS(ENT_SQLITE_TEXT)
#undef ENT_SQLITE_TEXT
};

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

sqlite3_stmt *
ent_sqlite_statement_of(ent_sqlite *ledger, ent_sqlite_statement which)
{
    sqlite3_stmt **slot = &ledger->statements[which];

    if (*slot != NULL) {
        return *slot;
    }
    if (sqlite3_prepare_v3(
            ledger->database,
            statement_texts[which],
            -1,
            SQLITE_PREPARE_PERSISTENT,
            slot,
            NULL) != SQLITE_OK) {
        return NULL;
    }
    return *slot;
}

/* The text stays the caller's: it has to live until the statement is reset. */
bool
ent_sqlite_bind_text(sqlite3_stmt *statement, int index, const char *text)
{
    return text == NULL
               ? sqlite3_bind_null(statement, index) == SQLITE_OK
               : sqlite3_bind_text(statement, index, text, -1, SQLITE_STATIC) ==
                     SQLITE_OK;
}

bool
ent_sqlite_bind_integer(sqlite3_stmt *statement, int index, int64_t value)
{
    return sqlite3_bind_int64(statement, index, value) == SQLITE_OK;
}

bool
ent_sqlite_run(sqlite3_stmt *statement)
{
    int result = sqlite3_step(statement);
    bool holds = sqlite3_reset(statement) == SQLITE_OK;

    return holds && (result == SQLITE_DONE || result == SQLITE_ROW);
}

bool
ent_sqlite_do(ent_sqlite *ledger, ent_sqlite_statement which)
{
    sqlite3_stmt *statement = ent_sqlite_statement_of(ledger, which);

    return statement != NULL && ent_sqlite_run(statement);
}

bool
ent_sqlite_do_to(ent_sqlite *ledger, ent_sqlite_statement which, int64_t record)
{
    sqlite3_stmt *statement = ent_sqlite_statement_of(ledger, which);

    return statement != NULL && ent_sqlite_bind_integer(statement, 1, record) &&
           ent_sqlite_run(statement);
}

entitle_status
ent_sqlite_end(ent_sqlite *ledger, entitle_status status, entitle_error *error)
{
    if (status == ENTITLE_OK && !ent_sqlite_do(ledger, ENT_SQL_COMMIT)) {
        status = ent_sqlite_fail(ledger, error);
    }
    /* A full disk may have ended the transaction already. */
    if (sqlite3_get_autocommit(ledger->database) == 0) {
        (void)ent_sqlite_do(ledger, ENT_SQL_ROLL_BACK);
    }
    ledger->trouble = SQLITE_OK;
    return status;
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
        return ENTITLE_OK;
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
 * Where two processes make a ledger at once, the change to a write-ahead log finds the
 * other one in its way, and SQLite does not wait then. A file without that log is
 * refused: in memory, say, nothing would be durable.
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
    int result = use_log(ledger);

    for (int waited_ms = 0; (result & 0xff) == SQLITE_BUSY && waited_ms < BUSY_LIMIT_MS;
         waited_ms += BUSY_POLL_MS) {
        runtime->sleep_ms(runtime->context, BUSY_POLL_MS);
        result = use_log(ledger);
    }
    if (result != SQLITE_OK) {
        ent_sqlite_set_trouble(ledger, result);
        return false;
    }
    return sqlite3_exec(
               ledger->database,
               "PRAGMA synchronous = FULL;"
               "PRAGMA foreign_keys = ON;"
               "PRAGMA trusted_schema = OFF;"
               "PRAGMA cell_size_check = ON",
               NULL,
               NULL,
               NULL) == SQLITE_OK;
}

/* Half way through its last steps, see sqlite_rescue.c. */
static entitle_status
refuse_half_rescued(const char *path, entitle_error *error)
{
    char name[sizeof(((ent_sqlite *)0)->path) + 16];
    (void)snprintf(name, sizeof(name), "%s.rescued", path);
    if (access(name, F_OK) != 0) {
        return ENTITLE_OK;
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
        sqlite3_busy_timeout(ledger->database, BUSY_LIMIT_MS) != SQLITE_OK) {
        return ent_sqlite_fail(ledger, error);
    }
    entitle_status status = ent_sqlite_check_schema(ledger, error);
    if (status != ENTITLE_OK) {
        return status;
    }
    return set_up(ledger) ? ent_sqlite_migrate(ledger, error)
                          : ent_sqlite_fail(ledger, error);
}

void
ent_sqlite_close(ent_ledger *base)
{
    ent_sqlite *ledger = (ent_sqlite *)base;
    entitle_runtime runtime = ledger->runtime;

    for (size_t i = 0; i < ENT_SQL_COUNT; i++) {
        (void)sqlite3_finalize(ledger->statements[i]);
    }
    (void)sqlite3_close(ledger->database);
    ent_release(&runtime, ledger);
}

entitle_status
ent_ledger_open_sqlite(
    const entitle_runtime *runtime,
    const char *path,
    ent_ledger **out,
    entitle_error *error)
{
    *out = NULL;
    ent_sqlite *ledger = ent_allocate(runtime, sizeof(*ledger));
    if (ledger == NULL) {
        return ent_fail_memory(error);
    }
    ledger->base.backend = &ent_sqlite_backend;
    ledger->runtime = *runtime;
    if (strlen(path) >= sizeof(ledger->path) - 2) {
        ent_sqlite_close(&ledger->base);
        return ent_fail(
            error, ENTITLE_INVALID_ARGUMENT, "the ledger's path is too long");
    }
    /* SQLite has names of its own, such as ":memory:", that no path begins with. */
    (void)snprintf(
        ledger->path, sizeof(ledger->path), "%s%s", path[0] == '/' ? "" : "./", path);
    entitle_status status = refuse_half_rescued(path, error);
    if (status == ENTITLE_OK) {
        status = make_private(path, error);
    }
    if (status == ENTITLE_OK) {
        status = open_database(ledger, error);
    }
    if (status != ENTITLE_OK) {
        ent_sqlite_close(&ledger->base);
        return status;
    }
    *out = &ledger->base;
    return ENTITLE_OK;
}
