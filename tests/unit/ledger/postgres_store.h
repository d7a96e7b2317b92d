/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_UNIT_LEDGER_POSTGRES_STORE_H
#define TEST_UNIT_LEDGER_POSTGRES_STORE_H

#include "ledger_store.h"
#include "support/postgres_cluster.h"

/*
 * The server of a test program, for all its tests. The first store starts it; the
 * program ends with 77, for "skipped", where there is none to start.
 */
extern postgres_cluster store_cluster;

/* What a ledger is opened by. Each new store puts it back to the server's own. */
extern char store_url[POSTGRES_URL_SIZE];

/* Starts the server, unless it runs: for what a test needs before its first store. */
void postgres_store_start(void);

#endif
