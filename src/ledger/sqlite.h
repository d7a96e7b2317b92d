/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_LEDGER_SQLITE_H
#define ENT_LEDGER_SQLITE_H

#include "ledger/ledger.h"

/*
 * A ledger in one SQLite file, made where it is missing (readable by its owner only).
 * Write-ahead log and synchronous=FULL: what a call has added survives a kill and a
 * power failure. Waits up to 10 s for other processes' transactions, or until the
 * runtime is interrupted (ENTITLE_INTERRUPTED).
 *
 * ENTITLE_IO_ERROR, each with its remedy: not a ledger, of a newer version, damaged,
 * not writable, no room, locked.
 */
ENTITLE_CHECKED entitle_status ent_ledger_open_sqlite(
    const entitle_runtime *runtime,
    const char *path,
    ent_ledger **out,
    entitle_error *error);

/* The same of a file that is there. */
ENTITLE_CHECKED entitle_status ent_ledger_open_existing_sqlite(
    const entitle_runtime *runtime,
    const char *path,
    ent_ledger **out,
    entitle_error *error);

#endif
