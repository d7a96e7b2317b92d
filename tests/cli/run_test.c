/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/child.h"
#include "cli/market.h"
#include "cli/scratch.h"
#include "support/cmocka.h"

#include <cjson/cJSON.h>

#include <elf.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

static scratch folder;

static int
start_all(void **state)
{
    (void)state;
    scratch_make(&folder);
    return market_start(&the_market);
}

static int
stop_all(void **state)
{
    (void)state;
    scratch_remove(&folder);
    return market_stop(&the_market);
}

/* What a container may have been started with. */
static void
make_unusual(void *context)
{
    sigset_t blocked;

    (void)context;
    (void)sigemptyset(&blocked);
    (void)sigaddset(&blocked, SIGUSR1);
    (void)sigaddset(&blocked, SIGHUP);
    (void)sigprocmask(SIG_SETMASK, &blocked, NULL);
    (void)signal(SIGINT, SIG_IGN);
    (void)signal(SIGQUIT, SIG_IGN);
    (void)umask(0137);
    if (chdir("/usr") != 0 || open("/dev/null", O_RDONLY) != 3 || dup2(3, 7) != 7) {
        _exit(97);
    }
}

static void
ignore_all(void *context)
{
    (void)context;
    (void)signal(SIGINT, SIG_IGN);
    (void)signal(SIGTERM, SIG_IGN);
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGALRM, SIG_IGN);
}

static void
close_standard_descriptors(void *context)
{
    (void)context;
    (void)close(STDIN_FILENO);
    (void)close(STDERR_FILENO);
}

static const char *const behind_the_separator[] = { OBSERVER_PATH, "7", "--json",
                                                    "two words",   "",  "--",
                                                    NULL };

/* The observer through the gate, with more in the environment, or directly, without. */
static child_result
observe(bool through_gate, void (*prepare)(void *context))
{
    const char *arguments[16] = { CLI_PATH, "run", "--" };
    test_market with_more = the_market;
    const char **environment = with_more.environment;
    size_t count = with_more.environment_count;
    const child_plan plan = {
        .arguments = through_gate ? arguments : behind_the_separator,
        .environment = environment,
        .prepare = prepare,
    };

    memcpy(arguments + 3, behind_the_separator, sizeof(behind_the_separator));
    if (through_gate) {
        environment[count++] = "ENTITLE_DEADLINE=20";
        environment[count++] = "ENTITLE_LEDGER=/kept";
    } else {
        /* Product code and keys go; what is not in the table of options stays. */
        environment[count - 2] = "ENTITLE_LEDGER=/kept";
        environment[count - 1] = NULL;
    }
    return child_run(&plan);
}

/* Everything but the process id, which stands in the first line. */
static const char *
facts_of(const child_result *result)
{
    const char *end = strchr(result->out, '\n');

    assert_non_null(end);
    return end;
}

static void
check_that_nothing_differs(void (*prepare)(void *context))
{
    child_result through = observe(true, prepare);
    child_result direct = observe(false, prepare);
    char pid[32];

    (void)snprintf(pid, sizeof(pid), "pid %ld\n", (long)through.pid);
    assert_int_equal(through.exit_status, 7);
    assert_int_equal(direct.exit_status, 7);
    assert_memory_equal(through.out, pid, strlen(pid));
    assert_string_equal(facts_of(&through), facts_of(&direct));
    assert_non_null(strstr(through.out, "argument two words\n"));
    child_result_clear(&through);
    child_result_clear(&direct);
}

static void
run_becomes_the_program(void **state)
{
    (void)state;
    check_that_nothing_differs(NULL);
    assert_int_equal(market_calls(&the_market), 1);
}

static void
run_keeps_an_unusual_start(void **state)
{
    (void)state;
    check_that_nothing_differs(make_unusual);
}

static void
run_keeps_ignored_signals(void **state)
{
    (void)state;
    check_that_nothing_differs(ignore_all);
}

static void
run_keeps_closed_descriptors(void **state)
{
    (void)state;
    check_that_nothing_differs(close_standard_descriptors);
}

/* Each variable of the table goes, even one that says nothing; its neighbours stay. */
static void
run_removes_exactly_its_own_variables(void **state)
{
    static const char *const arguments[] = { CLI_PATH, "run",          "--product-code",
                                             NULL,     "--keys",       NULL,
                                             "--",     "/usr/bin/env", NULL };
    static const char *const environment[] = {
        "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE",
        "ENTITLE_PRODUCT_CODE=",
        "ENTITLE_KEYS=",
        "ENTITLE_KEY_VERSION=1",
        "ENTITLE_KEY_VERSION=",
        "ENTITLE_KEY_VERSIONS=stays",
        "ENTITLE_ROUTE=register-usage",
        "ENTITLE_DIMENSION=",
        "ENTITLE_STRICT_CREDENTIALS=false",
        "ENTITLE_DEADLINE=20",
        "ENTITLE_ON_UNAVAILABLE=deny",
        "ENTITLE_ON_ROTATION=warn",
        "ENTITLE_=stays",
        "ENTITLE_DEADLINE",
        "entitle_deadline=stays",
        "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "AWS_REGION=us-east-1",
        NULL,
        NULL,
    };
    const char *filled[9];
    const char *settings[sizeof(environment) / sizeof(environment[0])];
    const child_plan plan = { .arguments = filled, .environment = settings };
    child_result result;

    (void)state;
    memcpy(filled, arguments, sizeof(filled));
    filled[3] = the_market.sandbox.product_code;
    filled[5] = the_market.sandbox.keys;
    memcpy(settings, environment, sizeof(settings));
    settings[17] = the_market.endpoint;
    result = child_run(&plan);

    assert_int_equal(result.exit_status, 0);
    assert_non_null(strstr(
        result.out,
        "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\n"
        "ENTITLE_KEY_VERSIONS=stays\n"
        "ENTITLE_=stays\n"));
    assert_non_null(strstr(
        result.out,
        "entitle_deadline=stays\n"
        "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n"
        "AWS_REGION=us-east-1\n"));
    child_result_clear(&result);
}

typedef struct program_case {
    const char *name; /* of a file made for it, or not in the folder at all */
    const char *text; /* what is in the file; NULL: there is none */
    mode_t mode;
    bool is_searched; /* without its folder, by PATH */
    int want_status;
} program_case;

static const program_case programs[] = {
    { "there", "#!/bin/sh\nexit 5\n", 0755, false, 5 },
    { "there", "#!/bin/sh\nexit 5\n", 0755, true, 5 },
    { "gone", NULL, 0, false, 127 },
    { "gone", NULL, 0, true, 127 },
    { "plain", "#!/bin/sh\nexit 5\n", 0644, false, 126 },
    { "plain", "#!/bin/sh\nexit 5\n", 0644, true, 126 },
    { "spaced", "#! \t/bin/sh\t-e \nexit 5\n", 0755, false, 5 },
    { "no_interpreter", "#!/does/not/exist\nexit 5\n", 0755, false, 126 },
    { "crlf", "#!/bin/sh\r\nexit 5\n", 0755, false, 126 },
    { "by_env", "#!/usr/bin/env sh\nexit 5\n", 0755, false, 5 },
    { "by_env_of_nothing",
      "#!/usr/bin/env does-not-exist\nexit 5\n",
      0755,
      false,
      126 },
    { "without_first_line", "exit 5\n", 0755, false, 5 },
    { "without_first_line", "exit 5\n", 0755, true, 5 },
    { ".", NULL, 0, false, 126 },
};

static void
check_program(const program_case *row)
{
    char file[SCRATCH_PATH_SIZE];
    char search[300];
    const char *arguments[] = { CLI_PATH, "run", "--", NULL, "x", NULL };
    test_market with_path = the_market;
    const child_plan plan = {
        .arguments = arguments,
        .environment = with_path.environment,
    };
    bool is_executed = row->want_status == 5;
    child_result result;

    print_message("%s%s\n", row->name, row->is_searched ? " in PATH" : "");
    market_reset(&the_market);
    (void)snprintf(file, sizeof(file), "%s/%s", folder.path, row->name);
    (void)snprintf(search, sizeof(search), "PATH=%s:/bin:/usr/bin", folder.path);
    if (row->text != NULL) {
        scratch_write_text(&folder, row->name, row->text, row->mode, file);
    }
    with_path.environment[0] = search;
    arguments[3] = row->is_searched ? row->name : file;
    result = child_run(&plan);

    assert_int_equal(result.exit_status, row->want_status);
    assert_int_equal(market_calls(&the_market), is_executed ? 1 : 0);
    if (!is_executed) {
        assert_memory_equal(result.err, "entitle: error: program '", 25);
        assert_non_null(strstr(result.err, "\nentitle: hint: "));
    }
    child_result_clear(&result);
}

static void
run_looks_for_the_program_before_it_asks(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
        check_program(&programs[i]);
    }
}

/* A binary whose dynamic loader the image does not have. */
static void
run_misses_a_loader(void **state)
{
    static char bytes[65536];
    static const char loader[] = "/lib64/ld-linux-x86-64.so.2";
    char path[SCRATCH_PATH_SIZE];
    FILE *file = fopen(OBSERVER_PATH, "rb");
    size_t length = file != NULL ? fread(bytes, 1, sizeof(bytes), file) : 0;
    const char *arguments[] = { CLI_PATH, "run", "--", path, "5", NULL };
    const child_plan plan = {
        .arguments = arguments,
        .environment = the_market.environment,
    };
    bool is_renamed = false;
    child_result result;

    (void)state;
    assert_non_null(file);
    (void)fclose(file);
    for (size_t i = 0; !is_renamed && i + sizeof(loader) <= length; i++) {
        is_renamed = memcmp(bytes + i, loader, sizeof(loader)) == 0;
        if (is_renamed) {
            bytes[i + 1] = 'x';
        }
    }
    if (!is_renamed) {
        print_message("SKIPPED: the programs of this machine have another loader\n");
        skip();
    }
    scratch_write(&folder, "binary", bytes, length, 0755, path);
    result = child_run(&plan);

    assert_int_equal(result.exit_status, 126);
    assert_non_null(strstr(result.err, "needs '/xib64/ld-linux-x86-64.so.2'"));
    assert_int_equal(market_calls(&the_market), 0);
    child_result_clear(&result);
}

/* The image of another architecture; the loader that the file names is there. */
static void
run_refuses_a_binary_of_another_machine(void **state)
{
    char path[SCRATCH_PATH_SIZE];
    char bytes[4096];
    FILE *file = fopen(OBSERVER_PATH, "rb");
    size_t length = file != NULL ? fread(bytes, 1, sizeof(bytes), file) : 0;
    const char *arguments[] = { CLI_PATH, "run", "--", path, "5", NULL };
    const child_plan plan = {
        .arguments = arguments,
        .environment = the_market.environment,
    };
    const Elf64_Half other = EM_SPARCV9;
    child_result result;

    (void)state;
    assert_non_null(file);
    (void)fclose(file);
    memcpy(bytes + offsetof(Elf64_Ehdr, e_machine), &other, sizeof(other));
    market_reset(&the_market);
    scratch_write(&folder, "foreign", bytes, length, 0755, path);
    result = child_run(&plan);

    assert_int_equal(result.exit_status, 126);
    assert_non_null(strstr(result.err, "is for another kind of processor"));
    assert_int_equal(market_calls(&the_market), 0);
    child_result_clear(&result);
}

static child_result
run_with(const char *option, const char *other)
{
    const char *arguments[] = { CLI_PATH, "run",         option, other,
                                "--",     OBSERVER_PATH, "0",    NULL };
    const child_plan plan = {
        .arguments = arguments,
        .environment = the_market.environment,
    };

    return child_run(&plan);
}

static void
run_does_not_become_what_is_not_entitled(void **state)
{
    child_result result;

    (void)state;
    market_control(&the_market, "PUT", "subscription", "{\"subscribed\":false}");
    result = run_with("--deadline", "20");

    assert_int_equal(result.exit_status, EX_NOPERM);
    assert_string_equal(result.out, "");
    assert_non_null(strstr(result.err, "entitle: error: "));
    assert_non_null(strstr(result.err, "\nentitle: hint: "));
    child_result_clear(&result);
}

static void
run_becomes_what_a_dry_run_lets_in(void **state)
{
    child_result accepted = run_with("--route=meter-usage", "--dimension=requests");
    child_result refused = run_with("--route=meter-usage", "--dimension=nothings");

    (void)state;
    assert_int_equal(accepted.exit_status, 0);
    assert_memory_equal(accepted.out, "pid ", 4);
    assert_int_equal(refused.exit_status, EX_CONFIG);
    assert_string_equal(refused.out, "");
    assert_non_null(strstr(refused.err, "InvalidUsageDimensionException"));
    child_result_clear(&accepted);
    child_result_clear(&refused);
}

static void
run_prints_its_json_on_standard_error(void **state)
{
    child_result result = run_with("--json", "--deadline=20");
    cJSON *json = cJSON_Parse(result.err);

    (void)state;

    assert_int_equal(result.exit_status, 0);
    assert_memory_equal(result.out, "pid ", 4);
    assert_string_equal(
        cJSON_GetStringValue(cJSON_GetObjectItem(json, "decision")), "entitled");
    assert_ptr_equal(strchr(result.err, '\n'), result.err + strlen(result.err) - 1);
    cJSON_Delete(json);
    child_result_clear(&result);
}

static void
run_may_start_without_an_answer(void **state)
{
    child_result started;
    child_result denied;

    (void)state;
    market_control(
        &the_market,
        "PUT",
        "faults",
        "{\"faults\":[{\"operation\":\"*\",\"error\":\"ThrottlingException\"}]}");
    started = run_with("--deadline=0.2", "--on-unavailable=start");
    denied = run_with("--deadline=0.2", "--on-unavailable=deny");

    assert_int_equal(started.exit_status, 0);
    assert_memory_equal(started.out, "pid ", 4);
    assert_non_null(strstr(started.err, "entitle: warning: "));
    assert_int_equal(denied.exit_status, EX_UNAVAILABLE);
    assert_string_equal(denied.out, "");
    child_result_clear(&started);
    child_result_clear(&denied);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(run_becomes_the_program, market_set_up),
        cmocka_unit_test_setup(run_keeps_an_unusual_start, market_set_up),
        cmocka_unit_test_setup(run_keeps_ignored_signals, market_set_up),
        cmocka_unit_test_setup(run_keeps_closed_descriptors, market_set_up),
        cmocka_unit_test_setup(run_removes_exactly_its_own_variables, market_set_up),
        cmocka_unit_test_setup(run_looks_for_the_program_before_it_asks, market_set_up),
        cmocka_unit_test_setup(run_misses_a_loader, market_set_up),
        cmocka_unit_test_setup(run_refuses_a_binary_of_another_machine, market_set_up),
        cmocka_unit_test_setup(run_does_not_become_what_is_not_entitled, market_set_up),
        cmocka_unit_test_setup(run_becomes_what_a_dry_run_lets_in, market_set_up),
        cmocka_unit_test_setup(run_prints_its_json_on_standard_error, market_set_up),
        cmocka_unit_test_setup(run_may_start_without_an_answer, market_set_up),
    };

    return cmocka_run_group_tests(tests, start_all, stop_all);
}
