/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_METER_CUSTOMER_STOCK_H
#define ENT_METER_CUSTOMER_STOCK_H

#include "ledger/ledger.h"

#include <entitle/usage.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Customers' records that were taken from the ledger and wait for a batch to go in.
 * Those that may share one stand in a line: of one product, and naming customers in
 * one way. One thread at a time.
 */

/* A record with its frozen element, all in one block of memory. */
typedef struct ent_customer_record {
    struct ent_customer_record *next;
    struct ent_stock_line *line;
    int64_t id;
    int64_t hour_s;
    int64_t leased_until_s;
    entitle_customer_usage usage; /* what an answer is told by; without allocations */
    const char *request;
    size_t request_length;
    unsigned rounds;  /* how many answers have left it undecided */
    bool is_doubtful; /* AWS may have it */
    bool is_retaken;  /* by the service's clock, after this machine's has misled */
} ent_customer_record;

typedef enum ent_line_state {
    ENT_LINE_OPEN,
    /*
     * By this machine's clock AWS takes its hours no more. One late record spoils a
     * batch, so these go one by one, until AWS has said whether they are too late.
     */
    ENT_LINE_LATE,
    ENT_LINE_CLOSED /* AWS refused the product: nothing more goes out */
} ent_line_state;

typedef struct ent_stock_line {
    struct ent_stock_line *next;
    char *product_code;
    ent_customer_form form;
    ent_line_state state;
    ent_customer_record *first; /* oldest hour first */
    ent_customer_record *last;
    size_t count;
    bool is_waiting; /* of a late line: the answer to its first is not there */
} ent_stock_line;

typedef struct ent_stock {
    const entitle_runtime *runtime;
    ent_stock_line *lines;
    size_t count;
} ent_stock;

/* The bytes of a batch's elements, where there are two or more. */
enum { ENT_STOCK_PICK_BYTES = 1000 * 1000 };

/* A copy of it, at the end of its line. NULL: no memory. */
ent_customer_record *
ent_stock_add(ent_stock *stock, const ent_ledger_record *record, bool is_late);

/* One that comes back undecided; it goes out before the others. */
void ent_stock_return(ent_stock *stock, ent_customer_record *record);

/* Whether a line is full. */
bool ent_stock_has_batch(const ent_stock *stock);

/*
 * Takes the records of one batch out: of a line that fills one or, `with_remainders`,
 * of any; so, too, of a line whose first record is leased until `urgent_s` only.
 * Returns how many; 0: nothing is to be sent.
 */
size_t ent_stock_pick(
    ent_stock *stock,
    bool with_remainders,
    int64_t urgent_s,
    ent_customer_record *out[ENTITLE_USAGE_BATCH_LIMIT]);

/* Takes one out, whatever its line's state, or of a line in that state; NULL: none. */
ent_customer_record *ent_stock_pop(ent_stock *stock);
ent_customer_record *ent_stock_pop_of(ent_stock *stock, ent_line_state state);

/* AWS takes what was held for late: it joins the others. */
void ent_stock_release_late(ent_stock *stock);

void ent_stock_free_record(ent_stock *stock, ent_customer_record *record);

/* Empty afterwards, and without memory. */
void ent_stock_clear(ent_stock *stock);

#endif
