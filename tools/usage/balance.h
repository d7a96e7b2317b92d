/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USAGE_BALANCE_H
#define USAGE_BALANCE_H

#include "usage/balance_row.h"
#include "usage/trail_event.h"

#include <entitle/meter.h>

#include <stdbool.h>
#include <stdint.h>

/*
 * What AWS has taken, by its own log, beside what the ledger calls accepted, by
 * product, customer or instance, dimension and hour.
 */

/* Hours from `from_s` on and before `to_s`; 0 where that end is open. */
typedef struct balance_range {
    int64_t from_s;
    int64_t to_s;
} balance_range;

enum { BALANCE_METER_USAGE, BALANCE_BATCH_METER_USAGE, BALANCE_OPERATIONS };

typedef struct usage_balance {
    const char *product_code; /* NULL: every one */
    balance_range range;      /* that was asked for */

    text_tree events; /* known eventIDs */
    text_tree usages; /* balance_usage: what AWS has taken, each once */
    balance_rows rows;
    uint64_t calls[BALANCE_OPERATIONS];
    balance_range covered[BALANCE_OPERATIONS]; /* of the hours; both 0: none */
    bool has_failed;                           /* memory is out */
} usage_balance;

/* First what AWS says; for trail_event_read(), with the balance as context. */
extern const trail_visitors balance_visitors;

/* Then what is compared: of hours that the log tells of, or that were asked for. */
void balance_close_log(usage_balance *balance);

/* Then the ledger: for entitle_meter_list(). */
bool balance_add_record(void *context, const entitle_ledger_record *record);

/* In the end the rows in order, of which `count` differ: freed by free(), or NULL. */
const balance_row **balance_differences(const usage_balance *balance, size_t *count);

void balance_clear(usage_balance *balance);

#endif
