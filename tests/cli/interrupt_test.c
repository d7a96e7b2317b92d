/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/child.h"
#include "cli/market.h"
#include "support/cmocka.h"

#include <cjson/cJSON.h>

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* 200 ms are promised; a busy machine may keep a process waiting for its turn. */
enum { PATIENCE_MS = 800 };

/* The service is silent for so long that nothing else can end the program. */
static int
start_market(void **state)
{
    (void)state;
    if (market_start(&the_market) != 0) {
        return -1;
    }
    market_control(
        &the_market,
        "PUT",
        "faults",
        "{\"faults\":[{\"operation\":\"*\",\"delay_ms\":3000}]}");
    return 0;
}

static void
wait_until(int64_t moment_ms)
{
    while (now_ms() < moment_ms) {
        continue;
    }
}

/* Whether the process waits in poll or the like, as it does once it has asked. */
static bool
is_asleep(pid_t pid)
{
    char path[64];
    char text[512] = "";
    FILE *file = NULL;
    const char *end = NULL;

    (void)snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
    file = fopen(path, "r");
    if (file == NULL) {
        return true;
    }
    (void)!fgets(text, sizeof(text), file);
    (void)fclose(file);
    end = strrchr(text, ')');
    return end != NULL && strlen(end) > 2 && end[2] == 'S';
}

/* Waits until the process has slept for 30 ms on end, or for 2 s at most. */
static void
wait_until_it_waits(pid_t pid)
{
    int64_t give_up_ms = now_ms() + 2000;
    int64_t asleep_since_ms = now_ms();

    while (now_ms() < give_up_ms && now_ms() - asleep_since_ms < 30) {
        if (!is_asleep(pid)) {
            asleep_since_ms = now_ms();
        }
    }
}

static child_process
start(const char *const *arguments, void (*prepare)(void *context))
{
    const child_plan plan = {
        .arguments = arguments,
        .environment = the_market.environment,
        .prepare = prepare,
    };

    return child_start(&plan);
}

/* Sends the signal and waits; fails when that takes too long. */
static child_result
interrupt(child_process *process, int signal)
{
    int64_t give_up_ms = now_ms() + PATIENCE_MS;
    siginfo_t end = { 0 };
    child_result result;

    assert_int_equal(kill(process->pid, signal), 0);
    while (end.si_pid == 0 && now_ms() < give_up_ms) {
        (void)waitid(P_PID, (id_t)process->pid, &end, WEXITED | WNOHANG | WNOWAIT);
    }
    /* Nothing for one that has ended in time. */
    (void)kill(process->pid, SIGKILL);
    result = child_wait(process);
    if (end.si_pid == 0) {
        fail_msg("not ended %d ms after signal %d", PATIENCE_MS, signal);
    }
    return result;
}

static const struct {
    int signal;
    int want_status;
} signals[] = { { SIGTERM, 143 }, { SIGINT, 130 } };

static void
check_ends_at_a_signal(void **state)
{
    static const char *const arguments[] = { CLI_PATH, "check", "--json", NULL };

    (void)state;
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        child_process process = start(arguments, NULL);
        child_result result;
        cJSON *json = NULL;

        wait_until_it_waits(process.pid);
        result = interrupt(&process, signals[i].signal);
        json = cJSON_Parse(result.out);

        assert_int_equal(result.exit_status, signals[i].want_status);
        assert_string_equal(
            cJSON_GetStringValue(cJSON_GetObjectItem(json, "reason")), "interrupted");
        assert_string_equal(
            cJSON_GetStringValue(cJSON_GetObjectItem(json, "decision")), "unknown");
        assert_non_null(strstr(result.err, "entitle: error: "));
        cJSON_Delete(json);
        child_result_clear(&result);
    }
}

static void
run_ends_at_a_signal(void **state)
{
    static const char *const arguments[] = { CLI_PATH,      "run", "--",
                                             OBSERVER_PATH, "0",   NULL };

    (void)state;
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        child_process process = start(arguments, NULL);
        child_result result;

        wait_until_it_waits(process.pid);
        result = interrupt(&process, signals[i].signal);

        assert_int_equal(result.exit_status, signals[i].want_status);
        assert_string_equal(result.out, "");
        assert_non_null(strstr(result.err, "entitle: error: "));
        child_result_clear(&result);
    }
}

/* From the first instruction on: ended by the signal itself, or by the handler. */
static void
run_ends_at_any_moment(void **state)
{
    static const char *const arguments[] = { CLI_PATH,      "run", "--",
                                             OBSERVER_PATH, "0",   NULL };
    int kills = getenv("ENTITLE_TEST_FULL") != NULL ? 300 : 30;

    (void)state;
    for (int i = 0; i < kills; i++) {
        int64_t moment_ms = i % 30;
        int64_t start_ms = now_ms();
        child_process process = start(arguments, NULL);
        child_result result;

        wait_until(start_ms + moment_ms);
        result = interrupt(&process, SIGTERM);

        assert_true(result.exit_status == 143 || result.signal == SIGTERM);
        assert_string_equal(result.out, "");
        child_result_clear(&result);
    }
}

/* Makes the descriptor a pipe that nobody reads and that has no room. */
static void
fill(int descriptor)
{
    static const char bytes[4096];
    int ends[2];

    if (pipe(ends) != 0 || dup2(ends[1], descriptor) != descriptor ||
        fcntl(descriptor, F_SETFL, O_NONBLOCK) != 0) {
        _exit(97);
    }
    while (write(descriptor, bytes, sizeof(bytes)) > 0) {
        continue;
    }
    while (write(descriptor, bytes, 1) > 0) {
        continue;
    }
    if (fcntl(descriptor, F_SETFL, 0) != 0) {
        _exit(97);
    }
}

static void
fill_output(void *context)
{
    (void)context;
    fill(STDOUT_FILENO);
}

static void
fill_errors(void *context)
{
    (void)context;
    fill(STDERR_FILENO);
}

static void
check_ends_when_it_hangs(void **state)
{
    /* No key: the result is there at once. */
    static const char *const arguments[] = {
        CLI_PATH, "check", "--keys=/nowhere", NULL
    };
    child_process process = start(arguments, fill_output);
    child_result result;

    (void)state;
    wait_until_it_waits(process.pid);
    result = interrupt(&process, SIGTERM);

    assert_int_equal(result.exit_status, 143);
    child_result_clear(&result);
}

/* The log hangs before there is a decision, so that last words are still to be said. */
static void
run_ends_when_its_log_hangs(void **state)
{
    static const char *const arguments[] = { CLI_PATH,      "run", "--verbose", "--",
                                             OBSERVER_PATH, "0",   NULL };
    child_process process = start(arguments, fill_errors);
    child_result result;

    (void)state;
    wait_until_it_waits(process.pid);
    result = interrupt(&process, SIGTERM);

    assert_int_equal(result.exit_status, 143);
    assert_string_equal(result.out, "");
    child_result_clear(&result);
}

/* poll() never returns: the library has no chance to look whether a signal came. */
static void
check_says_why_it_ends_when_the_library_hangs(void **state)
{
    static const char *const arguments[] = { CLI_PATH, "check", "--json", NULL };
    test_market stuck = the_market;
    const child_plan plan = {
        .arguments = arguments,
        .environment = stuck.environment,
    };
    child_process process;
    child_result result;
    cJSON *json = NULL;

    (void)state;
    stuck.environment[stuck.environment_count] = "LD_PRELOAD=" STUCK_POLL_PATH;
    stuck.environment[stuck.environment_count + 1] =
        "ASAN_OPTIONS=verify_asan_link_order=0";
    process = child_start(&plan);
    wait_until_it_waits(process.pid);
    result = interrupt(&process, SIGTERM);
    json = cJSON_Parse(result.out);

    assert_int_equal(result.exit_status, 143);
    assert_string_equal(
        cJSON_GetStringValue(cJSON_GetObjectItem(json, "reason")), "interrupted");
    assert_in_range(cJSON_GetObjectItem(json, "elapsed_ms")->valueint, 100, 60000);
    assert_string_equal(
        result.err, "entitle: error: interrupted before a decision was reached\n");
    cJSON_Delete(json);
    child_result_clear(&result);
}

/* A signal is not lost between the decision and the program. */
static void
run_ends_at_the_last_moment(void **state)
{
    static const char *const arguments[] = { CLI_PATH,      "run", "--",
                                             OBSERVER_PATH, "0",   NULL };
    test_market preloaded = the_market;
    const child_plan plan = {
        .arguments = arguments,
        .environment = preloaded.environment,
    };
    child_result result;

    (void)state;
    market_reset(&the_market);
    preloaded.environment[preloaded.environment_count] = "LD_PRELOAD=" LATE_SIGNAL_PATH;
    preloaded.environment[preloaded.environment_count + 1] =
        "ASAN_OPTIONS=verify_asan_link_order=0";
    result = child_run(&plan);

    assert_int_equal(result.exit_status, 143);
    assert_string_equal(result.out, "");
    assert_int_equal(market_calls(&the_market), 1);
    child_result_clear(&result);
}

static void
ignore_terminate(void *context)
{
    (void)context;
    (void)signal(SIGTERM, SIG_IGN);
}

static void
run_ignores_what_was_ignored(void **state)
{
    static const char *const arguments[] = { CLI_PATH, "run",         "--deadline=0.4",
                                             "--",     OBSERVER_PATH, "0",
                                             NULL };
    child_process process = start(arguments, ignore_terminate);
    child_result result;

    (void)state;
    wait_until_it_waits(process.pid);
    assert_int_equal(kill(process.pid, SIGTERM), 0);
    result = child_wait(&process);

    assert_int_equal(result.exit_status, 69);
    child_result_clear(&result);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(check_ends_at_a_signal),
        cmocka_unit_test(run_ends_at_a_signal),
        cmocka_unit_test(run_ends_at_any_moment),
        cmocka_unit_test(check_ends_when_it_hangs),
        cmocka_unit_test(run_ends_when_its_log_hangs),
        cmocka_unit_test(check_says_why_it_ends_when_the_library_hangs),
        cmocka_unit_test(run_ignores_what_was_ignored),
        cmocka_unit_test(run_ends_at_the_last_moment),
    };

    return cmocka_run_group_tests(tests, start_market, market_tear_down_group);
}
