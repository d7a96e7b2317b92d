/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_METER_CUSTOMER_NAMES_H
#define ENT_METER_CUSTOMER_NAMES_H

#include "ledger/ledger.h"

#include <stdbool.h>

/* The names under which a customer may have usage: accounts and identifiers. */
typedef struct ent_customer_name {
    struct ent_customer_name *next;
    char text[];
} ent_customer_name;

/*
 * The name that was given, and those that the ledger knows as the same customer's. To
 * be freed in either case.
 */
ENTITLE_CHECKED entitle_status ent_customer_names_find(
    const entitle_runtime *runtime,
    ent_ledger *ledger,
    const char *name,
    ent_customer_name **out,
    entitle_error *error);

bool ent_customer_names_have(const ent_customer_name *names, const char *name);

/* Accepts NULL. */
void ent_customer_names_free(const entitle_runtime *runtime, ent_customer_name *names);

#endif
