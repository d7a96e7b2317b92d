/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_LEDGER_POSTGRES_H
#define ENT_LEDGER_POSTGRES_H

#include "ledger/ledger.h"

/*
 * A ledger in a PostgreSQL database (docs/postgresql.md), in the schema `entitle`, made
 * where it is missing. `url` goes to libpq as it is: passwords, service files and TLS
 * are as for any other program. No error and no log shows it.
 *
 * What a call has added is durable as the database is. A lost connection is made again,
 * for up to half a minute, and what was interrupted begins anew; whether a commit
 * without an answer holds is looked up.
 *
 * ENTITLE_IO_ERROR, each with its remedy: no connection, no rights, no room, a newer
 * version's tables.
 */
ENTITLE_CHECKED entitle_status ent_ledger_open_postgres(
    const entitle_runtime *runtime,
    const char *url,
    ent_ledger **out,
    entitle_error *error);

/* Whether a ledger's name is a URL of PostgreSQL's. */
bool ent_ledger_is_postgres(const char *name);

#endif
