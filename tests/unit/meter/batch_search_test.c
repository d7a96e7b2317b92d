/* SPDX-License-Identifier: Apache-2.0 */
#include "meter/batch_search.h"
#include "support/cmocka.h"

enum { LIMIT = 25, EXTRA_CALLS_FOR_ONE = 6 };

/*
 * Searches a batch of `count` records as AWS would answer: refused is whatever holds
 * one of `culprits`. Checks that each record is decided once and rightly; returns how
 * many calls it took after the first.
 */
static size_t
search(size_t count, uint32_t culprits)
{
    const uint32_t all = (1u << count) - 1;
    ent_batch_search state;
    uint32_t found = ent_batch_search_begin(&state, all);
    uint32_t accepted = 0;
    uint32_t asked = 0;
    size_t calls = 0;

    while ((asked = ent_batch_search_next(&state)) != 0) {
        bool was_refused = (asked & culprits) != 0;
        assert_int_equal(asked & ~all, 0);
        assert_int_equal(asked & (accepted | found), 0);
        accepted |= was_refused ? 0 : asked;
        found |= ent_batch_search_tell(&state, was_refused);
        calls++;
        assert_true(calls <= 2 * LIMIT);
    }
    assert_int_equal(found, culprits);
    assert_int_equal(accepted, all & ~culprits);
    assert_int_equal(state.undecided, 0);
    return calls;
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
    assert_int_equal(ent_batch_search_begin(&two, 3), 0);
    assert_int_equal(ent_batch_search_next(&two), 1);
    assert_int_equal(ent_batch_search_tell(&two, false), 2);
    assert_int_equal(ent_batch_search_next(&two), 0);
}

static void
a_record_alone_is_its_own_culprit(void **state)
{
    ent_batch_search one;
    (void)state;
    assert_int_equal(ent_batch_search_begin(&one, 8), 8);
    assert_int_equal(ent_batch_search_next(&one), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_culprit_takes_six_calls_wherever_it_is),
        cmocka_unit_test(two_culprits_take_twice_as_many),
        cmocka_unit_test(any_culprits_of_a_small_batch_are_told_apart),
        cmocka_unit_test(a_batch_of_culprits_is_not_searched_for_ever),
        cmocka_unit_test(the_last_suspect_is_not_asked),
        cmocka_unit_test(a_record_alone_is_its_own_culprit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
