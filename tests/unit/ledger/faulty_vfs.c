/* SPDX-License-Identifier: Apache-2.0 */
#include "faulty_vfs.h"

#include "support/cmocka.h"

#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

/* What SQLite sees; the real file lies right behind it. */
typedef struct faulty_file {
    sqlite3_file base; /* first */
    sqlite3_file *real;
    bool is_log;
} faulty_file;

static sqlite3_vfs *real_vfs;
static sqlite3_vfs faulty;
static faulty_trouble trouble;
static long trouble_at;
static long calls;
static bool was_met;
static long log_writes;
static bool log_is_synced = true;

void
faulty_vfs_set(faulty_trouble which, long at)
{
    trouble = which;
    trouble_at = at;
    calls = 0;
}

bool
faulty_vfs_was_met(void)
{
    return was_met;
}

long
faulty_vfs_log_writes(void)
{
    return log_writes;
}

bool
faulty_vfs_log_is_synced(void)
{
    return log_is_synced;
}

static bool
is_log(sqlite3_file *file)
{
    return ((faulty_file *)file)->is_log;
}

static sqlite3_file *
real_of(sqlite3_file *file)
{
    return ((faulty_file *)file)->real;
}

static bool
is_hit(bool is_write)
{
    long number = calls++;

    switch (trouble) {
    case FAULTY_KILL:
    case FAULTY_ERROR:
        return number == trouble_at;
    case FAULTY_NO_ROOM:
        return is_write && number >= trouble_at;
    case FAULTY_ERRORS:
        return number >= trouble_at;
    case FAULTY_NOTHING:
    case FAULTY_KILL_INSIDE:
        return false;
    }
    return false;
}

/* Counts one call: whether it may go on. */
static bool
meet(bool is_write)
{
    if (!is_hit(is_write)) {
        return true;
    }
    was_met = true;
    if (trouble == FAULTY_KILL) {
        (void)kill(getpid(), SIGKILL);
    }
    return false;
}

static int
close_file(sqlite3_file *file)
{
    return real_of(file)->pMethods->xClose(real_of(file));
}

static int
read_file(sqlite3_file *file, void *to, int length, sqlite3_int64 offset)
{
    if (!meet(false)) {
        return SQLITE_IOERR_READ;
    }
    return real_of(file)->pMethods->xRead(real_of(file), to, length, offset);
}

static int
write_file(sqlite3_file *file, const void *from, int length, sqlite3_int64 offset)
{
    sqlite3_file *real = real_of(file);
    bool is_last = trouble == FAULTY_KILL_INSIDE && calls == trouble_at;
    if (!meet(true)) {
        return trouble == FAULTY_NO_ROOM ? SQLITE_FULL : SQLITE_IOERR_WRITE;
    }
    if (is_last) {
        (void)real->pMethods->xWrite(real, from, length / 2, offset);
        (void)kill(getpid(), SIGKILL);
    }
    if (is_log(file)) {
        log_writes++;
        log_is_synced = false;
    }
    return real->pMethods->xWrite(real, from, length, offset);
}

static int
truncate_file(sqlite3_file *file, sqlite3_int64 size)
{
    return meet(false) ? real_of(file)->pMethods->xTruncate(real_of(file), size)
                       : SQLITE_IOERR_TRUNCATE;
}

static int
sync_file(sqlite3_file *file, int flags)
{
    if (!meet(false)) {
        return SQLITE_IOERR_FSYNC;
    }
    log_is_synced = log_is_synced || is_log(file);
    return real_of(file)->pMethods->xSync(real_of(file), flags);
}

static int
size_of_file(sqlite3_file *file, sqlite3_int64 *size)
{
    return real_of(file)->pMethods->xFileSize(real_of(file), size);
}

static int
lock_file(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xLock(real_of(file), level);
}

static int
unlock_file(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int
check_lock(sqlite3_file *file, int *out)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), out);
}

static int
control_file(sqlite3_file *file, int operation, void *argument)
{
    return real_of(file)->pMethods->xFileControl(real_of(file), operation, argument);
}

static int
sector_size(sqlite3_file *file)
{
    return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int
characteristics(sqlite3_file *file)
{
    return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int
map_shared(sqlite3_file *file, int page, int size, int extend, void volatile **out)
{
    return real_of(file)->pMethods->xShmMap(real_of(file), page, size, extend, out);
}

static int
lock_shared(sqlite3_file *file, int offset, int count, int flags)
{
    return real_of(file)->pMethods->xShmLock(real_of(file), offset, count, flags);
}

static void
order_shared(sqlite3_file *file)
{
    real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int
unmap_shared(sqlite3_file *file, int is_deleted)
{
    return real_of(file)->pMethods->xShmUnmap(real_of(file), is_deleted);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize = size_of_file,
    .xLock = lock_file,
    .xUnlock = unlock_file,
    .xCheckReservedLock = check_lock,
    .xFileControl = control_file,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = characteristics,
    .xShmMap = map_shared,
    .xShmLock = lock_shared,
    .xShmBarrier = order_shared,
    .xShmUnmap = unmap_shared,
};

static int
open_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
    faulty_file *opened = (faulty_file *)file;
    (void)vfs;
    opened->base.pMethods = NULL;
    opened->real = (sqlite3_file *)&opened[1];
    opened->is_log = (flags & SQLITE_OPEN_WAL) != 0;
    int result = real_vfs->xOpen(real_vfs, name, opened->real, flags, out);
    if (opened->real->pMethods != NULL) {
        opened->base.pMethods = &methods;
    }
    return result;
}

static int
delete_file(sqlite3_vfs *vfs, const char *name, int is_synced)
{
    (void)vfs;
    return meet(false) ? real_vfs->xDelete(real_vfs, name, is_synced)
                       : SQLITE_IOERR_DELETE;
}

void
faulty_vfs_install(void)
{
    real_vfs = sqlite3_vfs_find(NULL);
    faulty = *real_vfs;
    faulty.zName = "faulty";
    faulty.pNext = NULL;
    faulty.szOsFile = (int)sizeof(faulty_file) + real_vfs->szOsFile;
    faulty.xOpen = open_file;
    faulty.xDelete = delete_file;
    assert_int_equal(sqlite3_vfs_register(&faulty, 1), SQLITE_OK);
}
