/* SPDX-License-Identifier: Apache-2.0 */

/*
 * As in a container: process 1 of a PID namespace, a /dev of its own, an environment
 * that is nearly empty, a user without a name. Needs the right to make namespaces;
 * without it the tests are skipped, and say so.
 */
#include "cli/child.h"
#include "cli/market.h"
#include "support/cmocka.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

/* `script` gets the program as $0 and the observer as $1. */
static child_process
start_script(const char *script)
{
    const char *const arguments[] = { "/bin/sh", "-c",          script,
                                      CLI_PATH,  OBSERVER_PATH, NULL };
    const child_plan plan = {
        .arguments = arguments,
        .environment = the_market.environment,
    };

    return child_start(&plan);
}

static child_result
run_script(const char *script)
{
    child_process process = start_script(script);

    return child_wait(&process);
}

static void
skip_unless(const char *script)
{
    child_result result = run_script(script);
    int exit_status = result.exit_status;

    child_result_clear(&result);
    if (exit_status != 0) {
        print_message("SKIPPED: '%s' is not allowed here\n", script);
        skip();
    }
}

static void
run_hands_on_process_1(void **state)
{
    child_result result;

    (void)state;
    skip_unless("unshare -pf true");
    result = run_script("exec unshare -pf \"$0\" run -- \"$1\" 7");

    assert_int_equal(result.exit_status, 7);
    assert_memory_equal(result.out, "pid 1\n", 6);
    child_result_clear(&result);
}

/* The only child of `unshare`, which is process 1 in there, or 0 for now. */
static pid_t
child_of(pid_t parent)
{
    char path[96];
    char text[64] = "";
    FILE *file = NULL;

    (void)snprintf(
        path, sizeof(path), "/proc/%ld/task/%ld/children", (long)parent, (long)parent);
    file = fopen(path, "r");
    if (file != NULL) {
        (void)!fgets(text, sizeof(text), file);
        (void)fclose(file);
    }
    return (pid_t)strtol(text, NULL, 10);
}

/* For process 1 a signal without a handler does nothing at all. */
static void
process_1_ends_at_a_signal(void **state)
{
    int64_t give_up_ms = now_ms() + 5000;
    child_process process;
    child_result result;
    pid_t inner = 0;

    (void)state;
    skip_unless("unshare -pf true");
    market_control(
        &the_market,
        "PUT",
        "faults",
        "{\"faults\":[{\"operation\":\"*\",\"delay_ms\":3000}]}");
    process = start_script("exec unshare -pf \"$0\" run -- \"$1\" 7");
    while (inner == 0 && now_ms() < give_up_ms) {
        inner = child_of(process.pid);
    }
    assert_true(inner > 0);
    /* Again and again: the first ones may come before there is a handler. */
    while (child_of(process.pid) == inner && now_ms() < give_up_ms) {
        (void)kill(inner, SIGTERM);
    }
    result = child_wait(&process);

    assert_int_equal(result.exit_status, 143);
    assert_string_equal(result.out, "");
    child_result_clear(&result);
}

#define OWN_DEV "unshare -m sh -c 'mount -t tmpfs none /dev && "

static void
refusal_goes_into_the_termination_log(void **state)
{
    child_result result;

    (void)state;
    skip_unless(OWN_DEV "true'");
    market_control(&the_market, "PUT", "subscription", "{\"subscribed\":false}");
    result =
        run_script(OWN_DEV "yes older | head -c 8192 >/dev/termination-log; "
                           "\"$0\" run -- \"$1\" 0; status=$?; "
                           "cat /dev/termination-log; exit $status' \"$0\" \"$1\"");

    assert_int_equal(result.exit_status, EX_NOPERM);
    assert_null(strstr(result.out, "older"));
    assert_null(strstr(result.out, "entitle:"));
    assert_non_null(strchr(result.out, '\n'));
    /* The same sentence stands on standard error. */
    *strchr(result.out, '\n') = '\0';
    assert_true(strlen(result.out) > 20);
    assert_non_null(strstr(result.err, result.out));
    child_result_clear(&result);
}

/* It is not made where it is not, and nothing is written while all is well. */
static void
termination_log_is_left_alone(void **state)
{
    child_result absent;
    child_result entitled;

    (void)state;
    skip_unless(OWN_DEV "true'");
    entitled = run_script(OWN_DEV "echo old >/dev/termination-log; \"$0\" check --json "
                                  "&& cat /dev/termination-log' \"$0\"");
    market_control(&the_market, "PUT", "subscription", "{\"subscribed\":false}");
    absent = run_script(OWN_DEV "\"$0\" check; test ! -e /dev/termination-log' \"$0\"");

    assert_int_equal(entitled.exit_status, 0);
    assert_non_null(strstr(entitled.out, "}\nold\n"));
    assert_int_equal(absent.exit_status, 0);
    child_result_clear(&entitled);
    child_result_clear(&absent);
}

#define AS_NOBODY "setpriv --reuid 12345 --regid 12345 --clear-groups "

/* Any user, without a name or a home. */
static void
run_needs_no_rights(void **state)
{
    child_result result;

    (void)state;
    skip_unless(AS_NOBODY "test -x \"$0\"");
    /* The sandbox keeps its folder to itself; keys are for anyone to read. */
    result = run_script("keys=$(mktemp -d) && chmod 755 \"$keys\" && "
                        "cp \"$ENTITLE_KEYS\"/*.pem \"$keys\" && "
                        "chmod 644 \"$keys\"/*.pem && cd / && "
                        "ENTITLE_KEYS=$keys " AS_NOBODY "\"$0\" run -- \"$1\" 7; "
                        "status=$?; rm -r \"$keys\"; exit $status");

    assert_int_equal(result.exit_status, 7);
    child_result_clear(&result);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(run_hands_on_process_1, market_set_up),
        cmocka_unit_test_setup(process_1_ends_at_a_signal, market_set_up),
        cmocka_unit_test_setup(refusal_goes_into_the_termination_log, market_set_up),
        cmocka_unit_test_setup(termination_log_is_left_alone, market_set_up),
        cmocka_unit_test_setup(run_needs_no_rights, market_set_up),
    };

    return cmocka_run_group_tests(tests, market_set_up_group, market_tear_down_group);
}
