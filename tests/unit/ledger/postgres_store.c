/* SPDX-License-Identifier: Apache-2.0 */
#include "postgres_store.h"

#include "ledger/postgres.h"

#include <stdio.h>
#include <stdlib.h>

enum { SKIPPED = 77 };

postgres_cluster store_cluster;
char store_url[POSTGRES_URL_SIZE];

static void
remove_cluster(void)
{
    postgres_cluster_remove(&store_cluster);
}

void
postgres_store_start(void)
{
    if (store_cluster.server != 0) {
        return;
    }
    if (!postgres_is_installed()) {
        exit(SKIPPED);
    }
    postgres_cluster_start(&store_cluster, false);
    (void)atexit(remove_cluster);
}

/* Without tables, as each test is to find it. */
static void
make_store(void)
{
    postgres_store_start();
    (void)postgres_cluster_ask(&store_cluster, "DROP SCHEMA IF EXISTS entitle CASCADE");
    (void)snprintf(store_url, sizeof(store_url), "%s", store_cluster.url);
}

static void
remove_store(void)
{
}

static entitle_status
open_store(fake_runtime *fake, ent_ledger **out, entitle_error *error)
{
    return ent_ledger_open_postgres(&fake->runtime, store_url, out, error);
}

const ledger_store store_under_test = { make_store, remove_store, open_store };
