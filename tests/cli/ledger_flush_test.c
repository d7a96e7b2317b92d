/* SPDX-License-Identifier: Apache-2.0 */

/* `entitle-usage flush` against the sandbox, over real HTTP; and what a person sees. */
#include "cli/ledger.h"
#include "cli/market.h"
#include "support/cmocka.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

enum { PATH_LIMIT = 4200 };

#define FLUSH "flush", "--json", "--instance", "task-1"

static char at[32]; /* in the hour before this one */

static int
set_up(void **state)
{
    (void)state;
    market_reset(&the_market);
    ledger_make(the_market.environment);
    (void)snprintf(at, sizeof(at), "--at=%lld", (long long)time(NULL) - 3600);
    return 0;
}

static void
add(const char *quantity, const char *when)
{
    child_result result = ledger_expect(
        0,
        LEDGER_ARGUMENTS(
            "add",
            "--dimension=requests",
            "--quantity",
            quantity,
            "--instance=task-1",
            when != NULL ? when : "--quiet"),
        NULL);

    child_result_clear(&result);
}

static void
set_fault(const char *fault)
{
    char json[256];

    (void)snprintf(json, sizeof(json), "{\"faults\":[%s]}", fault);
    market_control(&the_market, "PUT", "faults", json);
}

static void
flush(int want_status, const char *want_out)
{
    child_result result = ledger_expect(want_status, LEDGER_ARGUMENTS(FLUSH), NULL);

    assert_string_equal(result.out, want_out);
    child_result_clear(&result);
}

static void
what_is_due_is_accepted(void **state)
{
    (void)state;
    add("5", at);
    add("2", at);
    flush(
        0,
        "{\"sent\":1,\"accepted\":1,\"rejected\":0,\"lost\":0,\"unsent\":0,"
        "\"requests\":"
        "1}\n");
    ledger_assert_status("accepted=7");
    flush(
        0,
        "{\"sent\":0,\"accepted\":0,\"rejected\":0,\"lost\":0,\"unsent\":0,"
        "\"requests\":"
        "0}\n");
}

static void
final_sends_the_running_hour(void **state)
{
    (void)state;
    add("3", NULL);
    child_result result = ledger_expect(0, LEDGER_ARGUMENTS(FLUSH, "--final"), NULL);
    child_result_clear(&result);
    ledger_assert_status("accepted=3");

    /* What comes now is of the next hour, which has not begun. */
    add("1", NULL);
    result = ledger_expect(0, LEDGER_ARGUMENTS("status"), NULL);
    assert_non_null(strstr(result.out, "\nthe oldest unsent hour begins "));
    child_result_clear(&result);
}

static const char *
hour_of(time_t at_s)
{
    static char text[32];
    time_t hour_s = at_s / 3600 * 3600;
    struct tm parts;

    assert_non_null(gmtime_r(&hour_s, &parts));
    (void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text;
}

/* Whoever tries it out adds a use, flushes, and would wonder. */
static void
what_is_not_due_yet_is_told_to_people(void **state)
{
    static const char nothing[] = "records: 0 accepted, 0 rejected, 0 lost, 0 unsent\n";
    char want[256];

    (void)state;
    ledger_stay_within_an_hour();
    add("3", NULL);
    child_result result =
        ledger_expect(0, LEDGER_ARGUMENTS("flush", "--instance=task-1"), NULL);
    (void)snprintf(
        want,
        sizeof(want),
        "%snothing is due: the hour that began %s is sent when it is over, or with "
        "--final\n",
        nothing,
        hour_of(time(NULL)));
    assert_string_equal(result.out, want);
    child_result_clear(&result);

    result = ledger_expect(0, LEDGER_ARGUMENTS(FLUSH, "--final"), NULL);
    child_result_clear(&result);
    result = ledger_expect(0, LEDGER_ARGUMENTS("flush", "--instance=task-1"), NULL);
    assert_string_equal(result.out, nothing);
    child_result_clear(&result);
}

static void
what_aws_refuses_is_rejected(void **state)
{
    (void)state;
    add("5", at);
    set_fault(
        "{\"operation\":\"MeterUsage\",\"error\":\"InvalidUsageDimensionException\"}");
    flush(
        EX_DATAERR,
        "{\"sent\":1,\"accepted\":0,\"rejected\":1,\"lost\":0,\"unsent\":0,"
        "\"requests\":"
        "1}\n");
    ledger_assert_status("rejected=5");
    child_result result =
        ledger_expect(0, LEDGER_ARGUMENTS("list", "--state=rejected"), NULL);
    assert_non_null(strstr(result.out, "  InvalidUsageDimensionException: "));
    assert_null(strstr(strstr(result.out, "Exception") + 1, "Exception"));
    child_result_clear(&result);
}

/* The next flush tells of what is unsent again, but of this it does not. */
static void
what_is_rejected_is_told_before_what_is_unsent(void **state)
{
    char before[32];

    (void)state;
    (void)snprintf(before, sizeof(before), "--at=%lld", (long long)time(NULL) - 7200);
    add("5", before);
    add("3", at);
    set_fault("{\"operation\":\"MeterUsage\",\"times\":1,"
              "\"error\":\"InvalidUsageDimensionException\"},"
              "{\"operation\":\"MeterUsage\",\"error\":\"AccessDeniedException\"}");
    flush(
        EX_DATAERR,
        "{\"sent\":1,\"accepted\":0,\"rejected\":1,\"lost\":0,\"unsent\":1,"
        "\"requests\":2}\n");
    ledger_assert_status("closed=3 rejected=5");
    child_result result = ledger_expect(EX_UNAVAILABLE, LEDGER_ARGUMENTS(FLUSH), NULL);
    child_result_clear(&result);
}

static void
what_is_too_old_is_carried_or_dropped(void **state)
{
    char old[32];
    char from[96];

    (void)state;
    ledger_stay_within_an_hour();
    (void)snprintf(old, sizeof(old), "--at=%lld", (long long)time(NULL) - 9 * 3600);
    add("5", old);
    child_result result = ledger_expect(
        0, LEDGER_ARGUMENTS("flush", "--instance=task-1", "--past-window=carry"), NULL);
    assert_string_equal(
        result.out,
        "records: 0 accepted, 0 rejected, 0 lost, 0 unsent\n"
        "1 moved to the open hour: 'entitle usage list --json' says from where\n");
    child_result_clear(&result);
    ledger_assert_status("open=5");

    /* From where, in the form of all times. */
    result = ledger_expect(0, LEDGER_ARGUMENTS("list", "--json"), NULL);
    (void)snprintf(
        from,
        sizeof(from),
        "\"carried_from\":[{\"hour\":\"%s\",\"quantity\":5}]}",
        hour_of(time(NULL) - 9 * 3600));
    assert_non_null(strstr(result.out, from));
    child_result_clear(&result);

    add("1", old);
    result = ledger_expect(0, LEDGER_ARGUMENTS(FLUSH), NULL);
    assert_non_null(strstr(
        result.err,
        "entitle: warning: 1 moved to the open hour: 'entitle usage list --json' "));
    child_result_clear(&result);
    ledger_assert_status("open=6");
    add("2", old);
    result =
        ledger_expect(EX_DATAERR, LEDGER_ARGUMENTS(FLUSH, "--past-window=drop"), NULL);
    child_result_clear(&result);
    ledger_assert_status("open=6 lost=2");
}

static void
what_is_left_unsent_is_sent_next_time(void **state)
{
    (void)state;
    add("5", at);
    set_fault("{\"operation\":\"MeterUsage\",\"drop_reply\":true}");
    child_result result =
        ledger_expect(EX_UNAVAILABLE, LEDGER_ARGUMENTS(FLUSH, "--deadline=1"), NULL);
    assert_non_null(strstr(result.out, "\"unsent\":1"));
    child_result_clear(&result);
    ledger_assert_status("sending=5");
    set_fault("");
    flush(
        0,
        "{\"sent\":1,\"accepted\":1,\"rejected\":0,\"lost\":0,\"unsent\":0,"
        "\"requests\":"
        "1}\n");
    ledger_assert_status("accepted=5");
}

static void
without_permission_it_is_unsent(void **state)
{
    (void)state;
    add("5", at);
    set_fault("{\"operation\":\"MeterUsage\",\"error\":\"AccessDeniedException\"}");
    child_result result = ledger_expect(EX_UNAVAILABLE, LEDGER_ARGUMENTS(FLUSH), NULL);
    assert_non_null(strstr(result.err, "entitle: error: "));
    child_result_clear(&result);
    ledger_assert_status("closed=5");
}

/* Nothing is due, so no count tells of it. */
static void
a_flush_that_could_not_begin_has_failed(void **state)
{
    char lock[PATH_LIMIT];

    (void)state;
    ledger_fill_with_nothing();
    (void)snprintf(lock, sizeof(lock), "%s.sender", the_ledger.path);
    assert_int_equal(mkdir(lock, 0700), 0);
    child_result result = ledger_expect(EX_IOERR, LEDGER_ARGUMENTS(FLUSH), NULL);
    assert_non_null(strstr(result.err, "cannot be locked: "));
    child_result_clear(&result);
    assert_int_equal(rmdir(lock), 0);
    flush(
        0,
        "{\"sent\":0,\"accepted\":0,\"rejected\":0,\"lost\":0,\"unsent\":0,"
        "\"requests\":0}\n");
}

/* --- Customers -------------------------------------------------------------------- */

static void
add_of(const char *customer, const char *quantity, const char *when)
{
    child_result result = ledger_expect(
        0,
        LEDGER_ARGUMENTS(
            "add",
            "--dimension=requests",
            "--quantity",
            quantity,
            customer,
            when != NULL ? when : "--quiet"),
        NULL);

    child_result_clear(&result);
}

static void
customers_usage_is_sent_by_batches(void **state)
{
    (void)state;
    add_of("--customer-id=cust-0001", "4", at);
    add("5", at);
    flush(
        0,
        "{\"sent\":2,\"accepted\":2,\"rejected\":0,\"lost\":0,\"unsent\":0,"
        "\"requests\":2}\n");
    ledger_assert_status("accepted=9");
}

static void
of_one_customer_all_is_sent_and_nothing_else(void **state)
{
    (void)state;
    add_of("--customer-id=cust-0001", "4", at);
    add_of("--customer-id=cust-0001", "2", NULL);
    add("5", at);
    child_result result = ledger_expect(
        0,
        LEDGER_ARGUMENTS(FLUSH, "--final", "--customer=cust-0001", "--in-flight=1"),
        NULL);
    assert_string_equal(
        result.out,
        "{\"sent\":2,\"accepted\":2,\"rejected\":0,\"lost\":0,\"unsent\":0,"
        "\"requests\":1}\n");
    child_result_clear(&result);
    ledger_assert_status("closed=5 accepted=6");
}

static void
of_a_customer_who_left_all_is_lost(void **state)
{
    (void)state;
    market_control(
        &the_market,
        "PUT",
        "subscription",
        "{\"subscribed\":false,\"customer\":\"cust-0001\"}");
    add_of("--customer-id=cust-0001", "4", at);
    flush(
        EX_DATAERR,
        "{\"sent\":1,\"accepted\":0,\"rejected\":0,\"lost\":1,\"unsent\":0,"
        "\"requests\":1}\n");
    ledger_assert_status("lost=4");
}

static void
zero_records_fill_the_hours_between(void **state)
{
    char before[32];

    (void)state;
    ledger_stay_within_an_hour();
    (void)snprintf(before, sizeof(before), "--at=%lld", (long long)time(NULL) - 7200);
    add_of("--customer-id=cust-0001", "4", before);
    child_result result =
        ledger_expect(0, LEDGER_ARGUMENTS(FLUSH, "--zero-records"), NULL);
    assert_non_null(strstr(result.out, "\"accepted\":2,"));
    child_result_clear(&result);
    ledger_assert_status("accepted=4");
}

/* Nothing to send is no failure, but may be a typing error. */
static void
customer_that_the_ledger_does_not_know_is_told(void **state)
{
    (void)state;
    add_of("--customer-id=cust-0001", "4", at);
    child_result result =
        ledger_expect(0, LEDGER_ARGUMENTS(FLUSH, "--customer=cust-0002"), NULL);
    assert_string_equal(
        result.err, "entitle: warning: the ledger knows no customer 'cust-0002'\n");
    child_result_clear(&result);
    for (int i = 0; i < 2; i++) {
        result =
            ledger_expect(0, LEDGER_ARGUMENTS(FLUSH, "--customer=cust-0001"), NULL);
        assert_string_equal(result.err, "");
        child_result_clear(&result);
    }
    ledger_assert_status("accepted=4");
}

static void
batches_that_are_left_unsent_are_told(void **state)
{
    (void)state;
    set_fault("{\"operation\":\"BatchMeterUsage\",\"unprocessed\":25}");
    add_of("--customer-id=cust-0001", "4", at);
    flush(
        EX_UNAVAILABLE,
        "{\"sent\":0,\"accepted\":0,\"rejected\":0,\"lost\":0,\"unsent\":1,"
        "\"requests\":3}\n");
    ledger_assert_status("closed=4");
}

/* --- Interrupted ------------------------------------------------------------------ */

/* In the middle of a call that AWS has received. */
static void
interrupt_by(int signal)
{
    add("5", at);
    set_fault("{\"operation\":\"MeterUsage\",\"delay_ms\":20000}");
    child_process child = ledger_start(LEDGER_ARGUMENTS(FLUSH), NULL);
    /* The journal shows a call once it is answered; the ledger, before it is sent. */
    for (bool is_sending = false; !is_sending;) {
        child_result list =
            ledger_expect(0, LEDGER_ARGUMENTS("list", "--state=sending"), NULL);
        is_sending = strstr(list.out, "\nsending") != NULL;
        child_result_clear(&list);
    }
    int64_t start_ms = now_ms();
    assert_int_equal(kill(child.pid, signal), 0);
    child_result result = child_wait(&child);
    int64_t took_ms = now_ms() - start_ms;
    assert_int_equal(result.exit_status, 128 + signal);
    if (took_ms > 200) {
        fail_msg("ended after %lld ms", (long long)took_ms);
    }
    child_result_clear(&result);
    ledger_assert_status("sending=5");

    set_fault("");
    flush(
        0,
        "{\"sent\":1,\"accepted\":1,\"rejected\":0,\"lost\":0,\"unsent\":0,"
        "\"requests\":1}\n");
    ledger_assert_status("accepted=5");
}

static void
ended_by_sigterm_it_sends_the_same_next_time(void **state)
{
    (void)state;
    interrupt_by(SIGTERM);
}

static void
ended_by_sigint_it_sends_the_same_next_time(void **state)
{
    (void)state;
    interrupt_by(SIGINT);
}

/* --- What a person sees --------------------------------------------------------- */

/* Runs it with a terminal as its standard error, and returns what came there. */
static char *
run_on_terminal(const char *const *arguments, const char *terminal)
{
    char *seen = calloc(1, 65536);
    const char *environment[24] = { terminal };
    int main_end = posix_openpt(O_RDWR | O_NOCTTY);
    size_t length = 0;
    int status = 0;

    assert_non_null(seen);
    assert_true(main_end >= 0 && grantpt(main_end) == 0 && unlockpt(main_end) == 0);
    for (size_t i = 0; the_ledger.environment[i] != NULL; i++) {
        environment[i + 1] = the_ledger.environment[i];
    }
    int other_end = open(ptsname(main_end), O_RDWR | O_NOCTTY);
    pid_t pid = fork();
    if (pid == 0) {
        int nowhere = open("/dev/null", O_RDWR);
        (void)dup2(nowhere, STDIN_FILENO);
        (void)dup2(nowhere, STDOUT_FILENO);
        (void)dup2(other_end, STDERR_FILENO);
        (void)execve(
            USAGE_PATH,
            (char *const *)(uintptr_t)arguments,
            (char *const *)(uintptr_t)environment);
        _exit(98);
    }
    (void)close(other_end);
    for (;;) {
        ssize_t count = read(main_end, seen + length, 65535 - length);
        if (count <= 0) {
            break;
        }
        length += (size_t)count;
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    (void)close(main_end);
    return seen;
}

static void
a_person_sees_progress(void **state)
{
    static const char *const flags[] = { "entitle-usage", FLUSH, NULL };
    static const char *const quiet[] = { "entitle-usage", FLUSH, "--quiet", NULL };
    char *seen = NULL;

    (void)state;
    add("5", at);
    seen = run_on_terminal(flags, "TERM=xterm");
    assert_string_equal(
        seen, "[################################] 100 % 1 records\r\033[K");
    free(seen);

    seen = run_on_terminal(quiet, "TERM=xterm");
    assert_string_equal(seen, "");
    free(seen);
    add("5", NULL);
    seen = run_on_terminal(flags, "TERM=dumb");
    assert_string_equal(seen, "");
    free(seen);
}

static void
an_import_shows_its_progress(void **state)
{
    enum { LINES = 4096 };
    char path[SCRATCH_PATH_SIZE];
    const char *const arguments[] = { "entitle-usage", "import", path, NULL };
    char *text = calloc(LINES + 1, 16);
    size_t length = (size_t)sprintf(text, "dimension,quantity\n");

    (void)state;
    for (int i = 0; i < LINES; i++) {
        length += (size_t)sprintf(text + length, "d,1\n");
    }
    scratch_write_text(&the_ledger.folder, "uses.csv", text, 0600, path);
    free(text);
    char *seen = run_on_terminal(arguments, "TERM=xterm");
    if (strncmp(seen, "[--------------------------------]   0 % 0 uses\r", 48) != 0) {
        fail_msg("%s", seen);
    }
    assert_string_equal(seen + strlen(seen) - 4, "\r\033[K");
    free(seen);
}

/* --- entitle ---------------------------------------------------------------------- */

static child_result
run_entitle(const char *program)
{
    const char *const arguments[] = { program, "usage", "status", NULL };
    const child_plan plan = { .arguments = arguments,
                              .environment = the_ledger.environment };

    return child_run(&plan);
}

static void
entitle_executes_what_stands_beside_it(void **state)
{
    char path[SCRATCH_PATH_SIZE];
    char command[2 * SCRATCH_PATH_SIZE];

    (void)state;
    ledger_fill_with_nothing();
    child_result result = run_entitle(CLI_PATH);
    assert_int_equal(result.exit_status, 0);
    assert_non_null(strstr(result.out, "nothing is unsent\n"));
    child_result_clear(&result);

    (void)snprintf(path, sizeof(path), "%s/entitle", the_ledger.folder.path);
    (void)snprintf(command, sizeof(command), "cp '%s' '%s'", CLI_PATH, path);
    assert_int_equal(system(command), 0);
    result = run_entitle(path);
    assert_int_equal(result.exit_status, EX_CONFIG);
    assert_non_null(strstr(result.err, "entitle-usage is not installed\n"));
    child_result_clear(&result);
}

#define FLUSH_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, ledger_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        FLUSH_TEST(what_is_due_is_accepted),
        FLUSH_TEST(final_sends_the_running_hour),
        FLUSH_TEST(what_is_not_due_yet_is_told_to_people),
        FLUSH_TEST(what_aws_refuses_is_rejected),
        FLUSH_TEST(what_is_rejected_is_told_before_what_is_unsent),
        FLUSH_TEST(what_is_too_old_is_carried_or_dropped),
        FLUSH_TEST(a_flush_that_could_not_begin_has_failed),
        FLUSH_TEST(what_is_left_unsent_is_sent_next_time),
        FLUSH_TEST(without_permission_it_is_unsent),
        FLUSH_TEST(customers_usage_is_sent_by_batches),
        FLUSH_TEST(of_one_customer_all_is_sent_and_nothing_else),
        FLUSH_TEST(of_a_customer_who_left_all_is_lost),
        FLUSH_TEST(zero_records_fill_the_hours_between),
        FLUSH_TEST(customer_that_the_ledger_does_not_know_is_told),
        FLUSH_TEST(batches_that_are_left_unsent_are_told),
        FLUSH_TEST(ended_by_sigterm_it_sends_the_same_next_time),
        FLUSH_TEST(ended_by_sigint_it_sends_the_same_next_time),
        FLUSH_TEST(a_person_sees_progress),
        FLUSH_TEST(an_import_shows_its_progress),
        FLUSH_TEST(entitle_executes_what_stands_beside_it),
    };

    return cmocka_run_group_tests(tests, market_set_up_group, market_tear_down_group);
}
