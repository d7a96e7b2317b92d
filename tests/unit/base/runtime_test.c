/* SPDX-License-Identifier: Apache-2.0 */
#include "base/deadline.h"
#include "base/options.h"
#include "base/random.h"
#include "base/runtime.h"
#include "support/cmocka.h"
#include "support/fake_runtime.h"

#include <string.h>

typedef struct old_options {
    size_t struct_size;
    int64_t known;
} old_options;

typedef struct new_options {
    size_t struct_size;
    int64_t known;
    int64_t added;
    int64_t added_later;
} new_options;

static void
options_from_an_older_header_are_filled_with_zero(void **state)
{
    const old_options old = { .struct_size = sizeof(old), .known = 7 };
    new_options copy;

    (void)state;
    assert_true(ent_options_copy(&copy, sizeof(copy), &old));
    assert_int_equal(copy.struct_size, sizeof(copy));
    assert_int_equal(copy.known, 7);
    assert_int_equal(copy.added, 0);
}

static void
options_from_a_newer_header_are_refused_when_they_ask_for_more(void **state)
{
    new_options newer = { .struct_size = sizeof(newer), .known = 7 };
    old_options copy;

    (void)state;
    assert_true(ent_options_copy(&copy, sizeof(copy), &newer));
    assert_int_equal(copy.known, 7);
    newer.added_later = 1;
    assert_false(ent_options_copy(&copy, sizeof(copy), &newer));
}

static void
options_without_a_size_are_refused(void **state)
{
    new_options options = { .struct_size = 0, .known = 7 };
    new_options copy;

    (void)state;
    assert_false(ent_options_copy(&copy, sizeof(copy), &options));
    options.struct_size = SIZE_MAX;
    assert_false(ent_options_copy(&copy, sizeof(copy), &options));
}

static void
runtime_is_complete_whatever_was_given(void **state)
{
    entitle_runtime runtime;
    const entitle_runtime empty = { .struct_size = sizeof(empty) };

    (void)state;
    assert_int_equal(ent_runtime_fill(&runtime, NULL, NULL), ENTITLE_OK);
    assert_non_null(runtime.allocate);
    assert_int_equal(ent_runtime_fill(&runtime, &empty, NULL), ENTITLE_OK);
    assert_non_null(runtime.reallocate);
    assert_non_null(runtime.interrupted);
    assert_false(runtime.interrupted(runtime.context));
    assert_true(ent_now_s(&runtime) > FAKE_NOW_S - 10 * 365 * 86400);
}

static void
runtime_takes_all_memory_functions_or_none(void **state)
{
    fake_runtime fake;
    entitle_runtime runtime;
    entitle_runtime given;

    (void)state;
    fake_runtime_init(&fake);
    given = fake.runtime;
    assert_int_equal(ent_runtime_fill(&runtime, &given, NULL), ENTITLE_OK);
    given.release = NULL;
    assert_int_equal(
        ent_runtime_fill(&runtime, &given, NULL), ENTITLE_INVALID_ARGUMENT);
    given = fake.runtime;
    given.allocate = NULL;
    assert_int_equal(
        ent_runtime_fill(&runtime, &given, NULL), ENTITLE_INVALID_ARGUMENT);
}

static void
quick_clock_is_never_ahead_and_little_behind(void **state)
{
    entitle_runtime runtime;

    (void)state;
    assert_int_equal(ent_runtime_fill(&runtime, NULL, NULL), ENTITLE_OK);
    int64_t lag_ms = ent_quick_lag_ms(&runtime);
    for (int i = 0; i < 1000; i++) {
        int64_t before_ms;
        int64_t quick_ms;
        /* Where the machine stood still for a moment, the tick is yet to come. */
        do {
            before_ms = runtime.monotonic_ms(runtime.context);
            quick_ms = ent_quick_ms(&runtime);
            assert_true(quick_ms <= runtime.monotonic_ms(runtime.context));
        } while (before_ms - quick_ms > lag_ms);
    }
}

static void
quick_clock_is_the_callers_where_there_is_one(void **state)
{
    fake_runtime fake;

    (void)state;
    fake_runtime_init(&fake);
    fake.monotonic_ms = 4711;
    assert_int_equal(ent_quick_ms(&fake.runtime), 4711);
    assert_int_equal(ent_quick_lag_ms(&fake.runtime), 0);
}

static void
environment_does_not_tell_empty_from_unset(void **state)
{
    static const fake_variable variables[] = { { "SET", "x" },
                                               { "EMPTY", "" },
                                               { NULL, NULL } };
    fake_runtime fake;

    (void)state;
    fake_runtime_init(&fake);
    fake.variables = variables;
    assert_string_equal(ent_environment(&fake.runtime, "SET"), "x");
    assert_null(ent_environment(&fake.runtime, "EMPTY"));
    assert_null(ent_environment(&fake.runtime, "UNSET"));
}

static void
deadline_wait_ends_at_once_when_the_deadline_comes_first(void **state)
{
    fake_runtime fake;
    ent_deadline deadline;

    (void)state;
    fake_runtime_init(&fake);
    deadline = ent_deadline_in(&fake.runtime, 1000);
    assert_int_equal(ent_deadline_wait(&deadline, 999), ENTITLE_OK);
    assert_int_equal(fake.slept_ms, 999);
    assert_int_equal(ent_deadline_left_ms(&deadline), 1);
    assert_int_equal(ent_deadline_wait(&deadline, 1), ENTITLE_TIMEOUT);
    assert_int_equal(fake.slept_ms, 999);
}

/* "For ever" is a natural thing to ask for, and must not mean "at once". */
static void
deadline_never_wraps_around(void **state)
{
    fake_runtime fake;
    ent_deadline deadline;

    (void)state;
    fake_runtime_init(&fake);
    fake.monotonic_ms = 1000;
    deadline = ent_deadline_in(&fake.runtime, INT64_MAX);
    assert_true(ent_deadline_left_ms(&deadline) == INT64_MAX - 1000);
    deadline = ent_deadline_after(&fake.runtime, 400, INT64_MAX);
    assert_true(ent_deadline_left_ms(&deadline) == INT64_MAX - 1000);
    deadline = ent_deadline_after(&fake.runtime, 400, 700);
    assert_int_equal(ent_deadline_left_ms(&deadline), 100);
}

static void
deadline_wait_asks_whether_to_stop(void **state)
{
    fake_runtime fake;
    ent_deadline deadline;

    (void)state;
    fake_runtime_init(&fake);
    fake.interrupt_after = 3;
    deadline = ent_deadline_in(&fake.runtime, 60000);
    assert_int_equal(ent_deadline_wait(&deadline, 10000), ENTITLE_INTERRUPTED);
    assert_true(fake.slept_ms <= 150);
}

static void
random_makes_nonces_and_uuids_that_differ(void **state)
{
    fake_runtime fake;
    char first[ENT_NONCE_SIZE];
    char second[ENT_NONCE_SIZE];
    char uuid[ENT_UUID_SIZE];
    double fraction;

    (void)state;
    fake_runtime_init(&fake);
    assert_true(ent_random_nonce(&fake.runtime, first));
    assert_true(ent_random_nonce(&fake.runtime, second));
    assert_int_equal(strlen(first), 43);
    assert_string_not_equal(first, second);
    assert_true(ent_random_uuid(&fake.runtime, uuid));
    assert_int_equal(strlen(uuid), 36);
    assert_int_equal(uuid[14], '4');
    assert_non_null(strchr("89ab", uuid[19]));
    for (int i = 0; i < 1000; i++) {
        assert_true(ent_random_fraction(&fake.runtime, &fraction));
        assert_true(fraction >= 0 && fraction < 1);
    }
}

static void
random_fails_when_its_source_fails(void **state)
{
    fake_runtime fake;
    char nonce[ENT_NONCE_SIZE];
    char uuid[ENT_UUID_SIZE];
    double fraction;

    (void)state;
    fake_runtime_init(&fake);
    fake.random_fails = true;
    assert_false(ent_random_nonce(&fake.runtime, nonce));
    assert_false(ent_random_uuid(&fake.runtime, uuid));
    assert_false(ent_random_fraction(&fake.runtime, &fraction));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_from_an_older_header_are_filled_with_zero),
        cmocka_unit_test(
            options_from_a_newer_header_are_refused_when_they_ask_for_more),
        cmocka_unit_test(options_without_a_size_are_refused),
        cmocka_unit_test(runtime_is_complete_whatever_was_given),
        cmocka_unit_test(runtime_takes_all_memory_functions_or_none),
        cmocka_unit_test(quick_clock_is_never_ahead_and_little_behind),
        cmocka_unit_test(quick_clock_is_the_callers_where_there_is_one),
        cmocka_unit_test(environment_does_not_tell_empty_from_unset),
        cmocka_unit_test(deadline_wait_ends_at_once_when_the_deadline_comes_first),
        cmocka_unit_test(deadline_never_wraps_around),
        cmocka_unit_test(deadline_wait_asks_whether_to_stop),
        cmocka_unit_test(random_makes_nonces_and_uuids_that_differ),
        cmocka_unit_test(random_fails_when_its_source_fails),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
