/* SPDX-License-Identifier: Apache-2.0 */
/* What libentitle-meter calls of SQLite, and SQLite of the operating system. */
#define _GNU_SOURCE

#include "failing_table.h"
#include "support/cmocka.h"

#include <fcntl.h>
#include <malloc.h>
#include <sched.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of the call that failed, until another one is made. */
static _Thread_local int told;

#define FAILING_SQLITE(name, parameters, arguments, failure)                           \
    __typeof__(name) failing_##name;                                                   \
    int failing_##name parameters                                                      \
    {                                                                                  \
        told = failing_call(FAILING_OWN, #name) ? (failure) : SQLITE_OK;               \
        return told != SQLITE_OK ? told : name arguments;                              \
    }

/* clang-format off */
FAILING_SQLITE(sqlite3_bind_blob64, (sqlite3_stmt *statement, int index, const void *bytes, sqlite3_uint64 length, void (*release)(void *)), (statement, index, bytes, length, release), SQLITE_NOMEM)
FAILING_SQLITE(sqlite3_bind_int64, (sqlite3_stmt *statement, int index, sqlite3_int64 value), (statement, index, value), SQLITE_NOMEM)
FAILING_SQLITE(sqlite3_bind_null, (sqlite3_stmt *statement, int index), (statement, index), SQLITE_NOMEM)
FAILING_SQLITE(sqlite3_bind_text, (sqlite3_stmt *statement, int index, const char *text, int length, void (*release)(void *)), (statement, index, text, length, release), SQLITE_NOMEM)
FAILING_SQLITE(sqlite3_bind_value, (sqlite3_stmt *statement, int index, const sqlite3_value *value), (statement, index, value), SQLITE_NOMEM)
FAILING_SQLITE(sqlite3_busy_handler, (sqlite3 *database, int (*wait)(void *, int), void *context), (database, wait, context), SQLITE_NOMEM)
FAILING_SQLITE(sqlite3_exec, (sqlite3 *database, const char *text, int (*visit)(void *, int, char **, char **), void *context, char **message), (database, text, visit, context, message), SQLITE_IOERR)
FAILING_SQLITE(sqlite3_open_v2, (const char *path, sqlite3 **out, int flags, const char *system), (path, out, flags, system), SQLITE_CANTOPEN)
FAILING_SQLITE(sqlite3_prepare_v2, (sqlite3 *database, const char *text, int length, sqlite3_stmt **out, const char **rest), (database, text, length, out, rest), SQLITE_NOMEM)
FAILING_SQLITE(sqlite3_prepare_v3, (sqlite3 *database, const char *text, int length, unsigned flags, sqlite3_stmt **out, const char **rest), (database, text, length, flags, out, rest), SQLITE_NOMEM)
FAILING_SQLITE(sqlite3_step, (sqlite3_stmt *statement), (statement), SQLITE_IOERR)
FAILING_SPECIALLY(sqlite3_db_config)
FAILING_SPECIALLY(sqlite3_errcode)
FAILING_SPECIALLY(sqlite3_extended_errcode)
/* clang-format on */

int
failing_sqlite3_db_config(sqlite3 *database, int operation, ...)
{
    va_list arguments;

    va_start(arguments, operation);
    int value = va_arg(arguments, int);
    int *out = va_arg(arguments, int *);
    va_end(arguments);
    return failing_call(FAILING_OWN, "sqlite3_db_config")
               ? SQLITE_ERROR
               : sqlite3_db_config(database, operation, value, out);
}

int
failing_sqlite3_errcode(sqlite3 *database)
{
    return told != SQLITE_OK ? told & 0xff : sqlite3_errcode(database);
}

int
failing_sqlite3_extended_errcode(sqlite3 *database)
{
    return told != SQLITE_OK ? told : sqlite3_extended_errcode(database);
}

/* --- Memory ----------------------------------------------------------------------- */

static void *
allocate(int size)
{
    return failing_inner_malloc((size_t)size);
}

static void *
reallocate(void *block, int size)
{
    return failing_inner_realloc(block, (size_t)size);
}

static int
size_of(void *block)
{
    return (int)malloc_usable_size(block);
}

static int
round_up(int size)
{
    return (size + 7) & ~7;
}

static int
start(void *context)
{
    (void)context;
    return SQLITE_OK;
}

static void
stop(void *context)
{
    (void)context;
}

static const sqlite3_mem_methods memory = {
    .xMalloc = allocate,
    .xFree = failing_inner_free,
    .xRealloc = reallocate,
    .xSize = size_of,
    .xRoundup = round_up,
    .xInit = start,
    .xShutdown = stop,
};

/* --- Files ------------------------------------------------------------------------ */

#define INNER(name, result, parameters, arguments, failure)                            \
    static result inner_##name parameters                                              \
    {                                                                                  \
        return failing_call(FAILING_INNER, #name) ? (failure) : name arguments;        \
    }

/* clang-format off */
INNER(fstat, int, (int descriptor, struct stat *out), (descriptor, out), WITH(EIO, -1))
INNER(ftruncate, int, (int descriptor, off_t length), (descriptor, length), WITH(EIO, -1))
INNER(mmap, void *, (void *at, size_t length, int protection, int flags, int descriptor, off_t offset), (at, length, protection, flags, descriptor, offset), WITH(ENOMEM, MAP_FAILED))
INNER(open, int, (const char *path, int flags, int mode), (path, flags, mode), WITH(EMFILE, -1))
INNER(pread, ssize_t, (int descriptor, void *out, size_t size, off_t offset), (descriptor, out, size, offset), WITH(EIO, -1))
INNER(pwrite, ssize_t, (int descriptor, const void *bytes, size_t size, off_t offset), (descriptor, bytes, size, offset), WITH(ENOSPC, -1))
INNER(read, ssize_t, (int descriptor, void *out, size_t size), (descriptor, out, size), WITH(EIO, -1))
INNER(stat, int, (const char *path, struct stat *out), (path, out), WITH(EIO, -1))
INNER(unlink, int, (const char *path), (path), WITH(EIO, -1))
INNER(write, ssize_t, (int descriptor, const void *bytes, size_t size), (descriptor, bytes, size), WITH(ENOSPC, -1))
/* clang-format on */

/* Giving a lock back does not fail: whoever could not would keep it for ever. */
static int
inner_fcntl(int descriptor, int operation, void *argument)
{
    const struct flock *lock = argument;
    bool gives_back = operation == F_SETLK && lock->l_type == F_UNLCK;

    return !gives_back && failing_call(FAILING_INNER, "fcntl")
               ? WITH(EIO, -1)
               : fcntl(descriptor, operation, argument);
}

/* A SQLite that is built with 64-bit offsets of its own calls the second names. */
static void
replace_calls(sqlite3_vfs *system)
{
    static const struct {
        const char *name;
        sqlite3_syscall_ptr function;
    } calls[] = {
        { "open", (sqlite3_syscall_ptr)inner_open },
        { "stat", (sqlite3_syscall_ptr)inner_stat },
        { "fstat", (sqlite3_syscall_ptr)inner_fstat },
        { "ftruncate", (sqlite3_syscall_ptr)inner_ftruncate },
        { "fcntl", (sqlite3_syscall_ptr)inner_fcntl },
        { "read", (sqlite3_syscall_ptr)inner_read },
        { "pread", (sqlite3_syscall_ptr)inner_pread },
        { "pread64", (sqlite3_syscall_ptr)inner_pread },
        { "write", (sqlite3_syscall_ptr)inner_write },
        { "pwrite", (sqlite3_syscall_ptr)inner_pwrite },
        { "pwrite64", (sqlite3_syscall_ptr)inner_pwrite },
        { "unlink", (sqlite3_syscall_ptr)inner_unlink },
        { "mmap", (sqlite3_syscall_ptr)inner_mmap },
    };

    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
        if (system->xGetSystemCall(system, calls[i].name) != NULL) {
            assert_int_equal(
                system->xSetSystemCall(system, calls[i].name, calls[i].function),
                SQLITE_OK);
        }
    }
}

/*
 * It counts its attempts at a lock, and not the time that they take: of those that all
 * fail the pauses come to ten seconds.
 */
static int
go_on(sqlite3_vfs *system, int pause_us)
{
    (void)system;
    (void)sched_yield();
    return pause_us;
}

void
failing_inner_files_install(void)
{
    assert_int_equal(sqlite3_config(SQLITE_CONFIG_MALLOC, &memory), SQLITE_OK);
    assert_int_equal(sqlite3_initialize(), SQLITE_OK);
    sqlite3_vfs *system = sqlite3_vfs_find(NULL);
    replace_calls(system);
    system->xSleep = go_on;
}
