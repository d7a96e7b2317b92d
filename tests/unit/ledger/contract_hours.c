/* SPDX-License-Identifier: Apache-2.0 */
#include "contract.h"
#include "support/cmocka.h"

#include <string.h>

/* Which hour usage belongs to, and what becomes of what comes late. */

enum { HOUR = ENT_LEDGER_HOUR_S };

/* How many records of an instance were too old, and have been carried or dropped. */
static size_t
expire(int64_t before_s, bool is_dropped)
{
    size_t count = 0;

    assert_int_equal(
        ent_ledger_expire(
            bench.ledger, false, before_s, is_dropped, bench.now_s, &count, NULL),
        ENTITLE_OK);
    return count;
}

static void
usage_of_a_sent_hour_goes_to_the_running_one(void **state)
{
    (void)state;
    bench_add_usage(-2, 5);
    assert_int_equal(bench_take("a"), 1);
    bench_add_usage(-2, 3); /* on its way */
    bench_settle(0, "a", ENT_SETTLED_ACCEPTED);
    bench_add_usage(-2, 4); /* there */
    assert_string_equal(
        bench_list(ENT_USAGE_OPEN), "0:7[{\"hour\":1795284000,\"quantity\":7}] ");
    assert_string_equal(bench_state(), "open=7 accepted=5");
}

static void
usage_of_an_hour_not_sent_yet_stays_there(void **state)
{
    (void)state;
    bench_add_usage(-2, 5);
    bench_add_usage(-2, 3);
    assert_string_equal(bench_list(ENT_USAGE_CLOSED), "-2:8 ");
}

static void
the_running_hour_is_sent_early_only_when_final(void **state)
{
    (void)state;
    bench_add_usage(0, 5);
    ent_ledger_claim claim = bench_claim("a");
    claim.now_s = BENCH_HOUR + HOUR - 1;
    assert_int_equal(bench_take_as(&claim), 0);
    claim.is_final = true;
    assert_int_equal(bench_take_as(&claim), 1);
    bench_settle(0, "a", ENT_SETTLED_ACCEPTED);

    bench_add_usage(0, 2);
    assert_string_equal(
        bench_list(ENT_USAGE_OPEN), "1:2[{\"hour\":1795291200,\"quantity\":2}] ");
}

static void
an_hour_is_due_when_it_is_over(void **state)
{
    (void)state;
    bench_add_usage(0, 5);
    bench.now_s = BENCH_HOUR + HOUR - 1;
    assert_string_equal(bench_list(ENT_USAGE_OPEN), "0:5 ");
    assert_string_equal(bench_list(ENT_USAGE_CLOSED), "");
    assert_int_equal(bench_take("a"), 0);
    bench.now_s = BENCH_HOUR + HOUR;
    assert_string_equal(bench_list(ENT_USAGE_OPEN), "");
    assert_string_equal(bench_list(ENT_USAGE_CLOSED), "0:5 ");
    assert_int_equal(bench_take("a"), 1);
}

static void
more_than_one_record_holds_is_split_over_hours(void **state)
{
    (void)state;
    enum { MAXIMUM = ENT_LEDGER_QUANTITY_MAXIMUM };
    ent_usage_event tagged = bench_event(-1, MAXIMUM);
    tagged.tags = "{\"t\":\"1\"}";
    bench_add(&tagged);
    bench_add_usage(-1, MAXIMUM);
    bench_add_usage(-1, 1);
    assert_int_equal(bench_take("a"), 1);
    assert_string_equal(
        bench.taken[0].request, "requests -1=2147483647 [{\"t\":\"1\"}]=2147483647");
    assert_string_equal(bench_state(), "open=2147483648 sending=2147483647");
    assert_string_equal(
        bench_list(ENT_USAGE_OPEN),
        "0:2147483648[{\"hour\":1795287600,\"quantity\":2147483648}] ");

    bench_move_to_hour(1);
    assert_int_equal(bench_take("b"), 2); /* the lease of "a" has ended */
    assert_string_equal(bench.taken[1].request, "requests 0=2147483647");
    assert_string_equal(bench_state(), "open=1 sending=4294967294");
}

/* No set of tags gives more than it has. */
static void
what_is_too_much_is_taken_from_several_sets_of_tags(void **state)
{
    (void)state;
    ent_usage_event few = bench_event(-1, 2);
    ent_usage_event many = bench_event(-1, ENT_LEDGER_QUANTITY_MAXIMUM);
    few.tags = "{\"t\":\"1\"}";
    many.tags = "{\"t\":\"2\"}";
    bench_add(&few);
    bench_add(&many);
    many.quantity = 3;
    bench_add(&many);
    assert_int_equal(bench_take("a"), 1);
    assert_string_equal(
        bench.taken[0].request, "requests -1=2147483647 [{\"t\":\"2\"}]=2147483647");
    bench_settle(0, "a", ENT_SETTLED_ACCEPTED);
    bench_move_to_hour(1);
    assert_int_equal(bench_take("a"), 1);
    assert_string_equal(
        bench.taken[0].request, "requests 0=5 [{\"t\":\"1\"}]=2 [{\"t\":\"2\"}]=3");
}

static void
carrying_moves_everything_to_the_open_hour(void **state)
{
    (void)state;
    ent_usage_event tagged = bench_event(-9, 4);
    tagged.tags = "{\"t\":\"1\"}";
    bench_add(&tagged);
    bench_add_usage(-9, 3);
    bench_add_usage(-1, 1);
    assert_int_equal(expire(BENCH_HOUR - 6 * HOUR, false), 1);
    assert_string_equal(
        bench_list(ENT_USAGE_STATE_COUNT),
        "-1:1 0:7[{\"hour\":1795258800,\"quantity\":7}] ");

    bench_move_to_hour(1);
    assert_int_equal(bench_take("a"), 2);
    assert_string_equal(bench.taken[1].request, "requests 0=7 [{\"t\":\"1\"}]=4 []=3");
}

static void
what_is_carried_twice_still_tells_its_first_hour(void **state)
{
    (void)state;
    bench_add_usage(-9, 7);
    assert_int_equal(expire(BENCH_HOUR - 6 * HOUR, false), 1);
    bench_add_usage(0, 1);
    bench_move_to_hour(9);
    assert_int_equal(expire(BENCH_HOUR + HOUR, false), 1);
    assert_string_equal(
        bench_list(ENT_USAGE_STATE_COUNT),
        "9:8[{\"hour\":1795258800,\"quantity\":7},{\"hour\":1795291200,\"quantity\":1}]"
        " ");
}

static void
what_is_carried_twice_has_one_link(void **state)
{
    (void)state;
    bench_add_usage(-9, 7);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(expire(bench.now_s - 6 * HOUR, false), 1);
        bench.now_s += 9 * HOUR;
    }
    assert_string_equal(
        bench_list(ENT_USAGE_STATE_COUNT),
        "9:7[{\"hour\":1795258800,\"quantity\":7}] ");
}

/* An hour whose record has no room for them sends them on to the next. */
static void
carried_tags_find_an_hour_with_room(void **state)
{
    enum { SIZE = 300 * 1024 };
    static char tags[3][SIZE];
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        memset(tags[i], 'x', SIZE - 1);
        tags[i][0] = (char)('a' + i);
        ent_usage_event event = bench_event(i < 2 ? 0 : -9, 1);
        event.tags = tags[i];
        bench_add(&event);
    }
    assert_int_equal(expire(BENCH_HOUR - 6 * HOUR, false), 1);
    assert_string_equal(
        bench_list(ENT_USAGE_STATE_COUNT),
        "0:2 1:1[{\"hour\":1795258800,\"quantity\":1}] ");
}

static void
dropping_counts_as_lost(void **state)
{
    (void)state;
    bench_add_usage(-9, 7);
    bench_add_usage(-6, 1); /* its neighbour: not too old */
    assert_int_equal(expire(BENCH_HOUR - 6 * HOUR, true), 1);
    assert_string_equal(bench_state(), "closed=1 lost=7");
}

static void
what_may_have_been_sent_is_lost_when_it_is_too_old(void **state)
{
    (void)state;
    bench_add_usage(-1, 7);
    assert_int_equal(bench_take("a"), 1);
    bench_move_to_hour(6);
    assert_int_equal(expire(BENCH_HOUR, false), 1);
    assert_string_equal(bench_state(), "lost=7");
}

int
contract_of_hours(void)
{
    const struct CMUnitTest clauses[] = {
        CLAUSE(usage_of_a_sent_hour_goes_to_the_running_one),
        CLAUSE(usage_of_an_hour_not_sent_yet_stays_there),
        CLAUSE(the_running_hour_is_sent_early_only_when_final),
        CLAUSE(an_hour_is_due_when_it_is_over),
        CLAUSE(more_than_one_record_holds_is_split_over_hours),
        CLAUSE(what_is_too_much_is_taken_from_several_sets_of_tags),
        CLAUSE(carrying_moves_everything_to_the_open_hour),
        CLAUSE(what_is_carried_twice_still_tells_its_first_hour),
        CLAUSE(what_is_carried_twice_has_one_link),
        CLAUSE(carried_tags_find_an_hour_with_room),
        CLAUSE(dropping_counts_as_lost),
        CLAUSE(what_may_have_been_sent_is_lost_when_it_is_too_old),
    };
    return cmocka_run_group_tests(clauses, NULL, NULL);
}
