/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_METER_VERDICT_LIST_H
#define ENT_METER_VERDICT_LIST_H

#include "meter/verdict.h"

/*
 * Verdicts that wait to be settled together: a transaction, and its way to the disk,
 * costs as much for one as for hundreds. What they say until then is lost with the
 * process, and told again by AWS to the same bytes.
 */
typedef struct ent_verdict_list {
    ent_flush *flush;
    size_t limit;
    size_t count;
    int64_t since_ms; /* when the first of them came */
    ent_ledger_verdict *verdicts;
    char (*texts)[ENT_REASON_SIZE];

    /* Of records that this flush gave up; in the ledger's hands it would meet them
     * again. */
    size_t deferred_count;
    size_t deferred_room;
    ent_ledger_verdict *deferred;
} ent_verdict_list;

/*
 * That many are settled at once. False: no memory. To be cleared in either case.
 */
bool ent_verdict_list_init(ent_verdict_list *list, ent_flush *flush, size_t limit);

/* Notes one; settles all where there are many, or the first has waited for long. */
void ent_verdict_list_add(
    ent_verdict_list *list, const ent_ledger_verdict *verdict, const char *text);

/* Notes one for the end of the flush. */
void ent_verdict_list_defer(
    ent_verdict_list *list, int64_t record, ent_settlement settlement);

/* Settles all but the deferred, and those, too. */
void ent_verdict_list_settle(ent_verdict_list *list);
void ent_verdict_list_finish(ent_verdict_list *list);

void ent_verdict_list_clear(ent_verdict_list *list);

#endif
