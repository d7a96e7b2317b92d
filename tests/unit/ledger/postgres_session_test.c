/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/postgres_state.h"
#include "ledger/store.h"
#include "ledger_bench.h"
#include "postgres_store.h"
#include "support/cmocka.h"
#include "support/cutting_proxy.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

/* What befalls one session: each trouble alone, at a moment that the test chooses. */

static cutting_proxy proxy;

static ent_postgres *
session(void)
{
    return (ent_postgres *)((ent_store *)bench.ledger)->sql;
}

/* As the ledger's own session. */
static void
run_in_session(const char *sql)
{
    PGresult *result = PQexec(session()->connection, sql);
    assert_int_equal(PQresultStatus(result), PGRES_COMMAND_OK);
    PQclear(result);
}

static void
end_sessions(void)
{
    (void)postgres_cluster_ask(
        &store_cluster,
        "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity"
        " WHERE application_name = 'entitle'");
}

static entitle_status
try_to_add(entitle_error *error)
{
    ent_usage_event event = bench_event(-1, 5);
    ent_usage_group group = { .events = &event, .count = 1 };

    *error = (entitle_error){ 0 };
    return ent_ledger_add(bench.ledger, &group, 1, bench.now_s, error);
}

/* --- Poolers ---------------------------------------------------------------------- */

static void
use_session(void)
{
    bench_add_usage(-1, 5);
    assert_string_equal(bench_list(ENT_USAGE_CLOSED), "-1:5 ");
    assert_int_equal(bench_take("a"), 1);
    bench_settle(0, "a", ENT_SETTLED_UNSENT);
}

static void
statements_that_a_session_lacks_are_prepared_anew(void **state)
{
    (void)state;
    use_session();
    run_in_session("DEALLOCATE ALL");
    assert_string_equal(bench_list(ENT_USAGE_CLOSED), "-1:5 ");
    run_in_session("DEALLOCATE ALL");
    bench_add_usage(-1, 2);
    run_in_session("DEALLOCATE ALL");
    assert_int_equal(bench_take("a"), 1);
    assert_string_equal(bench_state(), "sending=7");
}

static void
statements_that_a_session_has_are_used(void **state)
{
    (void)state;
    use_session();
    memset(session()->is_prepared, 0, sizeof(session()->is_prepared));
    assert_string_equal(bench_list(ENT_USAGE_CLOSED), "-1:5 ");
    bench_add_usage(-1, 2);
    assert_int_equal(bench_take("a"), 1);
    assert_string_equal(bench_state(), "sending=7");
}

/* A database that is PostgreSQL by its protocol only has other settings. */
static void
a_planner_of_another_kind_is_left_alone(void **state)
{
    (void)state;
    bench_add_usage(-1, 5);
    assert_true(session()->has_planner);
    session()->has_planner = false;
    assert_int_equal(bench_take("a"), 1);
    assert_string_equal(bench_state(), "sending=5");
}

/* By it a commit is found again whose answer was lost. */
static void
no_session_goes_without_a_name_of_its_own(void **state)
{
    (void)state;
    fake_runtime fake;
    ent_ledger *ledger = NULL;
    entitle_error error = { 0 };
    fake_runtime_init(&fake);
    fake.random_fails = true;
    assert_int_equal(
        store_under_test.open(&fake, &ledger, &error), ENTITLE_INTERNAL_ERROR);
    assert_non_null(strstr(error.message, "no random numbers"));
    assert_null(ledger);
    assert_int_equal(fake.blocks_in_use, 0);
}

/* --- Ends of a session ------------------------------------------------------------ */

static void
what_is_held_is_begun_in_a_new_session(void **state)
{
    (void)state;
    entitle_error error = { 0 };
    bench_add_usage(-1, 5);
    end_sessions();
    assert_int_equal(ent_ledger_begin(bench.ledger, &error), ENTITLE_OK);
    assert_int_equal(try_to_add(&error), ENTITLE_OK);
    assert_int_equal(ent_ledger_commit(bench.ledger, &error), ENTITLE_OK);
    assert_string_equal(bench_state(), "closed=10");
}

static bool
end_sessions_and_count(
    void *context, const ent_usage_key *key, const ent_usage_sums *units)
{
    (void)key;
    *(int64_t *)context += units->added;
    end_sessions();
    return true;
}

static void
what_was_read_has_been_read(void **state)
{
    (void)state;
    int64_t added = 0;
    entitle_error error = { 0 };
    bench_add_usage(-1, 5);
    assert_int_equal(
        ent_ledger_sums(
            bench.ledger, bench.now_s, end_sessions_and_count, &added, &error),
        ENTITLE_OK);
    assert_int_equal(added, 5);
    assert_string_equal(bench_state(), "closed=5");
}

static void
whoever_is_to_end_does_not_wait_for_a_server(void **state)
{
    (void)state;
    entitle_error error = { 0 };
    bench_add_usage(-1, 5);
    postgres_cluster_stop(&store_cluster, POSTGRES_FAST);
    bench.fake.interrupt_after = 0;
    int64_t slept_ms = bench.fake.slept_ms;
    entitle_status status = try_to_add(&error);
    int64_t waited_ms = bench.fake.slept_ms - slept_ms;
    bench.fake.interrupt_after = -1;
    postgres_cluster_restart(&store_cluster, POSTGRES_FAST);

    assert_int_equal(status, ENTITLE_IO_ERROR);
    assert_true(error.is_certainly_undone);
    assert_in_range(waited_ms, 0, 50);
    assert_string_equal(bench_state(), "closed=5");
}

/* --- Given up by the database ----------------------------------------------------- */

#define TRIGGER(table, body)                                                           \
    "CREATE FUNCTION entitle.meddle() RETURNS trigger LANGUAGE plpgsql AS"             \
    " $$ BEGIN " body " END $$;"                                                       \
    "CREATE TRIGGER meddle BEFORE INSERT ON entitle." table                            \
    " FOR EACH ROW EXECUTE FUNCTION entitle.meddle()"
#define AT_COMMIT(table, body)                                                         \
    "CREATE FUNCTION entitle.meddle() RETURNS trigger LANGUAGE plpgsql AS"             \
    " $$ BEGIN " body " END $$;"                                                       \
    "CREATE CONSTRAINT TRIGGER meddle AFTER INSERT ON entitle." table                  \
    " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION entitle.meddle()"
#define RAISE(code) "RAISE EXCEPTION 'not now' USING ERRCODE = '" code "';"

static const struct {
    const char *name;
    const char *sql;
    const char *tags;
    entitle_status status;
    const char *want;
    bool is_certainly_undone;
} meddlers[] = {
    { "for the sake of others, each time",
      TRIGGER("record", RAISE("40001")),
      "",
      ENTITLE_IO_ERROR,
      "again and again",
      true },
    { "for a reason of which nobody has thought",
      TRIGGER("record", RAISE("22012")),
      "",
      ENTITLE_INTERNAL_ERROR,
      "refused what the ledger asked for",
      false },
    { "the session's own row",
      TRIGGER("session", RAISE("22012")),
      "",
      ENTITLE_INTERNAL_ERROR,
      "refused what the ledger asked for",
      false },
    { "the commit, for the sake of others, each time",
      AT_COMMIT("record", RAISE("40001")),
      "",
      ENTITLE_IO_ERROR,
      "again and again",
      true },
    { "the commit, by a rule of theirs",
      AT_COMMIT("record", RAISE("P0001")),
      "",
      ENTITLE_IO_ERROR,
      "a rule that is not the ledger's own",
      false },
    { "a row without a word",
      TRIGGER("usage_key", "RETURN NULL;"),
      "",
      ENTITLE_INTERNAL_ERROR,
      "a row is missing",
      false },
    { "a row without a word, of a use with tags",
      TRIGGER("usage_key", "RETURN NULL;"),
      "{\"t\":\"1\"}",
      ENTITLE_INTERNAL_ERROR,
      "a row is missing",
      false },
};

static void
what_triggers_of_others_refuse_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(meddlers) / sizeof(meddlers[0]); i++) {
        entitle_error error = { 0 };
        ent_usage_event event = bench_event(-1, 5);
        ent_usage_group group = { .events = &event, .count = 1 };
        event.tags = meddlers[i].tags;
        (void)postgres_cluster_ask(&store_cluster, meddlers[i].sql);
        entitle_status status =
            ent_ledger_add(bench.ledger, &group, 1, bench.now_s, &error);
        if (status != meddlers[i].status ||
            strstr(error.message, meddlers[i].want) == NULL ||
            error.is_certainly_undone != meddlers[i].is_certainly_undone) {
            fail_msg("%s: %d '%s'", meddlers[i].name, (int)status, error.message);
        }
        (void)postgres_cluster_ask(
            &store_cluster, "DROP FUNCTION entitle.meddle CASCADE");
        assert_string_equal(bench_state(), "");
    }
    bench_add_usage(-1, 2);
    assert_string_equal(bench_state(), "closed=2");
}

/* --- Lost messages ---------------------------------------------------------------- */

static int
setup_with_proxy(void **state)
{
    (void)state;
    bench_begin();
    cutting_proxy_arm(&proxy, CUT_BEFORE, -1);
    (void)snprintf(
        store_url,
        sizeof(store_url),
        "postgresql:///postgres?host=%s&user=postgres",
        proxy.folder);
    bench.ledger = bench_open(&bench.fake);
    return 0;
}

static void
a_listing_whose_answer_is_lost_is_begun_anew(void **state)
{
    (void)state;
    bench_add_usage(-1, 5);
    assert_string_equal(bench_list(ENT_USAGE_CLOSED), "-1:5 ");
    cutting_proxy_arm(&proxy, CUT_BEFORE, 1); /* the first begins a transaction */
    assert_string_equal(bench_list(ENT_USAGE_CLOSED), "-1:5 ");
    assert_int_equal(atomic_load(&proxy.left) < 0, true);
}

/* Which message of an add is its commit. */
static long
count_messages_of_add(void)
{
    enum { MANY = 1000 };
    cutting_proxy_arm(&proxy, CUT_BEFORE, MANY);
    bench_add_usage(-1, 5);
    return MANY - atomic_load(&proxy.left) - 1;
}

static const struct {
    const char *name;
    cutting_moment moment;
    long connections; /* that are cut after it */
    long at;
    entitle_status want;
    const char *want_state;
} lost_commits[] = {
    { "never arrived", CUT_BEFORE, 0, 0, ENTITLE_OK, "closed=15" },
    { "arrived", CUT_AFTER, 0, 0, ENTITLE_OK, "closed=15" },
    { "never arrived, and nobody tells",
      CUT_BEFORE,
      LONG_MAX,
      0,
      ENTITLE_IO_ERROR,
      "closed=10" },
    { "arrived, and nobody tells",
      CUT_AFTER,
      LONG_MAX,
      0,
      ENTITLE_IO_ERROR,
      "closed=15" },
    /* A connection begins with two messages; then the commit is looked up. */
    { "arrived, and is looked up twice", CUT_AFTER, 1, 2, ENTITLE_OK, "closed=15" },
    { "never arrived, and is looked up thrice",
      CUT_BEFORE,
      2,
      2,
      ENTITLE_OK,
      "closed=15" },
    { "arrived, and each look-up is lost",
      CUT_AFTER,
      LONG_MAX,
      2,
      ENTITLE_IO_ERROR,
      "closed=15" },
};

static void
a_commit_whose_answer_is_lost_is_looked_up(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(lost_commits) / sizeof(lost_commits[0]); i++) {
        entitle_error error = { 0 };
        bench_teardown(NULL);
        setup_with_proxy(NULL);
        bench_add_usage(-1, 5);
        long commit = count_messages_of_add();
        cutting_proxy_arm(&proxy, lost_commits[i].moment, commit);
        cutting_proxy_go_on(&proxy, lost_commits[i].connections, lost_commits[i].at);
        entitle_status status = try_to_add(&error);
        assert_true(atomic_load(&proxy.left) < 0);
        assert_true(lost_commits[i].connections == LONG_MAX || proxy.again == 0);
        cutting_proxy_arm(&proxy, CUT_BEFORE, -1);

        bool says_so = strstr(error.hint, "the answer to the last commit") != NULL;
        if (status != lost_commits[i].want || says_so != (status != ENTITLE_OK) ||
            error.is_certainly_undone ||
            strcmp(bench_state(), lost_commits[i].want_state) != 0) {
            fail_msg(
                "%s: %s: '%s' '%s'",
                lost_commits[i].name,
                bench_state(),
                error.message,
                error.hint);
        }
    }
}

#define IN_A_SESSION(name)                                                             \
    cmocka_unit_test_setup_teardown(name, bench_setup, bench_teardown)
#define BEHIND_PROXY(name)                                                             \
    cmocka_unit_test_setup_teardown(name, setup_with_proxy, bench_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_SESSION(statements_that_a_session_lacks_are_prepared_anew),
        IN_A_SESSION(statements_that_a_session_has_are_used),
        IN_A_SESSION(a_planner_of_another_kind_is_left_alone),
        IN_A_SESSION(no_session_goes_without_a_name_of_its_own),
        IN_A_SESSION(what_is_held_is_begun_in_a_new_session),
        IN_A_SESSION(what_was_read_has_been_read),
        IN_A_SESSION(whoever_is_to_end_does_not_wait_for_a_server),
        IN_A_SESSION(what_triggers_of_others_refuse_is_told),
        BEHIND_PROXY(a_listing_whose_answer_is_lost_is_begun_anew),
        BEHIND_PROXY(a_commit_whose_answer_is_lost_is_looked_up),
    };
    postgres_store_start();
    cutting_proxy_start(&proxy, store_cluster.folder, ".s.PGSQL.5432");
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    cutting_proxy_stop(&proxy);
    return failed;
}
