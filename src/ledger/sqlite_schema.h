/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_LEDGER_SQLITE_SCHEMA_H
#define ENT_LEDGER_SQLITE_SCHEMA_H

#include "ledger/sqlite_state.h"

/*
 * Whether the file may become a ledger or be used as one, before anything of it is
 * changed: the log alone would leave its mark in somebody else's database.
 * ENTITLE_IO_ERROR: not a ledger, or a newer version's.
 */
ENTITLE_CHECKED entitle_status
ent_sqlite_check_schema(ent_sqlite *ledger, entitle_error *error);

/*
 * Makes the tables where the file is new, and brings an older version up to date, in
 * one transaction. ENTITLE_IO_ERROR: not a ledger, or a newer version's.
 */
ENTITLE_CHECKED entitle_status
ent_sqlite_migrate(ent_sqlite *ledger, entitle_error *error);

/* The same to the version `latest`, by the first `latest` of these steps. */
ENTITLE_CHECKED entitle_status ent_sqlite_migrate_to(
    ent_sqlite *ledger, const char *const *all_steps, int latest, entitle_error *error);

#endif
