/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_UNIT_LEDGER_CONTRACT_H
#define TEST_UNIT_LEDGER_CONTRACT_H

#include "ledger_bench.h"

/*
 * The contract of every store (src/ledger/ledger.h), clause by clause. Each part has a
 * file, and returns how many of its clauses do not hold.
 */
#define CLAUSE(name) cmocka_unit_test_setup_teardown(name, bench_setup, bench_teardown)

int contract_of_adding(void);
int contract_of_hours(void);
int contract_of_sending(void);
int contract_of_many(void);
int contract_of_upkeep(void);
int contract_of_looking(void);

#endif
