/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_LEDGER_SQLITE_BACKEND_H
#define ENT_LEDGER_SQLITE_BACKEND_H

#include "ledger/sqlite_statements.h"
#include "ledger/store.h"

/*
 * What costs SQLite less for a group than for each; ledger.h says what each has to do.
 */
entitle_status ent_sqlite_take(
    ent_ledger *base,
    const ent_ledger_claim *claim,
    size_t limit,
    ent_ledger_freezer *freeze,
    ent_ledger_visitor *visit,
    void *context,
    entitle_error *error);
entitle_status ent_sqlite_settle(
    ent_ledger *base,
    const char *owner,
    ent_ledger_verdict *verdicts,
    size_t count,
    int64_t now_s,
    entitle_error *error);

#endif
