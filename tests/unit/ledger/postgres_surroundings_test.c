/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/postgres.h"
#include "ledger_bench.h"
#include "postgres_store.h"
#include "support/cmocka.h"

#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A database that its owner has set up otherwise, or for something else. */
enum { LOCK_LIMIT_MS = 10 * 1000, POLL_MS = 10, HOSTS = 8, ROUNDS = 60 };

/* Opens what is there, and expects that text in the error; NULL: none. */
static void
expect_opening(const char *name, const char *want)
{
    fake_runtime fake;
    ent_ledger *ledger = NULL;
    entitle_error error = { 0 };
    fake_runtime_init(&fake);

    entitle_status status = store_under_test.open(&fake, &ledger, &error);
    if (status != (want == NULL ? ENTITLE_OK : ENTITLE_IO_ERROR) ||
        (want != NULL &&
         (strstr(error.message, want) == NULL || error.hint[0] == '\0'))) {
        fail_msg("%s: %d '%s' '%s'", name, (int)status, error.message, error.hint);
    }
    ent_ledger_close(ledger);
    assert_int_equal(fake.blocks_in_use, 0);
}

/* --- Somebody else's tables ------------------------------------------------------- */

#define VERSION_TABLE                                                                  \
    "CREATE SCHEMA entitle; CREATE TABLE entitle.version (id BIGINT PRIMARY KEY,"      \
    " version BIGINT NOT NULL, compatible_since BIGINT NOT NULL);"

static const struct {
    const char *name;
    const char *sql;
    const char *want;
} schemas[] = {
    { "none", "SELECT 1", NULL },
    { "of the same names, elsewhere",
      "CREATE TABLE record (x INT); CREATE TABLE version (x INT)",
      NULL },
    { "a version, and nothing yet", VERSION_TABLE, NULL },
    { "a version below all",
      VERSION_TABLE "INSERT INTO entitle.version VALUES (1, -3, -3)",
      "has not the tables of a ledger" },
    { "a version of another kind",
      "CREATE SCHEMA entitle; CREATE TABLE entitle.version (id TEXT, version TEXT,"
      " compatible_since TEXT)",
      "has not the tables of a ledger" },
    { "a version of other columns",
      "CREATE SCHEMA entitle; CREATE TABLE entitle.version (id BIGINT)",
      "has not the tables of a ledger" },
    { "another table of that name",
      "CREATE SCHEMA entitle; CREATE TABLE entitle.record (x INT)",
      "has not the tables of a ledger" },
};

static void
tables_of_others_are_explained(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(schemas) / sizeof(schemas[0]); i++) {
        (void)postgres_cluster_ask(
            &store_cluster,
            "DROP SCHEMA IF EXISTS entitle CASCADE;"
            "DROP TABLE IF EXISTS record, version");
        (void)postgres_cluster_ask(&store_cluster, schemas[i].sql);
        expect_opening(schemas[i].name, schemas[i].want);
    }
}

/* Once the other end of that pipe is closed. */
static pid_t
open_in_child(const int gate[2])
{
    pid_t child = fork();
    ent_ledger *ledger = NULL;
    entitle_error error = { 0 };
    fake_runtime fake;
    char byte;

    assert_true(child >= 0);
    if (child != 0) {
        return child;
    }
    (void)close(gate[1]);
    fake_runtime_init(&fake);
    if (read(gate[0], &byte, 1) != 0 ||
        store_under_test.open(&fake, &ledger, &error) != ENTITLE_OK) {
        (void)fprintf(stderr, "%s\n", error.message);
        _exit(1);
    }
    ent_ledger_close(ledger);
    _exit(0);
}

static void
hosts_that_start_at_once_make_the_tables_once(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        pid_t hosts[HOSTS];
        int gate[2];
        int status = 0;

        (void)postgres_cluster_ask(
            &store_cluster, "DROP SCHEMA IF EXISTS entitle CASCADE");
        assert_int_equal(pipe(gate), 0);
        for (size_t i = 0; i < HOSTS; i++) {
            hosts[i] = open_in_child(gate);
        }
        (void)close(gate[0]);
        (void)close(gate[1]);
        for (size_t i = 0; i < HOSTS; i++) {
            assert_int_equal(waitpid(hosts[i], &status, 0), hosts[i]);
            assert_int_equal(status, 0);
        }
    }
}

/* --- Settings --------------------------------------------------------------------- */

static const struct {
    const char *name;
    const char *setting;
    const char *want;
} settings[] = {
    { "serializable", "default_transaction_isolation = 'serializable'", NULL },
    { "another client's encoding", "client_encoding = 'latin1'", NULL },
    { "another path", "search_path = 'nowhere'", NULL },
    { "backslashes in texts", "standard_conforming_strings = off", NULL },
    { "bytes as escapes", "bytea_output = 'escape'", NULL },
    { "nothing waits for the disk", "synchronous_commit = off", NULL },
    { "may write", "default_transaction_read_only = off", NULL },
    { "may not write", "default_transaction_read_only = on", "takes no writes" },
};

static void
reset_database(void)
{
    (void)postgres_cluster_ask(
        &store_cluster, "BEGIN READ WRITE; ALTER DATABASE postgres RESET ALL; COMMIT");
}

static void
settings_of_the_database_do_no_harm(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
        char sql[128];
        store_under_test.make();
        (void)snprintf(
            sql, sizeof(sql), "ALTER DATABASE postgres SET %s", settings[i].setting);
        (void)postgres_cluster_ask(&store_cluster, sql);
        expect_opening(settings[i].name, settings[i].want);
        reset_database();
    }
}

/* That database is there to be read, also by who opened it before. */
static void
what_may_not_be_written_is_not(void **state)
{
    (void)state;
    entitle_error error = { 0 };
    ent_usage_event event = bench_event(0, 5);
    ent_usage_group group = { .events = &event, .count = 1 };
    (void)postgres_cluster_ask(
        &store_cluster,
        "ALTER DATABASE postgres SET default_transaction_read_only = on;"
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()");
    entitle_status status =
        ent_ledger_add(bench.ledger, &group, 1, bench.now_s, &error);
    reset_database();
    assert_int_equal(status, ENTITLE_IO_ERROR);
    assert_non_null(strstr(error.message, "takes no writes"));
}

static const struct {
    const char *encoding;
    const char *want;
} encodings[] = {
    { "UTF8", NULL },
    { "SQL_ASCII", NULL },
    { "LATIN1", "does not take every text" },
    { "EUC_JP", "does not take every text" },
};

static void
a_database_has_to_take_every_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(encodings) / sizeof(encodings[0]); i++) {
        char sql[128];
        (void)snprintf(
            sql,
            sizeof(sql),
            "CREATE DATABASE encoded%zu ENCODING '%s' TEMPLATE template0",
            i,
            encodings[i].encoding);
        (void)postgres_cluster_ask(&store_cluster, sql);
        (void)snprintf(
            store_url,
            sizeof(store_url),
            "postgresql:///encoded%zu?host=%s&user=postgres",
            i,
            store_cluster.folder);
        expect_opening(encodings[i].encoding, encodings[i].want);
    }
}

/* In a URL it would end at the first of these signs. */
static void
a_password_in_a_list_of_settings_is_whole(void **state)
{
    (void)state;
    (void)snprintf(
        store_url,
        sizeof(store_url),
        "dbname=postgres host=%s user=postgres password=a/b@c@d",
        store_cluster.folder);
    expect_opening("a list", NULL);
}

/* --- Roles ------------------------------------------------------------------------ */

/* As docs/postgresql.md has it. */
static void
what_is_granted_to_hosts_suffices(void **state)
{
    (void)state;
    ent_usage_event event = bench_event(-1, 5);
    size_t count = 0;
    (void)postgres_cluster_ask(
        &store_cluster,
        "CREATE ROLE meter LOGIN;"
        "GRANT USAGE ON SCHEMA entitle TO meter;"
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA entitle TO meter;"
        "GRANT USAGE ON ALL SEQUENCES IN SCHEMA entitle TO meter");
    (void)snprintf(
        store_url,
        sizeof(store_url),
        "postgresql:///postgres?host=%s&user=meter",
        store_cluster.folder);
    bench_reopen();
    event.id = "order-1";
    event.tags = "{\"team\":\"blue\"}";
    bench_add(&event);
    bench_add_usage(-9, 2);
    assert_int_equal(
        ent_ledger_expire(
            bench.ledger,
            false,
            BENCH_HOUR - 7 * ENT_LEDGER_HOUR_S,
            false,
            bench.now_s,
            &count,
            NULL),
        ENTITLE_OK);
    assert_int_equal(bench_take("a"), 1);
    bench_settle(0, "a", ENT_SETTLED_ACCEPTED);
    assert_int_equal(
        ent_ledger_prune(bench.ledger, BENCH_HOUR, &count, NULL), ENTITLE_OK);
    assert_int_equal(count, 1);
    assert_string_equal(bench_state(), "open=2 accepted=5");
}

/* It may make tables, and not lock the row that says which there are. */
static void
what_is_not_granted_is_told(void **state)
{
    (void)state;
    (void)postgres_cluster_ask(
        &store_cluster,
        VERSION_TABLE "CREATE ROLE maker LOGIN;"
                      "GRANT CREATE ON DATABASE postgres TO maker;"
                      "GRANT USAGE, CREATE ON SCHEMA entitle TO maker;"
                      "GRANT SELECT, INSERT ON entitle.version TO maker");
    (void)snprintf(
        store_url,
        sizeof(store_url),
        "postgresql:///postgres?host=%s&user=maker",
        store_cluster.folder);
    expect_opening("a row that cannot be locked", "the ledger may not be used");
    (void)postgres_cluster_ask(
        &store_cluster, "GRANT UPDATE ON entitle.version TO maker");
    expect_opening("its neighbour", NULL);
}

/* --- Deadlocks -------------------------------------------------------------------- */

static PGconn *
begin_elsewhere(const char *sql)
{
    PGconn *other = PQconnectdb(store_cluster.url);
    PGresult *result = PQexec(other, sql);

    if (PQresultStatus(result) != PGRES_TUPLES_OK &&
        PQresultStatus(result) != PGRES_COMMAND_OK) {
        fail_msg("%s", PQerrorMessage(other));
    }
    PQclear(result);
    return other;
}

/* Until a session of the ledger waits for a lock. */
static void
wait_for_waiting(void)
{
    for (int waited = 0; waited < LOCK_LIMIT_MS; waited += POLL_MS) {
        if (strcmp(
                postgres_cluster_ask(
                    &store_cluster,
                    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type ="
                    " 'Lock' AND application_name = 'entitle'"),
                "0") != 0) {
            return;
        }
        (void)poll(NULL, 0, POLL_MS);
    }
    fail_msg("nobody waits");
}

/* Tells by one byte whether it could. */
static void
add_in_child(int end)
{
    fake_runtime fake;
    entitle_error error = { 0 };
    fake_runtime_init(&fake);
    ent_ledger *ledger = bench_open(&fake);
    ent_usage_event event = bench_event(0, 2);
    event.id = "order-1";
    ent_usage_group group = { .events = &event, .count = 1 };

    entitle_status status = ent_ledger_add(ledger, &group, 1, bench.now_s, &error);
    if (status != ENTITLE_OK) {
        (void)fprintf(stderr, "%s\n", error.message);
    }
    bool is_told = write(end, status == ENTITLE_OK ? "+" : "-", 1) == 1;
    _exit(is_told ? 0 : 1);
}

/*
 * The other one has the record and then wants the instance, which the ledger has: who
 * waited first is the one to give way.
 */
static void
a_deadlock_is_begun_anew(void **state)
{
    (void)state;
    bench_add_usage(0, 5);
    bench_reopen();
    PGconn *other = begin_elsewhere("SET deadlock_timeout = '1min'; BEGIN; SELECT 1 "
                                    "FROM entitle.record FOR UPDATE");
    int ends[2];
    char byte = 0;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        (void)close(ends[0]);
        add_in_child(ends[1]);
    }
    (void)close(ends[1]);
    wait_for_waiting();
    PQclear(PQexec(other, "UPDATE entitle.instance SET lease = lease"));
    PQclear(PQexec(other, "COMMIT"));
    PQfinish(other);
    assert_int_equal(read(ends[0], &byte, 1), 1);
    assert_int_equal(byte, '+');
    (void)close(ends[0]);
    assert_string_equal(bench_state(), "open=7");
}

/* The other would hold it for the ten seconds after which the database gives up. */
static void
whoever_is_to_end_waits_for_some_seconds_only(void **state)
{
    (void)state;
    entitle_error error = { 0 };
    bench_add_usage(0, 5);
    PGconn *other = begin_elsewhere("BEGIN; SELECT 1 FROM entitle.record FOR UPDATE");
    ent_usage_event event = bench_event(0, 2);
    ent_usage_group group = { .events = &event, .count = 1 };
    bench.fake.interrupt_after = 0;
    assert_int_equal(
        ent_ledger_add(bench.ledger, &group, 1, bench.now_s, &error), ENTITLE_IO_ERROR);
    assert_non_null(strstr(error.message, "does not answer"));
    assert_true(error.is_certainly_undone);
    bench.fake.interrupt_after = -1;
    PQclear(PQexec(other, "COMMIT"));
    PQfinish(other);
    assert_int_equal(
        ent_ledger_add(bench.ledger, &group, 1, bench.now_s, &error), ENTITLE_OK);
    assert_string_equal(bench_state(), "open=7");
}

#define ON_A_LEDGER(name)                                                              \
    cmocka_unit_test_setup_teardown(name, bench_setup, bench_teardown)

static int
make_store_alone(void **state)
{
    (void)state;
    store_under_test.make();
    return 0;
}

#define ALONE(name) cmocka_unit_test_setup(name, make_store_alone)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        ALONE(tables_of_others_are_explained),
        ALONE(hosts_that_start_at_once_make_the_tables_once),
        ALONE(settings_of_the_database_do_no_harm),
        ON_A_LEDGER(what_may_not_be_written_is_not),
        ALONE(a_database_has_to_take_every_text),
        ALONE(a_password_in_a_list_of_settings_is_whole),
        ALONE(what_is_not_granted_is_told),
        ON_A_LEDGER(what_is_granted_to_hosts_suffices),
        ON_A_LEDGER(a_deadlock_is_begun_anew),
        ON_A_LEDGER(whoever_is_to_end_waits_for_some_seconds_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
