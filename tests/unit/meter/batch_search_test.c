/* SPDX-License-Identifier: Apache-2.0 */
#include "meter/batch_search.h"
#include "support/cmocka.h"

enum { LIMIT = 25, EXTRA_CALLS_FOR_ONE = 6, AND_ALONE = 7 };

/*
 * Searches a batch of `count` records as AWS would answer: refused is whatever holds
 * one of `culprits`. Checks that each record is decided once and rightly, and, where
 * culprits have to, was refused alone; returns how many calls it took after the first.
 */
static size_t
search_for(size_t count, uint32_t culprits, bool stands_alone)
{
    const uint32_t all = (1u << count) - 1;
    ent_batch_search state;
    uint32_t found = ent_batch_search_begin(&state, all, stands_alone);
    uint32_t accepted = 0;
    uint32_t asked = 0;
    size_t calls = 0;

    while ((asked = ent_batch_search_next(&state)) != 0) {
        bool was_refused = (asked & culprits) != 0;
        assert_int_equal(asked & ~all, 0);
        assert_int_equal(asked & (accepted | found), 0);
        accepted |= was_refused ? 0 : asked;
        uint32_t culprit = was_refused ? ent_batch_search_refuse(&state, stands_alone)
                                       : ent_batch_search_accept(&state);
        assert_true(!stands_alone || culprit == 0 || (was_refused && culprit == asked));
        found |= culprit;
        calls++;
        assert_true(calls <= 2 * LIMIT);
    }
    assert_int_equal(found, culprits);
    assert_int_equal(accepted, all & ~culprits);
    assert_int_equal(state.undecided, 0);
    return calls;
}

static size_t
search(size_t count, uint32_t culprits)
{
    return search_for(count, culprits, false);
}

static void
one_culprit_takes_six_calls_wherever_it_is(void **state)
{
    (void)state;
    for (size_t count = 1; count <= LIMIT; count++) {
        for (size_t i = 0; i < count; i++) {
            assert_true(search(count, 1u << i) <= EXTRA_CALLS_FOR_ONE);
        }
    }
}

/* For 25 there is no plan of fewer calls. */
static void
to_refuse_it_alone_takes_one_call_more(void **state)
{
    size_t most = 0;
    (void)state;
    for (size_t count = 1; count <= LIMIT; count++) {
        for (size_t i = 0; i < count; i++) {
            size_t calls = search_for(count, 1u << i, true);
            most = calls > most ? calls : most;
        }
    }
    assert_int_equal(most, AND_ALONE);
}

static void
two_culprits_take_twice_as_many(void **state)
{
    (void)state;
    for (size_t i = 0; i < LIMIT; i++) {
        for (size_t other = 0; other < i; other++) {
            assert_true(
                search(LIMIT, 1u << i | 1u << other) <= 2 * EXTRA_CALLS_FOR_ONE);
        }
    }
}

static void
any_culprits_of_a_small_batch_are_told_apart(void **state)
{
    enum { SMALL = 10 };
    (void)state;
    for (uint32_t culprits = 1; culprits < 1u << SMALL; culprits++) {
        (void)search(SMALL, culprits);
        (void)search_for(SMALL, culprits, true);
    }
}

/* No more calls than three searches, and then one for each. */
static void
a_batch_of_culprits_is_not_searched_for_ever(void **state)
{
    const size_t most = 3 * EXTRA_CALLS_FOR_ONE + LIMIT - 3;
    uint32_t random = 12345;
    (void)state;
    assert_true(search(LIMIT, (1u << LIMIT) - 1) <= most);
    for (int i = 0; i < 100000; i++) {
        random = random * 1664525u + 1013904223u;
        uint32_t culprits = random >> 7;
        if (culprits != 0) {
            assert_true(search(LIMIT, culprits) <= most);
        }
    }
}

/* What a refused set has left after its accepted part is not sent to be known. */
static void
the_last_suspect_is_not_asked(void **state)
{
    ent_batch_search two;
    (void)state;
    assert_int_equal(ent_batch_search_begin(&two, 3, false), 0);
    assert_int_equal(ent_batch_search_next(&two), 1);
    assert_int_equal(ent_batch_search_accept(&two), 2);
    assert_int_equal(ent_batch_search_next(&two), 0);
}

/* Of two, one was refused for what has been mended since: the other is none the worse.
 */
static void
who_must_stand_alone_may_be_accepted(void **state)
{
    ent_batch_search two;
    (void)state;
    assert_int_equal(ent_batch_search_begin(&two, 3, true), 0);
    assert_int_equal(ent_batch_search_next(&two), 1);
    assert_int_equal(ent_batch_search_accept(&two), 0);
    assert_int_equal(ent_batch_search_next(&two), 2);
    assert_int_equal(ent_batch_search_accept(&two), 0);
    assert_int_equal(ent_batch_search_next(&two), 0);
}

/* What a set was refused for last decides. */
static void
the_last_refusal_tells_who_must_stand_alone(void **state)
{
    ent_batch_search four;
    (void)state;
    assert_int_equal(ent_batch_search_begin(&four, 15, true), 0);
    assert_int_equal(ent_batch_search_next(&four), 3);
    assert_int_equal(ent_batch_search_refuse(&four, false), 0);
    assert_int_equal(ent_batch_search_next(&four), 1);
    assert_int_equal(ent_batch_search_accept(&four), 2);
    assert_int_equal(ent_batch_search_next(&four), 12);
}

static void
a_record_alone_is_its_own_culprit(void **state)
{
    ent_batch_search one;
    (void)state;
    assert_int_equal(ent_batch_search_begin(&one, 8, true), 8);
    assert_int_equal(ent_batch_search_next(&one), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_culprit_takes_six_calls_wherever_it_is),
        cmocka_unit_test(to_refuse_it_alone_takes_one_call_more),
        cmocka_unit_test(two_culprits_take_twice_as_many),
        cmocka_unit_test(any_culprits_of_a_small_batch_are_told_apart),
        cmocka_unit_test(a_batch_of_culprits_is_not_searched_for_ever),
        cmocka_unit_test(the_last_suspect_is_not_asked),
        cmocka_unit_test(who_must_stand_alone_may_be_accepted),
        cmocka_unit_test(the_last_refusal_tells_who_must_stand_alone),
        cmocka_unit_test(a_record_alone_is_its_own_culprit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
