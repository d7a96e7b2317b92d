/* SPDX-License-Identifier: Apache-2.0 */
#include "meter/sender_lock.h"
#include "support/cmocka.h"
#include "support/fake_runtime.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static fake_runtime fake;
static char directory[64];
static char ledger[96];

static int
set_up(void **state)
{
    (void)state;
    fake_runtime_init(&fake);
    (void)snprintf(directory, sizeof(directory), "/tmp/lock-test-XXXXXX");
    assert_non_null(mkdtemp(directory));
    (void)snprintf(ledger, sizeof(ledger), "%s/usage.db", directory);
    return 0;
}

static int
tear_down(void **state)
{
    char name[128];
    (void)state;
    (void)snprintf(name, sizeof(name), "%s.sender", ledger);
    (void)unlink(name);
    return rmdir(directory);
}

static entitle_status
take(ent_sender_lock *lock)
{
    entitle_error error = { 0 };
    return ent_sender_lock_take(&fake.runtime, ledger, lock, &error);
}

static void
one_waits_for_the_other_in_the_same_process_too(void **state)
{
    ent_sender_lock first;
    ent_sender_lock second;
    (void)state;
    assert_int_equal(take(&first), ENTITLE_OK);
    fake.interrupt_after = 3;
    assert_int_equal(take(&second), ENTITLE_INTERRUPTED);
    assert_in_range(fake.slept_ms, 1, 1000);

    ent_sender_lock_release(&first);
    assert_int_equal(take(&second), ENTITLE_OK);
    ent_sender_lock_release(&second);
}

/* A child that has the lock until it is killed. */
static pid_t
start_holder(void)
{
    int ready[2];
    char byte = 0;
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        ent_sender_lock lock;
        byte = take(&lock) == ENTITLE_OK ? 'y' : 'n';
        (void)!write(ready[1], &byte, 1);
        for (;;) {
            (void)pause();
        }
    }
    assert_true(child > 0);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    close(ready[1]);
    assert_int_equal(byte, 'y');
    return child;
}

static void
the_kernel_ends_the_lock_of_a_killed_process(void **state)
{
    ent_sender_lock lock;
    (void)state;
    pid_t child = start_holder();
    fake.interrupt_after = 3;
    assert_int_equal(take(&lock), ENTITLE_INTERRUPTED);

    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(take(&lock), ENTITLE_OK);
    ent_sender_lock_release(&lock);
}

static void
a_folder_that_is_not_there_is_told(void **state)
{
    ent_sender_lock lock;
    entitle_error error = { 0 };
    (void)state;
    assert_int_equal(
        ent_sender_lock_take(&fake.runtime, "/nowhere/usage.db", &lock, &error),
        ENTITLE_IO_ERROR);
    assert_non_null(strstr(error.message, "/nowhere/usage.db.sender"));
    ent_sender_lock_release(&lock); /* of nothing */
}

#define LOCK(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        LOCK(one_waits_for_the_other_in_the_same_process_too),
        LOCK(the_kernel_ends_the_lock_of_a_killed_process),
        LOCK(a_folder_that_is_not_there_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
