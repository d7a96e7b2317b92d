/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_LEDGER_SQLITE_SALVAGE_H
#define ENT_LEDGER_SQLITE_SALVAGE_H

#include "ledger/sqlite_rescue.h"
#include "ledger/sqlite_state.h"

/*
 * Copies every row of `damaged` that can be read into the fresh ledger, in one
 * transaction, and makes its sums add up. False: see ent_sqlite_fail() of `fresh`.
 */
bool ent_sqlite_salvage(
    sqlite3 *damaged, ent_sqlite *fresh, int64_t now_s, ent_ledger_rescued *out);

#endif
