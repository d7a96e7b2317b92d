/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/postgres.h"
#include "ledger_store.h"
#include "support/cmocka.h"
#include "support/postgres_cluster.h"

#include <stdlib.h>

enum { SKIPPED = 77 };

/* One server for all tests of a program; each finds it without tables. */
static postgres_cluster cluster;

static void
remove_cluster(void)
{
    postgres_cluster_remove(&cluster);
}

static void
make_store(void)
{
    if (cluster.server == 0) {
        if (!postgres_is_installed()) {
            exit(SKIPPED);
        }
        postgres_cluster_start(&cluster, false);
        (void)atexit(remove_cluster);
    }
    (void)postgres_cluster_ask(&cluster, "DROP SCHEMA IF EXISTS entitle CASCADE");
}

static void
remove_store(void)
{
}

static entitle_status
try_to_open(fake_runtime *fake, ent_ledger **out, entitle_error *error)
{
    return ent_ledger_open_postgres(&fake->runtime, cluster.url, out, error);
}

static ent_ledger *
open_store(fake_runtime *fake)
{
    entitle_error error = { 0 };
    ent_ledger *ledger = NULL;
    if (try_to_open(fake, &ledger, &error) != ENTITLE_OK) {
        fail_msg("%s", error.message);
    }
    return ledger;
}

const ledger_store store_under_test = {
    make_store, remove_store, open_store, try_to_open
};
