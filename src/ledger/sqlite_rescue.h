/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_LEDGER_SQLITE_RESCUE_H
#define ENT_LEDGER_SQLITE_RESCUE_H

#include "ledger/ledger.h"

enum { ENT_RESCUE_PATH_SIZE = 4200 };

/* What a rescue found. */
typedef struct ent_ledger_rescued {
    char kept[ENT_RESCUE_PATH_SIZE]; /* where the damaged file is now, with its -wal */
    int64_t records;                 /* taken over */
    int64_t unreadable;              /* rows of any table that could not be read */
    int64_t lost_units;     /* known to be missing; counted as lost in the new ledger */
    int64_t restored_units; /* found without their addition; counted as added again */
} ent_ledger_rescued;

/*
 * For a ledger of which ENTITLE_IO_ERROR says that it is damaged, while nobody else has
 * it open: what can be read moves to a fresh ledger of the same name; the damaged file
 * is kept beside it, as PATH.damaged-N with its log. The identity holds in the fresh
 * one: units whose record cannot be read are lost there, with the reason. Ids that
 * cannot be read are forgotten.
 *
 * Either everything is done or nothing is; where it was interrupted on its last steps,
 * the ledger refuses to open until it is called again. ENTITLE_IO_ERROR: it could not
 * be done, such as where not even the tables' names can be read; nothing was changed.
 */
ENTITLE_CHECKED entitle_status ent_ledger_rescue_sqlite(
    const entitle_runtime *runtime,
    const char *path,
    ent_ledger_rescued *out,
    entitle_error *error);

#endif
