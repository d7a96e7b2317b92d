/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_METER_JUDGE_H
#define ENT_METER_JUDGE_H

#include "ledger/ledger.h"

/* What a failure of MeterUsage means for the record that was sent. */
typedef struct ent_meter_judgement {
    ent_settlement settlement;
    bool ends_flush;     /* the next record would meet the same trouble */
    bool may_be_its_own; /* though perhaps not: only trying the next one tells */
    bool is_too_late;    /* TimestampOutOfBoundsException: carry or drop, as chosen */
    bool ends_take;      /* what was taken with it is to be taken anew */
    bool is_duplicate;   /* DuplicateRequestException: by what the ledger holds */
    bool is_of_product;  /* the other products' records would not meet it */
    bool is_of_customer; /* AWS has no such customer or licence, or not any more */
} ent_meter_judgement;

/*
 * Pure. What AWS may have metered all the same is only ever to be sent again as it was.
 * What it refused for good, by a rule about this record, is rejected. Everything else,
 * such as no permission, leaves the record as it was and ends the flush.
 */
ent_meter_judgement ent_meter_judge(const entitle_error *error);

/*
 * The same of BatchMeterUsage, which refuses all records for one: what it means for
 * that one. An unknown product code is a mistake of the set-up, such as the credentials
 * of another seller, and so no reason to reject usage for good.
 */
ent_meter_judgement ent_meter_judge_batch(const entitle_error *error);

#endif
