/* SPDX-License-Identifier: Apache-2.0 */
#include "contract.h"
#include "support/cmocka.h"

#include <string.h>

/* Hours without usage, and instances that are no more. */

enum { HOUR = ENT_LEDGER_HOUR_S };

/* --- Hours without usage ---------------------------------------------------------- */

static size_t
beat(int64_t first, int64_t last, int64_t quantity)
{
    const ent_ledger_heartbeat beat = {
        .instance = "pod-1",
        .first_hour_s = BENCH_HOUR + first * HOUR,
        .last_hour_s = BENCH_HOUR + last * HOUR,
        .quantity = quantity,
    };
    size_t count = 99;
    assert_int_equal(
        ent_ledger_fill_hours(bench.ledger, &beat, &count, NULL), ENTITLE_OK);
    return count;
}

static void
hours_since_the_first_use_are_filled_once(void **state)
{
    (void)state;
    bench_add_usage(-4, 5);
    bench_add_usage(-2, 3);
    assert_int_equal(beat(-6, -1, 1), 2);
    assert_string_equal(bench_list(ENT_USAGE_STATE_COUNT), "-4:5 -3:1 -2:3 -1:1 ");
    assert_string_equal(bench_state(), "closed=10");

    bench_reopen();
    assert_int_equal(beat(-6, -1, 1), 0);
    assert_int_equal(bench_take("a"), 4);
    assert_int_equal(beat(-6, -1, 1), 0); /* on their way */
    for (size_t i = 0; i < 4; i++) {
        bench_settle(i, "a", i == 3 ? ENT_SETTLED_REJECTED : ENT_SETTLED_ACCEPTED);
    }
    assert_int_equal(beat(-6, -1, 1), 0); /* there, or refused */
    assert_int_equal(beat(-6, 0, 0), 1);
    assert_string_equal(bench_state(), "accepted=9 rejected=1");
}

/* Another has used it: what was counted before is no use of the second's. */
static void
what_counted_before_fills_no_hours(void **state)
{
    ent_usage_event event = bench_event(-4, 5);
    ent_usage_group group = { .events = &event, .count = 1 };
    (void)state;
    event.id = "job-17";
    event.key.instance = "pod-2";
    bench_add(&event);
    event.key.instance = "pod-1";
    assert_int_equal(
        ent_ledger_add(bench.ledger, &group, 1, bench.now_s, NULL), ENTITLE_OK);
    assert_int_equal(group.counted, 0);
    assert_int_equal(beat(-6, -1, 1), 0);
    assert_string_equal(bench_state(), "closed=5");
}

static void
filled_hours_are_the_instances_own(void **state)
{
    (void)state;
    ent_usage_event others[] = { bench_event(-3, 1), bench_event(-3, 2) };
    others[0].key.instance = "pod-2";
    others[1].key.form = ENT_CUSTOMER_IDENTIFIER;
    others[1].key.customer = "cust-1";
    others[1].key.instance = "";
    bench_add(&others[0]);
    bench_add(&others[1]);
    assert_int_equal(beat(-3, -1, 0), 0);

    ent_usage_event own[] = { bench_event(-3, 4), bench_event(-2, 4) };
    own[1].key.dimension = "gigabytes";
    bench_add(&own[0]);
    bench_add(&own[1]);
    assert_int_equal(beat(-3, -1, 0), 3);
}

static void
a_dimension_whose_records_were_pruned_is_still_filled(void **state)
{
    (void)state;
    size_t count = 0;
    bench_add_usage(-30, 5);
    assert_int_equal(bench_take("a"), 1);
    bench_settle(0, "a", ENT_SETTLED_ACCEPTED);
    assert_int_equal(
        ent_ledger_prune(bench.ledger, BENCH_HOUR - 6 * HOUR, &count, NULL),
        ENTITLE_OK);
    assert_int_equal(beat(-2, -1, 0), 2);
}

/* --- Instances -------------------------------------------------------------------- */

static size_t
adopt(const char *instance)
{
    size_t count = 99;
    assert_int_equal(
        ent_ledger_adopt(bench.ledger, instance, bench.now_s, 900, &count, NULL),
        ENTITLE_OK);
    return count;
}

static void
usage_of_the_dead_is_adopted_once_after_their_lease(void **state)
{
    (void)state;
    bench_add_usage(-1, 5);
    bench_add_usage(0, 2);
    bench.now_s += 899;
    assert_int_equal(adopt("pod-2"), 0);
    bench.now_s += 1;
    assert_int_equal(adopt("pod-2"), 2);
    assert_int_equal(adopt("pod-3"), 0);
    assert_int_equal(adopt("pod-1"), 0);
    assert_string_equal(bench_state(), "open=7");

    bench_move_to_hour(1);
    ent_ledger_claim claim = bench_claim("a");
    assert_int_equal(bench_take_as(&claim), 0);
    claim.instance = "pod-2";
    assert_int_equal(bench_take_as(&claim), 1);
    assert_string_equal(bench.taken[0].request, "requests 0=7");
}

/* Whichever product it is of, and whatever its customers have used beside it. */
static void
usage_of_an_instance_is_found_among_that_of_customers(void **state)
{
    (void)state;
    static const char *const products[] = { "aaa", "mmm", "zzz" };
    ent_usage_event own = bench_event(-1, 5);

    for (size_t i = 0; i < 3; i++) {
        ent_usage_event event = bench_event(-1, 1);
        event.key.product_code = products[i];
        event.key.form = ENT_CUSTOMER_IDENTIFIER;
        event.key.customer = "cust-1";
        event.key.instance = "";
        bench_add(&event);
    }
    ent_ledger_claim claim = bench_claim("a");
    claim.with_customers = false;
    assert_int_equal(bench_take_as(&claim), 0);
    assert_int_equal(adopt("pod-2"), 0);

    own.key.product_code = "mmm";
    bench_add(&own);
    bench.now_s += 900;
    assert_int_equal(adopt("pod-2"), 1);
    bench_move_to_hour(1);
    claim.now_s = bench.now_s;
    claim.instance = "pod-2";
    assert_int_equal(bench_take_as(&claim), 1);
}

static void
the_living_keep_their_own(void **state)
{
    (void)state;
    bench_add_usage(-1, 5);
    bench.now_s += 890;
    assert_int_equal(adopt("pod-1"), 0);
    bench.now_s += 890;
    assert_int_equal(adopt("pod-2"), 0);
    assert_int_equal(bench_take("a"), 1);
}

static void
an_instance_that_adds_keeps_its_own(void **state)
{
    static const int64_t pauses_s[] = { 1, 449, 450, 600, 899, 900, 1350, 1800 };
    (void)state;
    for (size_t i = 0; i < sizeof(pauses_s) / sizeof(pauses_s[0]); i++) {
        bench_teardown(NULL);
        bench_setup(NULL);
        bench_add_usage(0, 1);
        bench.now_s += pauses_s[i];
        bench_add_usage(0, 1);
        /* It says so once in half a lease. */
        bench.now_s += pauses_s[i] < 450 ? 899 - pauses_s[i] : 899;
        assert_int_equal(adopt("pod-2"), 0);
        bench.now_s += 1;
        assert_int_equal(adopt("pod-2"), 1);
    }
}

/* What was refused has kept nobody alive; what counts after it does. */
static void
an_instance_that_was_refused_something_keeps_its_own(void **state)
{
    static char tags[ENT_LEDGER_TAG_BYTES_MAXIMUM + 1];
    ent_usage_event event = bench_event(0, 1);
    ent_usage_group group = { .events = &event, .count = 1 };
    (void)state;
    memset(tags, 'x', sizeof(tags) - 1);
    event.tags = tags;
    assert_int_equal(
        ent_ledger_add(bench.ledger, &group, 1, bench.now_s, NULL), ENTITLE_OK);
    assert_int_equal(group.refusal, ENT_REFUSED_TAGS);
    bench_add_usage(0, 1);
    assert_int_equal(adopt("pod-2"), 0);
}

static void
a_clock_that_is_set_back_ends_no_lease(void **state)
{
    (void)state;
    bench_add_usage(-1, 5);
    assert_int_equal(adopt("pod-1"), 0);
    bench.now_s -= 600;
    assert_int_equal(adopt("pod-1"), 0);
    bench.now_s += 600 + 899;
    assert_int_equal(adopt("pod-2"), 0);
    bench.now_s += 1;
    assert_int_equal(adopt("pod-2"), 1);
}

static void
what_the_dead_may_have_sent_is_lost(void **state)
{
    (void)state;
    bench_add_usage(-1, 5);
    bench_add_usage(0, 2);
    assert_int_equal(bench_take("a"), 1);
    bench.now_s += 900;
    assert_int_equal(adopt("pod-2"), 2);
    assert_string_equal(bench_state(), "open=2 lost=5");
}

static void
usage_of_customers_is_nobodys_to_adopt(void **state)
{
    (void)state;
    ent_usage_event event = bench_event(-1, 5);
    event.key.form = ENT_CUSTOMER_IDENTIFIER;
    event.key.customer = "cust-1";
    event.key.instance = "";
    bench_add(&event);
    bench.now_s += 100000;
    assert_int_equal(adopt("pod-2"), 0);
}

int
contract_of_upkeep(void)
{
    const struct CMUnitTest clauses[] = {
        CLAUSE(hours_since_the_first_use_are_filled_once),
        CLAUSE(what_counted_before_fills_no_hours),
        CLAUSE(filled_hours_are_the_instances_own),
        CLAUSE(a_dimension_whose_records_were_pruned_is_still_filled),
        CLAUSE(usage_of_the_dead_is_adopted_once_after_their_lease),
        CLAUSE(the_living_keep_their_own),
        CLAUSE(usage_of_an_instance_is_found_among_that_of_customers),
        CLAUSE(an_instance_that_adds_keeps_its_own),
        CLAUSE(an_instance_that_was_refused_something_keeps_its_own),
        CLAUSE(a_clock_that_is_set_back_ends_no_lease),
        CLAUSE(what_the_dead_may_have_sent_is_lost),
        CLAUSE(usage_of_customers_is_nobodys_to_adopt),
    };
    return cmocka_run_group_tests(clauses, NULL, NULL);
}
