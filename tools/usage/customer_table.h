/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USAGE_CUSTOMER_TABLE_H
#define USAGE_CUSTOMER_TABLE_H

#include "usage/text_tree.h"

#include <entitle/meter.h>

#include <stdbool.h>
#include <stdint.h>

/*
 * The customers of a ledger, each with the names under which it has usage: by its
 * identifier, or by its account and licences.
 */

/* A licence of an account. */
typedef struct customer_license {
    text_node node;
    struct customer_license *next; /* of the account's */
    const char *license_arn;
    int64_t last_hour_s; /* 0: it has no usage */
} customer_license;

/* An identifier or an account, in a product. */
typedef struct customer_name {
    text_node node;
    const char *product_code;
    const char *text;
    int64_t last_hour_s; /* 0: it has no usage */
    struct customer_pair *pairs;
    customer_license *licenses; /* of an account */
} customer_name;

/* One customer, as far as anybody knows; either name may be NULL. */
typedef struct customer_pair {
    text_node node;
    const char *product_code;
    customer_name *identifier;
    customer_name *account;
    struct customer_pair *next_of_identifier;
    struct customer_pair *next_of_account;
    uint64_t doubled_hours; /* with usage under both, which AWS bills twice */
    int64_t last_doubled_s;
} customer_pair;

typedef struct customer_table {
    text_tree identifiers;
    text_tree accounts;
    text_tree licenses;
    text_tree pairs;
    bool has_failed; /* memory is out */
} customer_table;

/* For entitle_meter_customers(), then for entitle_meter_list(): oldest hour first. */
bool customer_table_add(void *context, const entitle_ledger_customer *customer);
bool customer_table_count(void *context, const entitle_ledger_record *record);

/* Gives those with one name a row of their own. False: memory is out. */
bool customer_table_finish(customer_table *table);

void customer_table_clear(customer_table *table);

#endif
