/* SPDX-License-Identifier: Apache-2.0 */
#include "state_folder.h"
#include "support/cmocka.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Where SQLite's file format keeps them, and how large its pages are. */
enum { VERSION_OFFSET = 63, APPLICATION_OFFSET = 68, PAGE_SIZE = 4096, PAGES = 3 };

static char output[8192];
static http_reply reply;

/* A folder in which something was honoured. */
static void
honour_one(void)
{
    char body[512];
    state_start();
    (void)snprintf(
        body,
        sizeof(body),
        "{\"ProductCode\":\"" SERVICE_PRODUCT "\",\"UsageRecords\":["
        "{\"CustomerIdentifier\":\"cust-0001\",\"Dimension\":\"requests\","
        "\"Quantity\":1,\"Timestamp\":%" PRId64 "}]}",
        (int64_t)time(NULL));
    service_call(&service_sandbox, "BatchMeterUsage", body, &reply);
    service_assert_error(&reply, NULL);
    state_stop(SIGTERM);
}

static void
overwrite(const char *path, long offset, const void *bytes, size_t length)
{
    FILE *file = fopen(path, "r+e");
    assert_non_null(file);
    assert_int_equal(fseek(file, offset, SEEK_SET), 0);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static void
leave_alone(const char *path)
{
    (void)path;
}

static void
cut_in_half(const char *path)
{
    struct stat file;
    assert_int_equal(stat(path, &file), 0);
    assert_int_equal(truncate(path, file.st_size / 2), 0);
}

static void
cut_inside_a_page(const char *path)
{
    assert_int_equal(truncate(path, PAGE_SIZE + 1), 0);
}

static void
overwrite_a_page(const char *path)
{
    char page[PAGE_SIZE];
    memset(page, 0xff, sizeof(page));
    overwrite(path, (long)PAGES * PAGE_SIZE, page, sizeof(page));
}

static void
overwrite_the_head(const char *path)
{
    char page[PAGE_SIZE] = { 0 };
    overwrite(path, 0, page, sizeof(page));
}

/* The same noise each time: a linear congruence. */
static void
overwrite_all(const char *path)
{
    char page[PAGE_SIZE];
    uint32_t noise = 1;
    for (long at = 0; at < PAGES; at++) {
        for (size_t i = 0; i < sizeof(page); i++) {
            noise = noise * 1664525U + 1013904223U;
            page[i] = (char)(noise >> 24);
        }
        overwrite(path, at * PAGE_SIZE, page, sizeof(page));
    }
}

static void
make_newer(const char *path)
{
    overwrite(path, VERSION_OFFSET, "\x02", 1);
}

static void
make_foreign(const char *path)
{
    overwrite(path, APPLICATION_OFFSET, "\0\0\0\0", 4);
}

static void
make_a_folder(const char *path)
{
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkdir(path, 0700), 0);
}

typedef struct damage_case {
    const char *name;
    void (*damage)(const char *path);
    const char *want; /* NULL: it starts */
} damage_case;

static const damage_case damage_cases[] = {
    { "none", leave_alone, NULL },
    { "half of it", cut_in_half, "cannot use" },
    { "a page and a byte", cut_inside_a_page, "cannot use" },
    { "a page of it", overwrite_a_page, "cannot use" },
    { "its head", overwrite_the_head, "cannot use" },
    { "all of it", overwrite_all, "cannot use" },
    { "newer", make_newer, "is of version 2; this program knows 1" },
    { "another program's", make_foreign, "is not the state of a sandbox" },
    { "a folder", make_a_folder, "cannot use" },
};

static void
assert_refused(const char *want)
{
    const char *const arguments[] = { "--state", state_folder, NULL };
    int status = sandbox_program_run(arguments, output, sizeof(output));
    if (status != 74 || strstr(output, want) == NULL ||
        strstr(output, "another --state") == NULL) {
        fail_msg("not refused as \"%s\": %d, %s", want, status, output);
    }
}

/* Neither started on, nor mended, nor replaced. */
static void
damaged_state_is_refused_and_left(void **state)
{
    char path[128];
    for (size_t i = 0; i < sizeof(damage_cases) / sizeof(damage_cases[0]); i++) {
        const damage_case *row = &damage_cases[i];
        print_message("%s\n", row->name);
        assert_int_equal(state_make(state), 0);
        honour_one();
        state_path("state.db", path, sizeof(path));
        row->damage(path);
        if (row->want == NULL) {
            state_start();
        } else {
            assert_refused(row->want);
            assert_refused(row->want);
        }
        assert_int_equal(state_remove(state), 0);
    }
    assert_int_equal(state_make(state), 0);
}

typedef struct export_case {
    const char *name;
    void (*damage)(const char *path);
    int want_exit;
} export_case;

static const export_case export_cases[] = {
    { "none", leave_alone, 0 },
    { "a page and a byte", cut_inside_a_page, 74 },
    { "its head", overwrite_the_head, 74 },
    { "newer", make_newer, 74 },
    { "a folder", make_a_folder, 74 },
};

static void
export_of_damaged_state_ends_with_a_message(void **state)
{
    char path[128];
    const char *const arguments[] = { "export", "--state", state_folder, NULL };
    for (size_t i = 0; i < sizeof(export_cases) / sizeof(export_cases[0]); i++) {
        print_message("%s\n", export_cases[i].name);
        assert_int_equal(state_make(state), 0);
        honour_one();
        state_path("state.db", path, sizeof(path));
        export_cases[i].damage(path);

        int status = sandbox_program_run(arguments, output, sizeof(output));

        assert_int_equal(status, export_cases[i].want_exit);
        const char *want = status == 0 ? "{\"records\":[{\"sequence\":1," : "error: ";
        assert_non_null(strstr(output, want));
        assert_int_equal(state_remove(state), 0);
    }
    assert_int_equal(state_make(state), 0);
}

static void
second_sandbox_in_a_folder_is_refused(void **state)
{
    (void)state;
    state_start();
    assert_refused("another sandbox is using the folder");
    service_register(&service_sandbox, SERVICE_GOOD_BODY, &reply);
    service_assert_error(&reply, NULL);

    state_restart(SIGKILL);
}

/* Opening one waits until somebody writes to it, which no signal would end. */
static void
fifo_in_place_of_a_key_is_refused(void **state)
{
    static const char *const names[] = {
        "private/1.pem", "private/ca.key", "private/server.key", "ca.pem"
    };
    const char *const arguments[] = { "--state", state_folder, "--tls", NULL };
    char path[128];

    (void)state;
    state_start();
    state_stop(SIGTERM);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char kept[128];
        state_path(names[i], path, sizeof(path));
        state_path("kept", kept, sizeof(kept));
        (void)rename(path, kept);
        assert_int_equal(mkfifo(path, 0600), 0);

        int status = sandbox_program_run(arguments, output, sizeof(output));

        assert_int_equal(status, 74);
        assert_non_null(strstr(output, names[i]));
        assert_non_null(strstr(output, "is not a regular file"));
        assert_int_equal(unlink(path), 0);
        (void)rename(kept, path);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            damaged_state_is_refused_and_left, state_make, state_remove),
        cmocka_unit_test_setup_teardown(
            export_of_damaged_state_ends_with_a_message, state_make, state_remove),
        cmocka_unit_test_setup_teardown(
            second_sandbox_in_a_folder_is_refused, state_make, state_remove),
        cmocka_unit_test_setup_teardown(
            fifo_in_place_of_a_key_is_refused, state_make, state_remove),
    };
    return cmocka_run_group_tests_name("sandbox_damage", tests, NULL, NULL);
}
