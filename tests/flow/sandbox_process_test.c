/* SPDX-License-Identifier: Apache-2.0 */

/* The sandbox as a program: its command line, its place, its end, and its `env`. */
#include "state_folder.h"
#include "support/cmocka.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static http_reply reply;
static char output[16384];

typedef struct usage_case {
    const char *arguments[6]; /* ends with NULL */
    int want_exit;
    const char *want_text;
} usage_case;

static const usage_case usage_cases[] = {
    { { "--help" }, 0, "usage: entitle-sandbox" },
    { { "--version" }, 0, "entitle-sandbox 0." },
    { { "--config", "" }, 64, "--config wants a file" },
    { { "--config", "/nowhere/at/all" }, 74, "cannot read /nowhere/at/all" },
    { { "--tls=yes" }, 64, "--tls takes no value" },
    { { "serve" }, 64, "there is no option 'serve'" },
    { { "--listen" }, 64, "--listen wants a value" },
    { { "--listen", "8700" }, 64, "ADDRESS:PORT" },
    { { "--listen", "localhost:0" }, 64, "literal address" },
    { { "--listen", "127.0.0.1:65536" }, 64, "not a port" },
    { { "--listen", "127.0.0.1:" }, 64, "not a port" },
    { { "--listen=192.0.2.1:0" }, 69, "cannot listen" },
    { { "--seed", "-1" }, 64, "--seed" },
    { { "--seed", "18446744073709551616" }, 64, "--seed" },
    { { "--region", "US EAST" }, 64, "--region" },
    { { "--state", "" }, 64, "--state" },
    { { "--state", "/nowhere/at/all" }, 74, "/nowhere/at/all" },
    { { "env" }, 64, "--url" },
    { { "env", "--url", "127.0.0.1" }, 64, "--url" },
    { { "env", "--url", "http://192.0.2.1:80" }, 64, "loopback" },
    { { "env", "--url", "http://127.0.0.1:1", "--wait", "0" },
      69,
      "no sandbox answers" },
    { { "env", "--wait", "3601" }, 64, "--wait: '3601'" },
    { { "env", "--wait", "1.5" }, 64, "--wait: '1.5'" },
    { { "env", "--seed", "1" }, 64, "there is no option '--seed'" },
};

static void
command_line_is_read_strictly(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(usage_cases) / sizeof(usage_cases[0]); i++) {
        int status =
            sandbox_program_run(usage_cases[i].arguments, output, sizeof(output));
        print_message("%s", output);

        assert_int_equal(status, usage_cases[i].want_exit);
        assert_non_null(strstr(output, usage_cases[i].want_text));
    }
}

static void
signals_end_it_at_once(void **state)
{
    (void)state;
    static const int signals[] = { SIGTERM, SIGINT };
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        sandbox_process sandbox;
        int64_t took_ms = 0;
        CURL *kept_open = curl_easy_init();
        assert_true(sandbox_process_start(&sandbox, NULL));
        const http_call call = { .url = sandbox.url, .handle = kept_open };
        assert_true(http_perform(&call, &reply));

        assert_int_equal(sandbox_process_stop(&sandbox, signals[i], &took_ms), 0);

        assert_true(took_ms < 1000);
        assert_int_not_equal(access(sandbox.state, F_OK), 0);
        curl_easy_cleanup(kept_open);
    }
}

static void *
register_in_vain(void *context)
{
    static http_reply unanswered;
    service_try_register(context, SERVICE_GOOD_BODY, &unanswered);
    return NULL;
}

static void
delayed_answer_does_not_hold_up_the_end(void **state)
{
    (void)state;
    sandbox_process sandbox;
    pthread_t thread;
    int64_t took_ms = 0;
    assert_true(sandbox_process_start(&sandbox, NULL));
    sandbox_process_demand(
        &sandbox,
        "PUT",
        "faults",
        "{\"faults\":[{\"operation\":\"*\",\"times\":1,\"delay_ms\":20000}]}",
        NULL);
    assert_int_equal(pthread_create(&thread, NULL, register_in_vain, &sandbox), 0);
    do {
        sandbox_process_demand(&sandbox, "GET", "state", NULL, &reply);
    } while (strstr(reply.body, "\"faults\":[]") == NULL);

    assert_int_equal(sandbox_process_stop(&sandbox, SIGTERM, &took_ms), 0);

    assert_true(took_ms < 1000);
    assert_int_equal(pthread_join(thread, NULL), 0);
}

/* The machine's own address on the way to others, or "" where it has none. */
static void
find_own_address(char out[INET_ADDRSTRLEN])
{
    struct sockaddr_in own = { .sin_family = AF_INET };
    struct sockaddr_in other = { .sin_family = AF_INET, .sin_port = htons(9) };
    socklen_t length = sizeof(own);
    int descriptor = socket(AF_INET, SOCK_DGRAM, 0);
    out[0] = '\0';
    (void)inet_pton(AF_INET, "192.0.2.1", &other.sin_addr);
    if (connect(descriptor, (const struct sockaddr *)&other, sizeof(other)) == 0 &&
        getsockname(descriptor, (struct sockaddr *)&own, &length) == 0) {
        (void)inet_ntop(AF_INET, &own.sin_addr, out, INET_ADDRSTRLEN);
    }
    close(descriptor);
}

static void
control_is_for_this_machine_only(void **state)
{
    (void)state;
    sandbox_process sandbox;
    char listen[64];
    char own[INET_ADDRSTRLEN];
    find_own_address(own);
    if (own[0] == '\0') {
        skip();
    }
    (void)snprintf(listen, sizeof(listen), "%s:0", own);
    const char *const arguments[] = { "--listen", listen, NULL };
    assert_true(sandbox_process_start(&sandbox, arguments));

    /* From that address, a peer looks like any other machine. */
    assert_int_equal(
        sandbox_process_control(&sandbox, "GET", "state", NULL, &reply), 403);
    assert_non_null(strstr(reply.body, "this machine only"));
    service_register(&sandbox, SERVICE_GOOD_BODY, &reply);
    service_assert_error(&reply, NULL);
    assert_int_equal(sandbox_process_stop(&sandbox, SIGTERM, NULL), 0);
}

static void
taken_port_is_named(void **state)
{
    (void)state;
    sandbox_process sandbox;
    assert_true(sandbox_process_start(&sandbox, NULL));
    const char *const arguments[] = { "--listen", strstr(sandbox.url, "//") + 2, NULL };

    assert_int_equal(sandbox_program_run(arguments, output, sizeof(output)), 69);

    assert_non_null(strstr(output, sandbox.url));
    assert_int_equal(sandbox_process_stop(&sandbox, SIGTERM, NULL), 0);
}

static void
env_points_a_shell_at_the_sandbox(void **state)
{
    (void)state;
    sandbox_process sandbox;
    char quoted[96];
    char line[256];
    (void)snprintf(quoted, sizeof(quoted), "%s/it's", state_folder);
    assert_int_equal(mkdir(quoted, 0700), 0);
    const char *const arguments[] = { "--state", quoted, NULL };
    assert_true(sandbox_process_start(&sandbox, arguments));
    const char *const env[] = { "env", "--url", sandbox.url, NULL };

    int status = sandbox_program_run(env, output, sizeof(output));

    assert_int_equal(status, 0);
    (void)snprintf(
        line,
        sizeof(line),
        "export AWS_ENDPOINT_URL_MARKETPLACE_METERING='%s'\n",
        sandbox.url);
    assert_non_null(strstr(output, line));
    assert_non_null(strstr(output, "export AWS_REGION='us-east-1'\n"));
    assert_non_null(strstr(output, "export AWS_DEFAULT_REGION='us-east-1'\n"));
    assert_non_null(strstr(output, "export AWS_EC2_METADATA_DISABLED='true'\n"));
    assert_non_null(
        strstr(output, "export ENTITLE_PRODUCT_CODE='" SERVICE_PRODUCT "'\n"));
    (void)snprintf(
        line, sizeof(line), "export ENTITLE_KEYS='%s/it'\\''s/keys'\n", state_folder);
    assert_non_null(strstr(output, line));
    assert_int_equal(sandbox_process_stop(&sandbox, SIGTERM, NULL), 0);
    static const char *const names[] = {
        "/private/1.pem", "/keys/1.pem", "/private", "/keys", "/state.db", "/lock", ""
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        (void)snprintf(line, sizeof(line), "%s%s", quoted, names[i]);
        assert_int_equal(remove(line), 0);
    }
}

static char waited[4096];

static void *
env_with_patience(void *url)
{
    const char *const env[] = { "env", "--wait", "600", "--url", url, NULL };
    return sandbox_program_run(env, waited, sizeof(waited)) == 0 ? url : NULL;
}

/* As in a script, where the second line does not wait for what the first one starts. */
static void
env_waits_for_a_sandbox_that_begins(void **state)
{
    (void)state;
    sandbox_process sandbox;
    pthread_t thread;
    void *found = NULL;
    assert_true(sandbox_process_start(&sandbox, NULL));
    assert_int_equal(sandbox_process_stop(&sandbox, SIGTERM, NULL), 0);
    char url[sizeof(sandbox.url)];
    memcpy(url, sandbox.url, sizeof(url));
    const char *const impatient[] = { "env", "--wait", "0", "--url", url, NULL };
    assert_int_equal(sandbox_program_run(impatient, output, sizeof(output)), 69);

    assert_int_equal(pthread_create(&thread, NULL, env_with_patience, url), 0);
    const char *const arguments[] = { "--listen", strstr(url, "//") + 2, NULL };
    assert_true(sandbox_process_start(&sandbox, arguments));

    assert_int_equal(pthread_join(thread, &found), 0);
    assert_ptr_equal(found, url);
    assert_non_null(strstr(waited, url));
    assert_int_equal(sandbox_process_stop(&sandbox, SIGTERM, NULL), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(command_line_is_read_strictly),
        cmocka_unit_test(signals_end_it_at_once),
        cmocka_unit_test(delayed_answer_does_not_hold_up_the_end),
        cmocka_unit_test(control_is_for_this_machine_only),
        cmocka_unit_test(taken_port_is_named),
        cmocka_unit_test(env_waits_for_a_sandbox_that_begins),
        cmocka_unit_test_setup_teardown(
            env_points_a_shell_at_the_sandbox, state_make, state_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
