/* SPDX-License-Identifier: Apache-2.0 */
#include "base/runtime.h"
#include "cli/scratch.h"
#include "licence/mark.h"
#include "support/cmocka.h"
#include "support/fake_runtime.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LEEWAY_S = 300 };

static fake_runtime fake;
static scratch folder;
static char path[SCRATCH_PATH_SIZE];

static int
make_folder(void **state)
{
    (void)state;
    fake_runtime_init(&fake);
    scratch_make(&folder);
    (void)snprintf(path, sizeof(path), "%s/state", folder.path);
    return 0;
}

static int
remove_folder(void **state)
{
    (void)state;
    scratch_remove(&folder);
    assert_int_equal(fake.blocks_in_use, 0);
    return 0;
}

static entitle_status
advance(int64_t now_s)
{
    entitle_error error = { .hint = "" };
    entitle_status status =
        ent_licence_mark_advance(&fake.runtime, path, now_s, &error);

    assert_true((status == ENTITLE_OK) == (error.hint[0] == '\0'));
    return status;
}

static void
read_file(char out[128])
{
    FILE *file = fopen(path, "r");

    assert_non_null(file);
    size_t length = fread(out, 1, 127, file);
    out[length] = '\0';
    assert_int_equal(fclose(file), 0);
}

static void
mark_only_grows(void **state)
{
    char text[128];
    struct stat about;

    (void)state;
    assert_int_equal(advance(1000000), ENTITLE_OK);
    read_file(text);
    assert_string_equal(text, "entitle-licence-clock-1 1000000\n");
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);

    assert_int_equal(advance(1000000 - LEEWAY_S), ENTITLE_OK);
    assert_int_equal(advance(1000000 - LEEWAY_S - 1), ENTITLE_CLOCK_SET_BACK);
    assert_int_equal(advance(0), ENTITLE_CLOCK_SET_BACK);
    read_file(text);
    assert_string_equal(text, "entitle-licence-clock-1 1000000\n");
    assert_int_equal(advance(2000000), ENTITLE_OK);
    assert_int_equal(advance(1000000), ENTITLE_CLOCK_SET_BACK);
}

static void
clock_before_1970_was_set_back(void **state)
{
    (void)state;
    assert_int_equal(advance(-1), ENTITLE_CLOCK_SET_BACK);
    assert_int_equal(access(path, F_OK), -1);
}

static const struct {
    const char *text;
    entitle_status want;
} files[] = {
    { "entitle-licence-clock-1 1000\n", ENTITLE_OK },
    { "entitle-licence-clock-1 1000", ENTITLE_IO_ERROR },
    { "entitle-licence-clock-1 1000\n\n", ENTITLE_IO_ERROR },
    { "entitle-licence-clock-1 1000 \n", ENTITLE_IO_ERROR },
    { "entitle-licence-clock-1 -1000\n", ENTITLE_IO_ERROR },
    { "entitle-licence-clock-1 \n", ENTITLE_IO_ERROR },
    { "entitle-licence-clock-2 1000\n", ENTITLE_IO_ERROR },
    { "entitle-licence-clock-1 9223372036854775808\n", ENTITLE_IO_ERROR },
    { "entitle-licence-clock-1 9223372036854775807\n", ENTITLE_CLOCK_SET_BACK },
    { "", ENTITLE_IO_ERROR },
    { "1000\n", ENTITLE_IO_ERROR },
};

/* A mark that cannot be read might hide one that is too late. */
static void
damaged_mark_refuses(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        scratch_write_text(&folder, "state", files[i].text, 0600, path);
        entitle_status status = advance(1000);
        if (status != files[i].want) {
            fail_msg("%s: %s", files[i].text, entitle_status_name(status));
        }
        assert_int_equal(unlink(path), 0);
    }
}

static void
mark_that_cannot_be_written_refuses(void **state)
{
    (void)state;
    (void)snprintf(path, sizeof(path), "%s/missing/state", folder.path);
    assert_int_equal(advance(1000), ENTITLE_IO_ERROR);
    (void)snprintf(path, sizeof(path), "%s", folder.path);
    assert_int_equal(advance(1000), ENTITLE_IO_ERROR);
}

/* --- Others ----------------------------------------------------------------------- */

static int64_t others_s;
static void *(*allocate)(void *context, size_t size);

/* Another process writes once this one has read: the first to allocate is the draft. */
static void *
allocate_after_another(void *context, size_t size)
{
    char text[64];

    (void)snprintf(
        text, sizeof(text), "entitle-licence-clock-1 %lld\n", (long long)others_s);
    scratch_write_text(&folder, "state", text, 0600, path);
    fake.runtime.allocate = allocate;
    return allocate(context, size);
}

static const struct {
    int64_t others_s;
    entitle_status want;
    const char *want_text;
} others[] = {
    { 1999, ENTITLE_OK, "entitle-licence-clock-1 2000\n" },
    { 2000, ENTITLE_OK, "entitle-licence-clock-1 2000\n" },
    { 2001, ENTITLE_OK, "entitle-licence-clock-1 2001\n" },
    { 2000 + LEEWAY_S + 1, ENTITLE_CLOCK_SET_BACK, "entitle-licence-clock-1 2301\n" },
};

static void
mark_that_another_writes_meanwhile_only_grows(void **state)
{
    char text[128];

    (void)state;
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        others_s = others[i].others_s;
        allocate = fake.runtime.allocate;
        fake.runtime.allocate = allocate_after_another;
        assert_int_equal(advance(2000), others[i].want);
        assert_ptr_equal(fake.runtime.allocate, allocate);
        read_file(text);
        assert_string_equal(text, others[i].want_text);
        assert_int_equal(unlink(path), 0);
        assert_int_equal(rmdir(folder.path), 0); /* nothing else is left there */
        assert_int_equal(mkdir(folder.path, 0700), 0);
    }
}

static void
draft_that_a_kill_left_is_taken_over(void **state)
{
    char draft[SCRATCH_PATH_SIZE];
    char text[128];

    (void)state;
    scratch_write_text(
        &folder, "state.draft", "entitle-licence-clock-1 99999999999\n", 0600, draft);
    assert_int_equal(advance(1000), ENTITLE_OK);
    read_file(text);
    assert_string_equal(text, "entitle-licence-clock-1 1000\n");
    assert_int_equal(access(draft, F_OK), -1);
}

static void
draft_that_another_keeps_is_not_waited_for_long(void **state)
{
    char draft[SCRATCH_PATH_SIZE];

    (void)state;
    assert_int_equal(advance(1000), ENTITLE_OK);
    scratch_write_text(&folder, "state.draft", "", 0600, draft);
    int descriptor = open(draft, O_RDWR | O_CLOEXEC);
    assert_int_equal(flock(descriptor, LOCK_EX), 0);
    assert_int_equal(advance(1000), ENTITLE_OK); /* nothing is to be written */
    assert_int_equal(advance(1001), ENTITLE_IO_ERROR);
    assert_in_range(fake.slept_ms, 1000, 3000);
    assert_int_equal(close(descriptor), 0);
    assert_int_equal(advance(1001), ENTITLE_OK);
}

static void
draft_that_is_a_link_is_not_followed(void **state)
{
    char victim[SCRATCH_PATH_SIZE];
    char draft[SCRATCH_PATH_SIZE + 8];
    struct stat about;

    (void)state;
    scratch_write_text(&folder, "victim", "kept", 0600, victim);
    (void)snprintf(draft, sizeof(draft), "%s.draft", path);
    assert_int_equal(symlink(victim, draft), 0);
    assert_int_equal(advance(1000), ENTITLE_IO_ERROR);
    assert_int_equal(stat(victim, &about), 0);
    assert_int_equal(about.st_size, 4);
}

enum { WRITERS = 4, TIMES = 50 };

/* Each sees a mark that never falls. */
static bool
write_often(int64_t first_s)
{
    entitle_runtime real;
    int64_t before_s = 0;

    if (ent_runtime_fill(&real, NULL, NULL) != ENTITLE_OK) {
        return false;
    }
    for (int64_t now_s = first_s; now_s < first_s + TIMES; now_s++) {
        char text[128] = "";
        if (ent_licence_mark_advance(&real, path, now_s, NULL) != ENTITLE_OK) {
            return false;
        }
        read_file(text);
        int64_t mark_s = strtoll(text + strlen("entitle-licence-clock-1 "), NULL, 10);
        if (mark_s < now_s || mark_s < before_s) {
            return false;
        }
        before_s = mark_s;
    }
    return true;
}

static void
mark_of_many_writers_never_falls(void **state)
{
    int failed = 0;

    (void)state;
    for (int i = 0; i < WRITERS; i++) {
        pid_t writer = fork();
        assert_true(writer >= 0);
        if (writer == 0) {
            _exit(write_often(1000 + i) ? 0 : 1);
        }
    }
    for (int i = 0; i < WRITERS; i++) {
        int status = 1;
        assert_true(wait(&status) > 0);
        failed += status != 0;
    }
    assert_int_equal(failed, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(mark_only_grows, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(
            clock_before_1970_was_set_back, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(
            damaged_mark_refuses, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(
            mark_that_cannot_be_written_refuses, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(
            mark_that_another_writes_meanwhile_only_grows, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(
            draft_that_a_kill_left_is_taken_over, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(
            draft_that_another_keeps_is_not_waited_for_long,
            make_folder,
            remove_folder),
        cmocka_unit_test_setup_teardown(
            draft_that_is_a_link_is_not_followed, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(
            mark_of_many_writers_never_falls, make_folder, remove_folder),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
