/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_METER_VERDICT_H
#define ENT_METER_VERDICT_H

#include "meter/flush.h"

enum { ENT_REASON_SIZE = 600 };

/*
 * "DuplicateRequestException: …, request 1-2-3": what a person needs to look into it.
 */
void ent_verdict_write_reason(const entitle_error *error, char out[ENT_REASON_SIZE]);

/*
 * Units that AWS may hold are never given to another hour, and their bytes never thaw:
 * either way they could be billed twice.
 */
ent_settlement ent_verdict_never_twice(bool is_doubtful, ent_settlement settlement);

/*
 * What becomes of an hour that AWS refused for its time. False: it is not over, so that
 * it cannot have been too old, and its units cannot be carried into it; a clock is
 * wrong.
 */
bool ent_verdict_judge_late(
    const ent_flush *flush, int64_t hour_s, ent_settlement *settlement);

/*
 * AWS holds another quantity for this hour. Where this ledger sent that one, these
 * units were added later and only they are missing; otherwise somebody else meters, and
 * to send them in another hour could bill them twice. False: `flush->trouble`.
 */
bool ent_verdict_choose_for_duplicate(
    ent_flush *flush, int64_t record, ent_settlement *settlement);

/*
 * Settles them in one transaction, and counts in the report what the ledger took: where
 * another sender has taken a record over, its verdict counts. False: `flush->trouble`.
 */
bool ent_verdict_settle(ent_flush *flush, ent_ledger_verdict *verdicts, size_t count);

#endif
