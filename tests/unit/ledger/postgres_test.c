/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buffer.h"
#include "ledger/postgres.h"
#include "ledger_bench.h"
#include "postgres_store.h"
#include "support/cmocka.h"
#include "support/cutting_proxy.h"
#include "support/effort.h"

#include <stdio.h>
#include <string.h>

/*
 * What only a database at the other end of a connection can do: lose it, have several
 * owners at work at once, and be restarted below them.
 */
enum {
    HOUR = ENT_LEDGER_HOUR_S,
    CALLS_AT_LEAST = 50,
    CALLS_LIMIT = 1000,
    FIRST_CALL = 2,
};

static cutting_proxy proxy;
static char proxied_url[128];

/* --- A cut at any message ----------------------------------------------------------
 */

static void
need(entitle_status status, const char *what, const entitle_error *error)
{
    if (status != ENTITLE_OK) {
        fail_msg("%s: %s", what, error->message);
    }
}

static void
add_both(void)
{
    entitle_error error = { 0 };
    ent_usage_event events[] = {
        bench_event(-1, 5), bench_event(-2, 7), bench_event(-1, 11), bench_event(-9, 13)
    };
    events[0].id = "order-1";
    events[2].tags = "{\"t\":\"1\"}";
    ent_usage_group groups[] = { { .events = events, .count = 2 },
                                 { .events = &events[2], .count = 1 },
                                 { .events = &events[3], .count = 1 } };
    for (int i = 0; i < 2; i++) {
        need(
            ent_ledger_add(bench.ledger, groups, 3, bench.now_s, &error),
            "add",
            &error);
        assert_int_equal(groups[0].counted, i == 0 ? 2 : 1);
    }
}

static void
hold_one(void)
{
    entitle_error error = { 0 };
    ent_usage_event event = bench_event(-1, 100);
    ent_usage_group group = { .events = &event, .count = 1 };
    /* Nobody repeats what the caller holds: it is begun anew until it is there. */
    for (int i = 0; i < 3; i++) {
        entitle_status status = ent_ledger_begin(bench.ledger, &error);
        if (status == ENTITLE_OK) {
            status = ent_ledger_add(bench.ledger, &group, 1, bench.now_s, &error);
        }
        if (status == ENTITLE_OK) {
            status = ent_ledger_commit(bench.ledger, &error);
        } else {
            ent_ledger_abandon(bench.ledger);
        }
        if (status == ENTITLE_OK) {
            return;
        }
        assert_int_equal(status, ENTITLE_IO_ERROR);
    }
    fail_msg("never held: %s", error.message);
}

/* All that a ledger does; its account afterwards is the same, whatever was cut. */
static void
run_program(void)
{
    entitle_error error = { 0 };
    size_t count = 0;

    bench.ledger = bench_open(&bench.fake);
    add_both();
    hold_one();
    need(
        ent_ledger_expire(
            bench.ledger,
            false,
            bench.now_s - 7 * HOUR,
            false,
            bench.now_s,
            &count,
            &error),
        "expire",
        &error);
    assert_int_equal(bench_take("a"), 2);
    bench_settle(0, "a", ENT_SETTLED_ACCEPTED);
    bench_settle(1, "a", ENT_SETTLED_UNSENT);
    need(
        ent_ledger_adopt(bench.ledger, "pod-1", bench.now_s, 900, &count, &error),
        "adopt",
        &error);
    need(
        ent_ledger_prune(bench.ledger, bench.now_s - HOUR, &count, &error),
        "prune",
        &error);
    assert_string_equal(bench_state(), "open=26 closed=127 accepted=14");
    ent_ledger_close(bench.ledger);
}

static void
cut_everywhere(cutting_moment moment)
{
    long stride = number_by_effort(19, 3, 1);
    /* Where there never was a connection, nobody waits for one. */
    long at = FIRST_CALL;

    for (bool is_met = true; is_met; at += stride) {
        bench_begin();
        /* The last line before a failure tells where it was. */
        (void)printf("cut %ld\n", at);
        cutting_proxy_arm(&proxy, moment, at);
        (void)snprintf(store_url, sizeof(store_url), "%s", proxied_url);
        run_program();
        assert_int_equal(bench.fake.blocks_in_use, 0);
        is_met = atomic_load(&proxy.left) < 0;
    }
    assert_in_range(at, CALLS_AT_LEAST, CALLS_LIMIT);
}

static void
cut_before_any_message_nothing_is_lost_or_doubled(void **state)
{
    (void)state;
    cut_everywhere(CUT_BEFORE);
}

static void
cut_after_any_message_nothing_is_lost_or_doubled(void **state)
{
    (void)state;
    cut_everywhere(CUT_AFTER);
}

/* --- Several at once ---------------------------------------------------------------
 */

static bool
freeze(
    void *context,
    const ent_ledger_record *record,
    const ent_tag_sum *tags,
    size_t tag_count,
    ent_buffer *request)
{
    (void)context;
    (void)tags;
    (void)tag_count;
    ent_buffer_append_format(request, "%lld", (long long)record->quantity);
    return true;
}

typedef struct second_taker {
    ent_ledger *ledger;
    size_t count;
    int64_t ids[BENCH_TAKEN_LIMIT];
} second_taker;

static void
keep(void *context, const ent_ledger_record *record)
{
    second_taker *taker = context;
    taker->ids[taker->count++] = record->id;
}

/* In the middle of the first one's transaction: while it freezes. */
static bool
freeze_and_let_another_take(
    void *context,
    const ent_ledger_record *record,
    const ent_tag_sum *tags,
    size_t tag_count,
    ent_buffer *request)
{
    second_taker *other = context;
    if (other->ledger == NULL) {
        other->ledger = bench_open(&bench.fake);
        const ent_ledger_claim claim = bench_claim("other");
        second_taker unused = { .count = 0 };
        entitle_error error = { 0 };
        need(
            ent_ledger_take(other->ledger, &claim, 8, freeze, keep, &unused, &error),
            "take",
            &error);
        /* It waits for nobody, and finds what the first has no hand on. */
        assert_int_equal(unused.count, 2);
    }
    return freeze(context, record, tags, tag_count, request);
}

static void
two_that_take_at_once_never_get_the_same(void **state)
{
    (void)state;
    second_taker other = { .ledger = NULL };
    for (int64_t hour = -5; hour < 0; hour++) {
        bench_add_usage(hour, 1);
    }
    const ent_ledger_claim claim = bench_claim("first");
    assert_int_equal(
        ent_ledger_take(
            bench.ledger, &claim, 3, freeze_and_let_another_take, keep, &other, NULL),
        ENTITLE_OK);
    assert_int_equal(other.count, 3);
    assert_string_equal(bench_state(), "sending=5");
    ent_ledger_close(other.ledger);
}

/* --- Below a ledger ----------------------------------------------------------------
 */

static void
a_restarted_server_is_found_again(void **state)
{
    (void)state;
    static const postgres_ending endings[] = { POSTGRES_FAST,
                                               POSTGRES_IMMEDIATE,
                                               POSTGRES_KILLED };
    for (size_t i = 0; i < 3; i++) {
        bench_add_usage(-1, 5);
        postgres_cluster_restart(&store_cluster, endings[i]);
        bench_add_usage(-1, 2);
    }
    assert_string_equal(bench_state(), "closed=21");
}

static void
ended_sessions_are_begun_anew(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        bench_add_usage(-1, 5);
        (void)postgres_cluster_ask(
            &store_cluster,
            "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity"
            " WHERE application_name = 'entitle'");
    }
    assert_int_equal(bench_take("a"), 1);
    assert_string_equal(bench_state(), "sending=15");
}

/* Somebody loads other rows below a ledger that is open, with numbers given anew. */
static void
numbers_of_keys_are_not_those_of_other_rows(void **state)
{
    (void)state;
    bench_add_usage(-1, 5);
    bench_add_usage(-1, 5);
    (void)postgres_cluster_ask(
        &store_cluster,
        "TRUNCATE entitle.usage_key, entitle.record, entitle.session RESTART IDENTITY;"
        "INSERT INTO entitle.usage_key"
        " (product_code, dimension, form, customer, license_arn, instance)"
        " VALUES ('stranger', 'stranger', 0, '', '', 'stranger')");
    bench_add_usage(-1, 2);
    assert_int_equal(bench_take("a"), 1);
    assert_string_equal(bench.taken[0].request, "requests -1=2");
}

/* Nothing of a commit that comes late holds once it has been looked up. */
static void
a_number_that_was_looked_up_is_not_committed(void **state)
{
    (void)state;
    bench_add_usage(-1, 5);
    (void)postgres_cluster_ask(
        &store_cluster,
        "DO $$ BEGIN UPDATE entitle.session SET number = CASE WHEN number < 1"
        " THEN 1 ELSE -1 END; RAISE 'it holds'; EXCEPTION WHEN check_violation THEN"
        " NULL; END $$");
    assert_string_equal(
        postgres_cluster_ask(&store_cluster, "SELECT min(number) FROM entitle.session"),
        "1");
}

/* --- Versions ----------------------------------------------------------------------
 */

static const struct {
    const char *name;
    const char *version;
    bool is_accepted;
} versions[] = {
    { "newer, and compatible", "version = 99, compatible_since = 1", true },
    { "newer, and not", "version = 99, compatible_since = 99", false },
};

static void
newer_tables_are_used_where_they_allow_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
        char sql[128];
        fake_runtime fake;
        ent_ledger *ledger = NULL;
        entitle_error error = { 0 };
        fake_runtime_init(&fake);
        (void)snprintf(
            sql, sizeof(sql), "UPDATE entitle.version SET %s", versions[i].version);
        (void)postgres_cluster_ask(&store_cluster, sql);
        entitle_status status = store_under_test.open(&fake, &ledger, &error);
        if ((status == ENTITLE_OK) != versions[i].is_accepted) {
            fail_msg("%s: %s", versions[i].name, error.message);
        }
        if (status != ENTITLE_OK) {
            assert_int_equal(status, ENTITLE_IO_ERROR);
            assert_non_null(strstr(error.message, "newer version of entitle"));
        }
        ent_ledger_close(ledger);
        assert_int_equal(fake.blocks_in_use, 0);
    }
}

static void
the_password_is_in_no_error(void **state)
{
    (void)state;
    static const char *const urls[] = {
        "postgresql://user:sesame@/usage?host=/nowhere",
        "postgresql://user:sesame@[bad/usage",
        "postgresql://user:open@sesame@localhost:1/usage",
        "postgresql://user:open/sesame@localhost:1/usage",
        "postgresql://user:open@a:sesame@localhost:1/usage",
        "postgresql://user:open@a/sesame@localhost:1/usage",
        "postgresql://user:1/sesame@localhost:1/usage",
        "postgresql://user:sesame@localhost:1/usage?sslmode=maybe",
    };
    for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
        fake_runtime fake;
        ent_ledger *ledger = NULL;
        entitle_error error = { 0 };
        fake_runtime_init(&fake);
        assert_int_not_equal(
            ent_ledger_open_postgres(&fake.runtime, urls[i], &ledger, &error),
            ENTITLE_OK);
        assert_null(strstr(error.message, "sesame"));
        assert_null(strstr(error.hint, "sesame"));
        assert_int_equal(fake.blocks_in_use, 0);
    }
}

#define ON_A_LEDGER(name)                                                              \
    cmocka_unit_test_setup_teardown(name, bench_setup, bench_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cut_before_any_message_nothing_is_lost_or_doubled),
        cmocka_unit_test(cut_after_any_message_nothing_is_lost_or_doubled),
        ON_A_LEDGER(two_that_take_at_once_never_get_the_same),
        ON_A_LEDGER(a_restarted_server_is_found_again),
        ON_A_LEDGER(ended_sessions_are_begun_anew),
        ON_A_LEDGER(numbers_of_keys_are_not_those_of_other_rows),
        ON_A_LEDGER(a_number_that_was_looked_up_is_not_committed),
        ON_A_LEDGER(newer_tables_are_used_where_they_allow_it),
        cmocka_unit_test(the_password_is_in_no_error),
    };
    postgres_store_start();
    cutting_proxy_start(&proxy, store_cluster.folder, ".s.PGSQL.5432");
    (void)snprintf(
        proxied_url,
        sizeof(proxied_url),
        "postgresql:///postgres?host=%s&user=postgres",
        proxy.folder);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    cutting_proxy_stop(&proxy);
    return failed;
}
