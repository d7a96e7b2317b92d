/* SPDX-License-Identifier: Apache-2.0 */
#include "base/runtime.h"
#include "cli/scratch.h"
#include "licence/mark.h"
#include "support/cmocka.h"
#include "support/fake_runtime.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
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
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
