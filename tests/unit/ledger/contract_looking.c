/* SPDX-License-Identifier: Apache-2.0 */
#include "contract.h"
#include "support/cmocka.h"

/* What can be asked, and what is forgotten. */

enum { HOUR = ENT_LEDGER_HOUR_S };

static void
expect_oldest(bool want_any, int64_t want_hour)
{
    bool any = !want_any;
    int64_t hour_s = 0;

    assert_int_equal(
        ent_ledger_oldest_unsent(bench.ledger, &any, &hour_s, NULL), ENTITLE_OK);
    assert_int_equal(any, want_any);
    if (any) {
        assert_int_equal(hour_s, BENCH_HOUR + want_hour * HOUR);
    }
}

/* What is under way may not have come there. */
static void
the_oldest_unsent_hour_is_known(void **state)
{
    (void)state;
    expect_oldest(false, 0);
    bench_add_usage(-3, 1);
    bench_add_usage(-1, 1);
    expect_oldest(true, -3);
    assert_int_equal(bench_take("a"), 2);
    expect_oldest(true, -3);
    bench_settle(0, "a", ENT_SETTLED_ACCEPTED);
    expect_oldest(true, -1);
    bench_settle(1, "a", ENT_SETTLED_REJECTED);
    expect_oldest(false, 0);
}

static bool
count_and_stop(void *context, const ent_ledger_record *record)
{
    (void)record;
    ++*(size_t *)context;
    return false;
}

static bool
count_sums_and_stop(
    void *context, const ent_usage_key *key, const ent_usage_sums *units)
{
    (void)key;
    (void)units;
    ++*(size_t *)context;
    return false;
}

static void
whoever_has_seen_enough_stops(void **state)
{
    (void)state;
    size_t count = 0;
    ent_usage_event other = bench_event(-1, 1);
    other.key.dimension = "gigabytes";
    bench_add(&other);
    for (int64_t hour = -9; hour < 0; hour++) {
        bench_add_usage(hour, 1);
    }
    for (ent_usage_state which = ENT_USAGE_CLOSED; which <= ENT_USAGE_STATE_COUNT;
         which += ENT_USAGE_STATE_COUNT - ENT_USAGE_CLOSED) {
        count = 0;
        assert_int_equal(
            ent_ledger_list(
                bench.ledger, which, bench.now_s, count_and_stop, &count, NULL),
            ENTITLE_OK);
        assert_int_equal(count, 1);
    }
    count = 0;
    assert_int_equal(
        ent_ledger_sums(bench.ledger, bench.now_s, count_sums_and_stop, &count, NULL),
        ENTITLE_OK);
    assert_int_equal(count, 1);
    assert_string_equal(bench_state(), "closed=10");
}

static void
pruning_forgets_records_and_keeps_sums(void **state)
{
    (void)state;
    size_t count = 0;
    ent_usage_event event = bench_event(-3, 5);
    event.id = "order-1";
    bench_add(&event);
    bench_add_usage(-2, 3);
    bench_add_usage(-1, 1);
    assert_int_equal(bench_take("a"), 3);
    bench_settle(0, "a", ENT_SETTLED_ACCEPTED);
    bench_settle(1, "a", ENT_SETTLED_ACCEPTED);
    bench_settle(2, "a", ENT_SETTLED_REJECTED);
    assert_int_equal(
        ent_ledger_prune(bench.ledger, BENCH_HOUR - 2 * HOUR, &count, NULL),
        ENTITLE_OK);
    assert_int_equal(count, 1);
    assert_string_equal(bench_list(ENT_USAGE_STATE_COUNT), "-2:3 -1:1 ");
    assert_int_equal(
        ent_ledger_prune(bench.ledger, BENCH_HOUR, &count, NULL), ENTITLE_OK);
    assert_int_equal(count, 1); /* what was refused stays, for someone to see */
    assert_string_equal(bench_state(), "accepted=8 rejected=1");
}

static void
pruning_forgets_ids_of_before(void **state)
{
    (void)state;
    size_t count = 9;
    ent_usage_event events[] = { bench_event(-3, 5), bench_event(-3, 1) };
    ent_usage_group group = { .events = events, .count = 2 };
    events[0].id = "order-1";
    events[1].id = "order-2";
    events[1].at_s += 1;
    assert_int_equal(
        ent_ledger_add(bench.ledger, &group, 1, bench.now_s, NULL), ENTITLE_OK);
    assert_int_equal(
        ent_ledger_prune(bench.ledger, events[1].at_s, &count, NULL), ENTITLE_OK);
    assert_int_equal(count, 0);
    assert_int_equal(
        ent_ledger_add(bench.ledger, &group, 1, bench.now_s, NULL), ENTITLE_OK);
    assert_int_equal(group.counted, 1);
    assert_string_equal(bench_state(), "closed=11");
}

int
contract_of_looking(void)
{
    const struct CMUnitTest clauses[] = {
        CLAUSE(the_oldest_unsent_hour_is_known),
        CLAUSE(whoever_has_seen_enough_stops),
        CLAUSE(pruning_forgets_records_and_keeps_sums),
        CLAUSE(pruning_forgets_ids_of_before),
    };
    return cmocka_run_group_tests(clauses, NULL, NULL);
}
