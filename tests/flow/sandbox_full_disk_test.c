/* SPDX-License-Identifier: Apache-2.0 */
#include "state_folder.h"
#include "support/cmocka.h"
#include "support/private_disk.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { BEFORE = 20, ATTEMPTS = 2000 };

static http_reply reply;
static char output[8192];
static bool is_private;

/* The whole folder is the disk. */
static int
make_disk(void **state)
{
    if (state_make(state) != 0) {
        return -1;
    }
    if (is_private) {
        private_disk_mount(state_folder, "3m");
    }
    return 0;
}

static int
remove_disk(void **state)
{
    if (is_private) {
        private_disk_unmount(state_folder);
    }
    return state_remove(state);
}

static void
need_disk(void)
{
    if (!is_private) {
        skip();
    }
}

/* An event of its own each, so that every call asks for a row. */
static void
meter(int number, http_reply *out)
{
    char body[512];
    (void)snprintf(
        body,
        sizeof(body),
        "{\"ProductCode\":\"" SERVICE_PRODUCT "\",\"UsageDimension\":\"requests\","
        "\"UsageQuantity\":1,\"Timestamp\":%" PRId64 ",\"ClientToken\":\"event-%d\"}",
        (int64_t)time(NULL) / 3600 * 3600,
        number);
    service_call(&service_sandbox, "MeterUsage", body, out);
}

static int
count_records(void)
{
    int count = 0;
    service_control("GET", "records?limit=100", NULL);
    for (const char *at = service_reply.body;
         (at = strstr(at, "\"sequence\":")) != NULL;
         at++) {
        count++;
    }
    return count;
}

static void
full_disk_refuses_what_it_cannot_keep(void **state)
{
    (void)state;
    need_disk();
    char ballast[128];
    int honoured = 0;
    state_start();
    service_control("POST", "identity", "{\"kind\":\"agentcore\"}");
    for (; honoured < BEFORE; honoured++) {
        meter(honoured, &reply);
        service_assert_error(&reply, NULL);
    }
    state_path("ballast", ballast, sizeof(ballast));
    private_disk_fill(ballast);
    for (meter(honoured, &reply); reply.status == 200; meter(honoured, &reply)) {
        honoured++;
        assert_true(honoured < ATTEMPTS);
    }

    service_assert_error(&reply, "InternalServiceErrorException");
    assert_int_equal(reply.status, 500);
    assert_int_equal(
        sandbox_process_control(
            &service_sandbox, "POST", "clock", "{\"advance_s\":1}", NULL),
        500);
    assert_int_equal(count_records(), honoured);

    assert_int_equal(unlink(ballast), 0);
    meter(honoured, &reply);
    service_assert_error(&reply, NULL);
    assert_int_equal(count_records(), honoured + 1);
    state_restart(SIGKILL);
    assert_int_equal(count_records(), honoured + 1);
}

static void
kill_on_a_full_disk_loses_nothing(void **state)
{
    (void)state;
    need_disk();
    const char *const arguments[] = { "--state", state_folder, NULL };
    char ballast[128];
    state_start();
    service_control("POST", "identity", "{\"kind\":\"agentcore\"}");
    for (int i = 0; i < BEFORE; i++) {
        meter(i, &reply);
        service_assert_error(&reply, NULL);
    }
    state_path("ballast", ballast, sizeof(ballast));
    private_disk_fill(ballast);
    state_stop(SIGKILL);

    assert_int_equal(sandbox_program_run(arguments, output, sizeof(output)), 74);
    assert_non_null(strstr(output, "cannot write"));
    assert_int_equal(unlink(ballast), 0);
    state_start();
    assert_int_equal(count_records(), BEFORE);
    meter(BEFORE, &reply);
    service_assert_error(&reply, NULL);
    assert_int_equal(count_records(), BEFORE + 1);
}

static void
read_only_disk_is_refused(void **state)
{
    (void)state;
    need_disk();
    const char *const arguments[] = { "--state", state_folder, NULL };
    state_start();
    state_stop(SIGTERM);
    private_disk_set_read_only(state_folder);

    assert_int_equal(sandbox_program_run(arguments, output, sizeof(output)), 74);
    assert_non_null(strstr(output, "Read-only file system"));
}

static void
export_reads_from_a_read_only_disk(void **state)
{
    (void)state;
    need_disk();
    const char *const arguments[] = { "export",   "--state", state_folder,
                                      "--format", "csv",     NULL };
    state_start();
    service_control("POST", "identity", "{\"kind\":\"agentcore\"}");
    meter(0, &reply);
    service_assert_error(&reply, NULL);
    state_stop(SIGTERM);
    private_disk_set_read_only(state_folder);

    assert_int_equal(sandbox_program_run(arguments, output, sizeof(output)), 0);
    assert_non_null(strstr(output, "\r\n1,"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            full_disk_refuses_what_it_cannot_keep, make_disk, remove_disk),
        cmocka_unit_test_setup_teardown(
            kill_on_a_full_disk_loses_nothing, make_disk, remove_disk),
        cmocka_unit_test_setup_teardown(
            read_only_disk_is_refused, make_disk, remove_disk),
        cmocka_unit_test_setup_teardown(
            export_reads_from_a_read_only_disk, make_disk, remove_disk),
    };
    is_private = private_disk_prepare();
    return cmocka_run_group_tests_name("sandbox_full_disk", tests, NULL, NULL);
}
