/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_UNIT_LEDGER_FAULTY_VFS_H
#define TEST_UNIT_LEDGER_FAULTY_VFS_H

#include <stdbool.h>

/*
 * SQLite's ordinary file system with trouble on demand: each read, write, sync,
 * truncation and deletion counts, and the n-th one meets it.
 */
typedef enum faulty_trouble {
    FAULTY_NOTHING,
    FAULTY_KILL,        /* the process dies before it */
    FAULTY_KILL_INSIDE, /* half of a write is done, and the process dies */
    FAULTY_NO_ROOM,     /* writes fail, from the n-th call on */
    FAULTY_ERROR,       /* the n-th call fails, and it alone */
    FAULTY_ERRORS       /* from the n-th on all fail */
} faulty_trouble;

/* Makes it the one that databases are opened with from now on. Once in a process. */
void faulty_vfs_install(void);

/* Counts from 0 again. */
void faulty_vfs_set(faulty_trouble trouble, long at);

/* Whether any call ever met its trouble. */
bool faulty_vfs_was_met(void);

/* How often logs have been written, and whether that would survive a power failure. */
long faulty_vfs_log_writes(void);
bool faulty_vfs_log_is_synced(void);

#endif
