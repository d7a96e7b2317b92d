/* SPDX-License-Identifier: Apache-2.0 */
/* A ledger in a PostgreSQL server of this program's own. */
#include "failing_calls.h"
#include "meter_scenarios.h"
#include "support/cmocka.h"
#include "support/postgres_cluster.h"
#include "surroundings.h"

#include <stdlib.h>
#include <string.h>

enum { SKIPPED = 77 };

static postgres_cluster cluster;

/* Each table of a schema, in a block of PL/pgSQL. */
#define FOR_EACH_TABLE(schema, statements)                                             \
    "FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = '" schema          \
    "' LOOP " statements " END LOOP; "

/* New rows do not get the numbers of those that were kept. */
#define NUMBERS_GO_ON(table)                                                           \
    "PERFORM setval(pg_get_serial_sequence('entitle." table "', 'id'), 1000); "

static void
empty(void)
{
    (void)postgres_cluster_ask(&cluster, "DROP SCHEMA IF EXISTS entitle CASCADE");
}

static void
keep(void)
{
    (void)postgres_cluster_ask(
        &cluster,
        "DO $$ DECLARE name text; BEGIN CREATE SCHEMA kept; " FOR_EACH_TABLE(
            "entitle",
            "EXECUTE format('CREATE TABLE kept.%I AS TABLE entitle.%I', name, "
            "name);") "END $$");
}

/* Whatever a run has left: the tables are there again, with the rows that were kept. */
static void
fill(void)
{
    if (postgres_cluster_ask(
            &cluster, "SELECT 1 FROM pg_namespace WHERE nspname = 'entitle'")[0] ==
        '\0') {
        assert_int_equal(entitle_meter_free(meter_scenarios_open(0)), ENTITLE_OK);
    }
    (void)postgres_cluster_ask(
        &cluster,
        "DO $$ DECLARE name text; BEGIN "
        "SET LOCAL session_replication_role = replica; " FOR_EACH_TABLE(
            "kept",
            "EXECUTE format('DELETE FROM entitle.%I', name); "
            "EXECUTE format('INSERT INTO entitle.%I OVERRIDING SYSTEM VALUE "
            "SELECT * FROM kept.%I', name, name);") NUMBERS_GO_ON("usage_key")
            NUMBERS_GO_ON("record") "END $$");
}

/*
 * The server may not have noticed yet that a client has gone: until then the records
 * that this had locked are another flusher's, and a flush leaves them for the next one.
 */
static void
calm(void)
{
    (void)postgres_cluster_ask(
        &cluster, "BEGIN; LOCK TABLE entitle.record IN EXCLUSIVE MODE; COMMIT");
}

static void
remove_nothing(void)
{
}

/*
 * Few calls decide whether sums whose commit is in doubt are written under the same
 * name again: here none of those goes by untried.
 */
static int
sweep_sync(void)
{
    size_t i = 0;

    while (strcmp(meter_scenarios[i].name, "sync") != 0) {
        i++;
    }
    fault_sweep_take_each(3, 43);
    return fault_sweep("sync", &meter_scenarios[i], 1);
}

int
main(void)
{
    if (!postgres_is_installed()) {
        return SKIPPED;
    }
    failing_inner_memory_install();
    failing_libpq_memory_install();
    postgres_cluster_start(&cluster, false);
    fault_store_in_use = (fault_store){
        .ledger = cluster.url,
        .empty = empty,
        .fill = fill,
        .keep = keep,
        .remove = remove_nothing,
        .calm = calm,
        .may_doubt = true,
    };
    meter_scenarios_begin();
    fault_sweep_take_each(41, 43);
    int status = fault_sweep("postgres", meter_scenarios, meter_scenario_count);
    status += fault_sweep("flush", flush_scenarios, flush_scenario_count);
    status += sweep_sync();
    postgres_cluster_remove(&cluster);
    return status;
}
