/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_UNIT_LEDGER_STORE_H
#define TEST_UNIT_LEDGER_STORE_H

#include "ledger/ledger.h"
#include "support/fake_runtime.h"

/* A kind of store that the contract is tried on. */
typedef struct ledger_store {
    /* A place of its own, empty. */
    void (*make)(void);
    void (*remove)(void);

    /* Opens what is there, as another process would. */
    entitle_status (*open)(fake_runtime *fake, ent_ledger **out, entitle_error *error);
} ledger_store;

/* Of the program that this is linked into. */
extern const ledger_store store_under_test;

#endif
