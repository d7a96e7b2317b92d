/* SPDX-License-Identifier: Apache-2.0 */
#include "http/broken_pipe.h"
#include "support/cmocka.h"

#include <errno.h>
#include <unistd.h>

static volatile sig_atomic_t caught;

static void catch (int number)
{
    (void)number;
    caught++;
}

static void
write_to_a_broken_pipe(void)
{
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    assert_int_equal(close(ends[0]), 0);
    assert_int_equal(write(ends[1], "x", 1), -1);
    assert_int_equal(errno, EPIPE);
    assert_int_equal(close(ends[1]), 0);
}

static bool
is_blocked(void)
{
    sigset_t mask;

    assert_int_equal(pthread_sigmask(SIG_BLOCK, NULL, &mask), 0);
    return sigismember(&mask, SIGPIPE) == 1;
}

static void
broken_pipe_is_held_from_the_program(void **state)
{
    const struct sigaction action = { .sa_handler = catch };
    ent_broken_pipe guard;

    (void)state;
    caught = 0;
    assert_int_equal(sigaction(SIGPIPE, &action, NULL), 0);
    ent_broken_pipe_hold(&guard);
    write_to_a_broken_pipe();
    ent_broken_pipe_release(&guard);
    assert_int_equal(caught, 0);
    assert_false(is_blocked());

    write_to_a_broken_pipe();
    assert_int_equal(caught, 1);
}

static void
broken_pipe_of_the_program_stays_pending(void **state)
{
    const struct sigaction action = { .sa_handler = catch };
    ent_broken_pipe own;
    ent_broken_pipe guard;

    (void)state;
    caught = 0;
    assert_int_equal(sigaction(SIGPIPE, &action, NULL), 0);
    ent_broken_pipe_hold(&own);
    write_to_a_broken_pipe();

    ent_broken_pipe_hold(&guard);
    write_to_a_broken_pipe();
    ent_broken_pipe_release(&guard);

    assert_true(is_blocked());
    assert_int_equal(pthread_sigmask(SIG_SETMASK, &own.mask_before, NULL), 0);
    assert_int_equal(caught, 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(broken_pipe_is_held_from_the_program),
        cmocka_unit_test(broken_pipe_of_the_program_stays_pending),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
