/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/credentials.h"
#include "aws/credentials_process.h"
#include "base/runtime.h"
#include "cli/scratch.h"
#include "support/cmocka.h"
#include "support/fake_runtime.h"

#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * Real clocks, since real programs run; the environment and the memory are the fake's.
 */
typedef struct fixture {
    fake_runtime fake;
    entitle_runtime runtime;
    scratch folder;
    char config[SCRATCH_PATH_SIZE];
    fake_variable variables[2];
    ent_profile_set *profiles;
    entitle_credentials credentials;
    entitle_error error;
} fixture;

static fixture f;

static int
set_up(void **state)
{
    entitle_runtime real;

    (void)state;
    f = (fixture){ .profiles = NULL };
    fake_runtime_init(&f.fake);
    assert_int_equal(ent_runtime_fill(&real, NULL, NULL), ENTITLE_OK);
    f.runtime = f.fake.runtime;
    f.runtime.monotonic_ms = real.monotonic_ms;
    scratch_make(&f.folder);
    scratch_write_text(&f.folder, "config", "[profile p]\n", 0600, f.config);
    f.variables[0] = (fake_variable){ "AWS_CONFIG_FILE", f.config };
    f.fake.variables = f.variables;
    assert_int_equal(ent_profile_set_load(&f.runtime, &f.profiles, NULL), ENTITLE_OK);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    ent_profile_set_free(f.profiles);
    scratch_remove(&f.folder);
    assert_int_equal(f.fake.blocks_in_use, 0);
    assert_null(strstr(f.error.message, "SECRET"));
    return 0;
}

static entitle_status
run_within(int64_t left_ms, const char *command)
{
    const ent_credentials_request request = {
        .runtime = &f.runtime,
        .profiles = f.profiles,
        .region = "us-east-1",
        .deadline = ent_deadline_in(&f.runtime, left_ms),
    };

    return ent_credentials_from_process(
        &request,
        ent_profile_set_find(f.profiles, "p"),
        command,
        &f.credentials,
        &f.error);
}

static entitle_status
run(const char *command)
{
    return run_within(60000, command);
}

/* A program that prints this. */
static entitle_status
run_printing(const char *text)
{
    char path[SCRATCH_PATH_SIZE];
    char command[SCRATCH_PATH_SIZE + 8];

    scratch_write_text(&f.folder, "output", text, 0600, path);
    snprintf(command, sizeof(command), "cat '%s'", path);
    return run(command);
}

#define KEYS "\"AccessKeyId\":\"AKIAPROCESS\",\"SecretAccessKey\":\"SECRET\""

static void
process_gives_credentials(void **state)
{
    (void)state;
    assert_int_equal(run_printing("{\"Version\":1," KEYS "}"), ENTITLE_OK);
    assert_int_equal(f.credentials.kind, ENTITLE_CREDENTIALS_PROCESS);
    assert_string_equal(f.credentials.access_key_id, "AKIAPROCESS");
    assert_string_equal(f.credentials.secret_access_key, "SECRET");
    assert_string_equal(f.credentials.session_token, "");
    assert_int_equal(f.credentials.expires_at_s, 0);

    assert_int_equal(
        run_printing("{\"Version\":1," KEYS
                     ",\"SessionToken\":\"SECRET2\",\"AccountId\":"
                     "\"123456789012\",\"Expiration\":\"2026-11-21T20:00:01Z\"}\n"),
        ENTITLE_OK);
    assert_string_equal(f.credentials.session_token, "SECRET2");
    assert_int_equal(f.credentials.expires_at_s, FAKE_NOW_S + 1);
}

static void
process_output_is_judged_as_the_table_says(void **state)
{
    static const struct {
        const char *output;
        entitle_status want;
        const char *want_message;
    } cases[] = {
        { "{\"Version\":1," KEYS "}", ENTITLE_OK, NULL },
        { "{\"Version\":1.0," KEYS "}", ENTITLE_OK, NULL },
        { "{\"Version\":1," KEYS ",\"SessionToken\":null,\"Expiration\":null}",
          ENTITLE_OK,
          NULL },
        { "{\"Version\":2," KEYS "}", ENTITLE_CONFIGURATION, "no \"Version\": 1" },
        { "{\"Version\":\"1\"," KEYS "}", ENTITLE_CONFIGURATION, "no \"Version\": 1" },
        { "{" KEYS "}", ENTITLE_CONFIGURATION, "no \"Version\": 1" },
        { "{\"version\":1," KEYS "}", ENTITLE_CONFIGURATION, "no \"Version\": 1" },
        { "{\"Version\":1,\"SecretAccessKey\":\"SECRET\"}",
          ENTITLE_CONFIGURATION,
          "no AccessKeyId" },
        { "{\"Version\":1,\"AccessKeyId\":\"A\"}",
          ENTITLE_CONFIGURATION,
          "no SecretAccessKey" },
        { "{\"Version\":1,\"AccessKeyId\":\"\",\"SecretAccessKey\":\"SECRET\"}",
          ENTITLE_INVALID_CREDENTIALS,
          "the access key id is empty" },
        { "{\"Version\":1,\"AccessKeyId\":\"A\",\"SecretAccessKey\":7}",
          ENTITLE_INVALID_CREDENTIALS,
          "the secret access key is empty" },
        { "{\"Version\":1," KEYS ",\"SessionToken\":\"SECRET 2\"}",
          ENTITLE_INVALID_CREDENTIALS,
          "the session token holds a space" },
        { "{\"Version\":1," KEYS ",\"Expiration\":\"soon\"}",
          ENTITLE_CONFIGURATION,
          "Expiration" },
        { "{\"Version\":1," KEYS ",\"Expiration\":1795291300}",
          ENTITLE_CONFIGURATION,
          "Expiration" },
        { "{\"Version\":1," KEYS ",\"Expiration\":\"2026-11-21T20:00:00Z\"}",
          ENTITLE_EXPIRED_CREDENTIALS,
          "have expired" },
        { "", ENTITLE_CONFIGURATION, "not a JSON object" },
        { "{\"Version\":1," KEYS, ENTITLE_CONFIGURATION, "not a JSON object" },
        { "[{\"Version\":1," KEYS "}]", ENTITLE_CONFIGURATION, "not a JSON object" },
        { "{\"Version\":1," KEYS "} SECRET", ENTITLE_CONFIGURATION, "not a JSON" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        print_message("  %s\n", cases[i].output);
        f.error = (entitle_error){ 0 };
        assert_int_equal(run_printing(cases[i].output), cases[i].want);
        if (cases[i].want == ENTITLE_OK) {
            continue;
        }
        assert_int_equal(f.error.status, cases[i].want);
        assert_non_null(strstr(f.error.message, cases[i].want_message));
        assert_non_null(strstr(f.error.message, "the profile 'p'"));
        assert_null(strstr(f.error.message, "SECRET"));
        assert_true(f.error.hint[0] != '\0');
        assert_string_equal(f.credentials.secret_access_key, "");
    }
}

/* Under Valgrind and qemu-user the C library does not learn it. */
static bool
spawn_tells_what_cannot_start(void)
{
    char program[] = "/nonexistent/program";
    char *words[] = { program, NULL };
    char *variables[] = { NULL };
    pid_t child = 0;

    if (posix_spawn(&child, program, NULL, NULL, words, variables) != 0) {
        return true;
    }
    assert_int_equal(waitpid(child, NULL, 0), child);
    return false;
}

static void
process_that_fails_is_quoted_from_its_stderr(void **state)
{
    const struct {
        const char *command;
        const char *want_message;
    } cases[] = {
        { "sh -c 'echo SECRET; exit 3'", "it ended with status 3" },
        { "sh -c 'echo first >&2; echo second >&2; exit 1'",
          "it ended with status 1: second" },
        { "sh -c 'printf \"\\n\\n\" >&2; exit 1'", "it ended with status 1" },
        { "sh -c 'kill -9 $$'", "it ended with status 137" },
        { "/nonexistent/program --x",
          spawn_tells_what_cannot_start() ? "cannot start /nonexistent/program: "
                                          : "it ended with status 127" },
        { "sh -c 'x", "a quote does not end" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        print_message("  %s\n", cases[i].command);
        assert_int_equal(run(cases[i].command), ENTITLE_CONFIGURATION);
        assert_non_null(strstr(f.error.message, cases[i].want_message));
        assert_null(strstr(f.error.message, "SECRET"));
    }
}

/* Neither what it prints nor what it complains of may fill the memory. */
static void
process_that_prints_for_ever_is_stopped(void **state)
{
    (void)state;
    assert_int_equal(run("yes SECRET"), ENTITLE_CONFIGURATION);
    assert_non_null(strstr(f.error.message, "it printed more than 65536 bytes"));
    assert_int_equal(run_within(200, "sh -c 'yes >&2'"), ENTITLE_TIMEOUT);
}

static void
process_that_hangs_is_stopped_at_the_deadline(void **state)
{
    (void)state;
    assert_int_equal(run_within(100, "sleep 600"), ENTITLE_TIMEOUT);
    assert_non_null(strstr(f.error.message, "it did not end in time"));
    /* The same with its streams closed. */
    assert_int_equal(
        run_within(100, "sh -c 'exec sleep 600 >&- 2>&-'"), ENTITLE_TIMEOUT);
    assert_int_equal(run_within(0, "sleep 600"), ENTITLE_TIMEOUT);
}

/* Where a program under test leaves the number of its child; 0: not yet. */
static pid_t
child_left(void)
{
    char path[SCRATCH_PATH_SIZE];
    char text[32] = "";

    snprintf(path, sizeof(path), "%s/pid", f.folder.path);
    FILE *file = fopen(path, "r");
    if (file != NULL) {
        if (fgets(text, sizeof(text), file) == NULL || strchr(text, '\n') == NULL) {
            text[0] = '\0';
        }
        fclose(file);
    }
    return (pid_t)strtol(text, NULL, 10);
}

static bool
has_child(void *context)
{
    (void)context;
    return child_left() > 0;
}

/* Dead, though perhaps not yet taken away by the process that inherited it. */
static bool
is_dead(pid_t process)
{
    char path[64];
    char stat[512] = "";

    snprintf(path, sizeof(path), "/proc/%ld/stat", (long)process);
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        return true;
    }
    bool is_read = fgets(stat, sizeof(stat), file) != NULL;
    fclose(file);
    return !is_read || strstr(stat, ") Z ") != NULL || strstr(stat, ") X ") != NULL;
}

static void
process_is_stopped_with_its_children(void **state)
{
    const ent_deadline soon = ent_deadline_in(&f.runtime, 20000);
    char command[SCRATCH_PATH_SIZE + 64];

    (void)state;
    f.runtime.interrupted = has_child;
    snprintf(
        command,
        sizeof(command),
        "sh -c 'sleep 600 & echo $! >%s/pid; wait'",
        f.folder.path);
    assert_int_equal(run(command), ENTITLE_INTERRUPTED);
    while (!is_dead(child_left())) {
        assert_true(ent_deadline_left_ms(&soon) > 0);
    }
}

/* One that lives on does not keep the answer back. */
static void
process_may_leave_a_child_behind(void **state)
{
    char command[SCRATCH_PATH_SIZE + 160];

    (void)state;
    snprintf(
        command,
        sizeof(command),
        "sh -c 'sleep 600 & echo $! >%s/pid; echo \"{\\\"Version\\\":1,"
        "\\\"AccessKeyId\\\":\\\"A\\\",\\\"SecretAccessKey\\\":\\\"S\\\"}\"'",
        f.folder.path);
    assert_int_equal(run_within(20000, command), ENTITLE_OK);
    assert_string_equal(f.credentials.access_key_id, "A");
    assert_int_equal(kill(child_left(), SIGKILL), 0);
}

static void
process_is_stopped_when_the_caller_asks(void **state)
{
    (void)state;
    f.fake.interrupt_after = 3;
    assert_int_equal(run("sleep 600"), ENTITLE_INTERRUPTED);
}

/* What this program ignores or blocks would otherwise be ignored by the child. */
static void
process_starts_with_ordinary_signals(void **state)
{
    struct sigaction ignore = { .sa_handler = SIG_IGN };
    struct sigaction before;
    sigset_t block;
    sigset_t mask_before;

    (void)state;
    sigemptyset(&block);
    sigaddset(&block, SIGTERM);
    assert_int_equal(sigaction(SIGPIPE, &ignore, &before), 0);
    assert_int_equal(sigprocmask(SIG_BLOCK, &block, &mask_before), 0);
    assert_int_equal(run("sh -c 'kill -TERM $$; exit 3'"), ENTITLE_CONFIGURATION);
    assert_non_null(strstr(f.error.message, "status 143"));
    assert_int_equal(run("sh -c 'kill -PIPE $$; exit 3'"), ENTITLE_CONFIGURATION);
    assert_non_null(strstr(f.error.message, "status 141"));
    assert_int_equal(sigprocmask(SIG_SETMASK, &mask_before, NULL), 0);
    assert_int_equal(sigaction(SIGPIPE, &before, NULL), 0);
}

static void
process_needs_memory(void **state)
{
    int64_t needed;

    (void)state;
    f.fake.allocations = 0;
    assert_int_equal(run_printing("{\"Version\":1," KEYS "}"), ENTITLE_OK);
    needed = f.fake.allocations;
    for (int64_t i = 0; i < needed; i++) {
        f.fake.allocations = 0;
        f.fake.fail_allocation = i;
        assert_int_equal(
            run_printing("{\"Version\":1," KEYS "}"), ENTITLE_OUT_OF_MEMORY);
    }
    f.fake.fail_allocation = -1;
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(process_gives_credentials),
        TEST(process_output_is_judged_as_the_table_says),
        TEST(process_that_fails_is_quoted_from_its_stderr),
        TEST(process_that_prints_for_ever_is_stopped),
        TEST(process_that_hangs_is_stopped_at_the_deadline),
        TEST(process_is_stopped_with_its_children),
        TEST(process_may_leave_a_child_behind),
        TEST(process_is_stopped_when_the_caller_asks),
        TEST(process_starts_with_ordinary_signals),
        TEST(process_needs_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
