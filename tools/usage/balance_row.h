/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USAGE_BALANCE_ROW_H
#define USAGE_BALANCE_ROW_H

#include "usage/text_tree.h"

#include <entitle/meter.h>

#include <stdbool.h>
#include <stdint.h>

/* What a row is found by. Texts are "" where nobody says. */
typedef struct balance_name {
    int64_t hour_s;
    const char *product_code;
    const char *customer_id;
    const char *customer_account;
    const char *license_arn;
    const char *instance;
    const char *dimension;
} balance_name;

/* The usage of one name in one hour, on either side. */
typedef struct balance_row {
    text_node node;
    balance_name name;
    int64_t aws; /* units */
    int64_t ledger;
    /* Of a record that the ledger does not call accepted. */
    bool has_other;
    entitle_usage_state other;
} balance_row;

/* By name, and what they share. */
typedef struct balance_rows {
    text_tree tree;
    text_tree products;
} balance_rows;

/* The row of a name, new or not. NULL: memory is out, or the name is too long. */
balance_row *balance_rows_add(balance_rows *rows, const balance_name *name);

/* NULL: there is none. */
balance_row *balance_rows_find(const balance_rows *rows, const balance_name *name);

/* For qsort() of pointers to rows: by hour, then by name. */
int balance_row_compare(const void *left, const void *right);

void balance_rows_clear(balance_rows *rows);

#endif
