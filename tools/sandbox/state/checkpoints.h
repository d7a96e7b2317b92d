/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_CHECKPOINTS_H
#define SANDBOX_CHECKPOINTS_H

#include <entitle/error.h>
#include <entitle/runtime.h>

#include <sqlite3.h>

/*
 * Moves what the write-ahead log holds into state.db, on a thread and a connection of
 * its own: a checkpoint waits for the disk, and no call should wait with it.
 */
typedef struct checkpoints checkpoints;

/* Watches the log of `writer`, which is open on the file `path`. */
ENTITLE_CHECKED entitle_status checkpoints_start(
    const entitle_runtime *runtime,
    sqlite3 *writer,
    const char *path,
    checkpoints **out,
    entitle_error *error);

/* Accepts NULL. Call it before the writer is closed. */
void checkpoints_stop(checkpoints *checkpoints);

#endif
