/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program that is asked for credentials and has to be stopped. It may run as another
 * user, who does not let it be killed (EPERM): then it is left, and nothing waits for
 * it.
 */
/* For flock(). */
#define _DEFAULT_SOURCE

#include "aws/child_process.h"
#include "failing_calls.h"
#include "support/cmocka.h"
#include "surroundings.h"
#include "sweep.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LEFT_MS = 60000, OUTPUT_LIMIT = 64 };

static char folder[64];
static char path[96];
static int held; /* while it is open, whoever wants this lock waits */
static ent_buffer output;
static ent_buffer complaint;

static void
prepare(void)
{
    surroundings_begin();
    surroundings.interrupt_after = 0;
    held = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_true(held >= 0);
    assert_int_equal(flock(held, LOCK_EX), 0);
    ent_buffer_init(&output, &surroundings.runtime, OUTPUT_LIMIT);
    ent_buffer_init(&complaint, &surroundings.runtime, OUTPUT_LIMIT);
}

static entitle_status
run_and_interrupt(entitle_error *error)
{
    char program[] = "flock";
    char then[] = "true";
    char *words[] = { program, path, then, NULL };
    ent_deadline deadline = ent_deadline_in(&surroundings.runtime, LEFT_MS);
    entitle_error cause = *error;
    int exit_status = 0;
    entitle_status status = ent_child_process_run(
        words, &deadline, &output, &complaint, &exit_status, &cause);

    if (status == ENTITLE_INTERRUPTED) {
        return ENTITLE_OK;
    }
    if (status == ENTITLE_OK) {
        assert_string_equal(failing_calls_culprit(), "waitpid"); /* it has ended */
        return ENTITLE_OK;
    }
    /* Only whoever has the program's name can give a hint. */
    (void)snprintf(cause.hint, sizeof(cause.hint), "as the caller says");
    *error = cause;
    return status;
}

/* What is left ends now, and is no child of the next run. */
static void
clear(void)
{
    assert_int_equal(close(held), 0);
    ent_buffer_clear(&output);
    ent_buffer_clear(&complaint);
    while (waitpid(-1, NULL, 0) > 0 || errno == EINTR) {
    }
}

/* For one that would never end that is for ever. */
static void
one_that_may_not_be_killed_is_left(void **state)
{
    entitle_error error;

    (void)state;
    prepare();
    failing_calls_begin_of("kill");
    entitle_status status = run_and_interrupt(&error);
    assert_true(failing_calls_end() > 0);
    assert_int_equal(status, ENTITLE_OK);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), 0); /* it still runs */
    clear();
}

static const fault_scenario scenarios[] = {
    { "stop", prepare, run_and_interrupt, NULL, clear, FAULT_NONE_WITHIN },
};

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_may_not_be_killed_is_left),
    };

    failing_children_need_an_end = true;
    surroundings_make_folder(folder, sizeof(folder));
    (void)snprintf(path, sizeof(path), "%s/held", folder);
    int status = FAULT_SWEEP("process", scenarios);
    status += cmocka_run_group_tests(tests, NULL, NULL);
    (void)unlink(path);
    (void)rmdir(folder);
    return status;
}
