/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_METER_FLUSH_CUSTOMERS_H
#define ENT_METER_FLUSH_CUSTOMERS_H

#include "meter/batch.h"
#include "meter/customer_stock.h"
#include "meter/flush.h"
#include "meter/verdict_list.h"

/*
 * The customers' part of a flush: records are taken from the ledger into the stock,
 * leave it in batches, several of which are under way at once, and what AWS answers is
 * settled in groups.
 */
typedef struct ent_customer_flush {
    ent_flush *flush;
    ent_stock stock;
    ent_verdict_list verdicts;
    entitle_calls *calls;
    ent_batch *batches;
    size_t batch_count;
    size_t stride;                     /* so many are taken, and settled, at once */
    const ent_customer_name *customer; /* whose records are taken; NULL: everyone's */
    bool is_exhausted;                 /* the ledger has no more that is due */
    bool has_met_late;                 /* AWS has just refused an hour as too old */
    bool has_met_early;                /* and one as still to come */
    bool is_to_restock;                /* what was taken is to be taken anew */
    bool has_failed;                   /* a record that was taken found no memory */
    entitle_error remark; /* why some stay unsent that do not keep others */
} ent_customer_flush;

/* Sends what is due of customers; `flush->trouble` tells what ended it early. */
void ent_flush_customers(ent_flush *flush);

/* Whether there was trouble that ends it. */
bool ent_customer_has_ended(const ent_customer_flush *customers);

/* --- customer_take.c -------------------------------------------------------------- */

/* Of records of many products that fill no batch so far; more, and they go as they are.
 */
enum { ENT_CUSTOMER_STOCK_LIMIT = 4000 };

/* Gives back, or up, what answers have shown not to be sent from the stock. */
void ent_customer_tidy(ent_customer_flush *customers);

/*
 * Takes from the ledger until there is enough for the next batches, or no more. False:
 * there was enough.
 */
bool ent_customer_refill(ent_customer_flush *customers);

/* Something was given back that is to be taken once more. */
void ent_customer_take_anew(ent_customer_flush *customers);

/* Gives all that waits back to the ledger. */
void ent_customer_empty_stock(ent_customer_flush *customers);

/* --- customer_verdict.c: each takes the record away ------------------------------- */

void ent_customer_settle(
    ent_customer_flush *customers,
    ent_customer_record *record,
    ent_settlement settlement,
    const char *text);

/* The same, where AWS takes nothing of its customer any more: for good, in any case. */
void ent_customer_settle_former(
    ent_customer_flush *customers,
    ent_customer_record *record,
    ent_settlement settlement,
    const char *text);

/* As the answer says, unless it leaves open what became of it: then it waits again. */
void ent_customer_settle_result(
    ent_customer_flush *customers,
    ent_customer_record *record,
    const entitle_usage_batch_result *result,
    size_t index);

/* Gives back to the ledger what AWS does not have. */
void ent_customer_put_back(ent_customer_flush *customers, ent_customer_record *record);

/* Keeps it from the rest of this flush. */
void ent_customer_give_up(ent_customer_flush *customers, ent_customer_record *record);

/* Without asking: AWS has said that hours as old as this one are too late. */
void
ent_customer_give_up_late(ent_customer_flush *customers, ent_customer_record *record);

/* --- batch_verdict.c -------------------------------------------------------------- */

/*
 * Decides on the records that the call had: what is still undecided after it is to be
 * asked for again.
 */
void ent_batch_decide(
    ent_customer_flush *customers, ent_batch *batch, const entitle_finished_call *call);

/* The call was never begun, for a reason of its own. */
void ent_batch_decide_unbegun(
    ent_customer_flush *customers, ent_batch *batch, const entitle_error *error);

/* AWS may have those that were asked for last. */
void ent_batch_doubt(const ent_batch *batch);

/* Gives the undecided ones back. */
void ent_batch_put_back(ent_customer_flush *customers, ent_batch *batch);

#endif
