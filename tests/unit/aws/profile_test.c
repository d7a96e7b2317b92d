/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/profile.h"
#include "cli/scratch.h"
#include "support/cmocka.h"
#include "support/fake_runtime.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A home with the two files, and variables that point to others. */
typedef struct fixture {
    fake_runtime fake;
    scratch home;
    char other_config[SCRATCH_PATH_SIZE];
    fake_variable variables[6];
    ent_profile_set *set;
    entitle_error error;
} fixture;

static int
set_up(void **state)
{
    fixture *f = calloc(1, sizeof(*f));
    char path[SCRATCH_PATH_SIZE];

    assert_non_null(f);
    fake_runtime_init(&f->fake);
    scratch_make(&f->home);
    snprintf(path, sizeof(path), "%s/.aws", f->home.path);
    assert_int_equal(mkdir(path, 0700), 0);
    f->variables[0] = (fake_variable){ "HOME", f->home.path };
    f->fake.variables = f->variables;
    *state = f;
    return 0;
}

static int
tear_down(void **state)
{
    fixture *f = *state;
    char path[SCRATCH_PATH_SIZE];

    ent_profile_set_free(f->set);
    assert_int_equal(f->fake.blocks_in_use, 0);
    snprintf(path, sizeof(path), "%s/.aws/config", f->home.path);
    (void)remove(path);
    snprintf(path, sizeof(path), "%s/.aws/credentials", f->home.path);
    (void)remove(path);
    snprintf(path, sizeof(path), "%s/.aws", f->home.path);
    (void)remove(path);
    scratch_remove(&f->home);
    free(f);
    return 0;
}

static void
write_file(const fixture *f, const char *name, const char *text)
{
    char path[SCRATCH_PATH_SIZE];

    scratch_write_text(&f->home, name, text, 0600, path);
}

static void
set_variable(fixture *f, const char *name, const char *value)
{
    size_t i = 0;

    while (f->variables[i].name != NULL) {
        i++;
    }
    f->variables[i] = (fake_variable){ name, value };
}

static entitle_status
load(fixture *f)
{
    ent_profile_set_free(f->set);
    return ent_profile_set_load(&f->fake.runtime, &f->set, &f->error);
}

static const char *
value(const fixture *f, const char *profile, const char *key)
{
    return ent_profile_value(ent_profile_set_find(f->set, profile), key);
}

static void
no_files_are_an_empty_set(void **state)
{
    fixture *f = *state;

    assert_int_equal(load(f), ENTITLE_OK);
    assert_null(ent_profile_set_selected(f->set));
    assert_null(ent_profile_set_find(f->set, "default"));
    assert_null(ent_profile_set_note(f->set, 0));
    assert_null(ent_profile_value(NULL, "region"));

    f->variables[0].name = "NOT_HOME";
    assert_int_equal(load(f), ENTITLE_OK);
    assert_null(ent_profile_set_selected(NULL));
}

static void
credentials_file_counts_key_by_key(void **state)
{
    fixture *f = *state;

    write_file(f, ".aws/config", "[default]\nregion = a\noutput = b\n[profile p]\nx=1");
    write_file(f, ".aws/credentials", "[default]\nregion = c\n[p]\ny=2\n[q]\nz=3");
    assert_int_equal(load(f), ENTITLE_OK);
    assert_string_equal(value(f, "default", "region"), "c");
    assert_string_equal(value(f, "default", "output"), "b");
    assert_string_equal(value(f, "p", "x"), "1");
    assert_string_equal(value(f, "p", "y"), "2");
    assert_string_equal(value(f, "q", "z"), "3");
    assert_string_equal(ent_profile_name(ent_profile_set_selected(f->set)), "default");
    /* [default] is nobody's parent. */
    assert_null(value(f, "p", "region"));
}

static void
the_last_of_two_counts(void **state)
{
    fixture *f = *state;

    write_file(
        f,
        ".aws/config",
        "[default]\na = 1\na = 2\nb = 3\n[profile p]\nb = 4\n[default]\nb = 5\nc =\n"
        "s3 =\n  d = 6\n  d = 7\n");
    assert_int_equal(load(f), ENTITLE_OK);
    assert_string_equal(value(f, "default", "a"), "2");
    assert_string_equal(value(f, "default", "b"), "5");
    assert_null(value(f, "default", "c"));
    assert_null(value(f, "default", "d"));
    assert_string_equal(
        ent_profile_nested_value(ent_profile_set_selected(f->set), "s3", "d"), "7");
    assert_null(ent_profile_nested_value(ent_profile_set_selected(f->set), "s3", "e"));
    assert_non_null(ent_profile_set_note(f->set, 0));
}

static void
services_are_not_profiles(void **state)
{
    fixture *f = *state;

    write_file(
        f,
        ".aws/config",
        "[services s]\nmarketplace_metering =\n  endpoint_url = https://x/\n");
    write_file(f, ".aws/credentials", "[services t]\na = 1\n");
    assert_int_equal(load(f), ENTITLE_OK);
    assert_null(ent_profile_set_find(f->set, "s"));
    assert_null(ent_profile_set_find_services(f->set, "t"));
    assert_string_equal(
        ent_profile_nested_value(
            ent_profile_set_find_services(f->set, "s"),
            "marketplace_metering",
            "endpoint_url"),
        "https://x/");
}

typedef struct selection_case {
    const char *profile;
    const char *default_profile;
    const char *want; /* NULL: ENTITLE_CONFIGURATION */
    const char *want_variable;
} selection_case;

static void
the_profile_is_selected_by_variable(void **state)
{
    static const selection_case cases[] = {
        { NULL, NULL, "default", NULL },
        { "p", NULL, "p", NULL },
        { NULL, "q", "q", NULL },
        { "p", "q", "p", NULL },
        { "", "q", "q", NULL },
        { "p", "absent", "p", NULL },
        { "absent", "q", NULL, "AWS_PROFILE" },
        { NULL, "absent", NULL, "AWS_DEFAULT_PROFILE" },
        { "P", NULL, NULL, "AWS_PROFILE" },
    };
    fixture *f = *state;

    write_file(f, ".aws/config", "[default]\n[profile p]\n");
    write_file(f, ".aws/credentials", "[q]\n");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        f->variables[1] = (fake_variable){ "AWS_PROFILE", cases[i].profile };
        f->variables[2] =
            (fake_variable){ "AWS_DEFAULT_PROFILE", cases[i].default_profile };
        print_message("  case %zu\n", i);
        if (cases[i].want != NULL) {
            assert_int_equal(load(f), ENTITLE_OK);
            assert_string_equal(
                ent_profile_name(ent_profile_set_selected(f->set)), cases[i].want);
            continue;
        }
        assert_int_equal(load(f), ENTITLE_CONFIGURATION);
        assert_null(f->set);
        assert_non_null(strstr(f->error.message, cases[i].want_variable));
        assert_true(
            strstr(f->error.message, "'absent'") != NULL ||
            strstr(f->error.message, "'P'") != NULL);
    }
}

static void
the_files_may_lie_elsewhere(void **state)
{
    fixture *f = *state;
    char path[SCRATCH_PATH_SIZE];

    write_file(f, ".aws/config", "[default]\na = home\n");
    write_file(f, ".aws/credentials", "[default]\nb = home\n");
    scratch_write_text(&f->home, "c", "[default]\na = other\n", 0600, path);
    scratch_write_text(&f->home, "d", "[default]\nb = tilde\n", 0600, f->other_config);
    set_variable(f, "AWS_CONFIG_FILE", path);
    set_variable(f, "AWS_SHARED_CREDENTIALS_FILE", "~/d");
    assert_int_equal(load(f), ENTITLE_OK);
    assert_string_equal(value(f, "default", "a"), "other");
    assert_string_equal(value(f, "default", "b"), "tilde");
    assert_null(ent_profile_set_note(f->set, 0));
}

static void
a_file_that_is_not_there_is_noted_where_it_was_named(void **state)
{
    fixture *f = *state;

    set_variable(f, "AWS_CONFIG_FILE", "/nonexistent/config");
    set_variable(f, "AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
    assert_int_equal(load(f), ENTITLE_OK);
    assert_non_null(strstr(ent_profile_set_note(f->set, 0), "AWS_CONFIG_FILE"));
    assert_null(ent_profile_set_note(f->set, 1));
}

static void
a_file_that_cannot_be_read_is_refused(void **state)
{
    fixture *f = *state;
    char path[SCRATCH_PATH_SIZE];

    if (geteuid() == 0) {
        print_message("root reads everything: skipped\n");
        skip();
    }
    scratch_write_text(&f->home, "c", "[default]\n", 0000, path);
    set_variable(f, "AWS_CONFIG_FILE", path);
    assert_int_equal(load(f), ENTITLE_CONFIGURATION);
    assert_non_null(strstr(f->error.message, path));
    assert_non_null(strstr(f->error.hint, "AWS_CONFIG_FILE"));
}

static void
a_file_over_one_mebibyte_is_refused(void **state)
{
    enum { MEBIBYTE = 1024 * 1024 };
    fixture *f = *state;
    char *text = malloc(MEBIBYTE + 2);

    assert_non_null(text);
    memset(text, '#', MEBIBYTE + 1);
    text[MEBIBYTE] = '\0';
    write_file(f, ".aws/config", text);
    assert_int_equal(load(f), ENTITLE_OK);

    text[MEBIBYTE] = '#';
    text[MEBIBYTE + 1] = '\0';
    write_file(f, ".aws/config", text);
    free(text);
    assert_int_equal(load(f), ENTITLE_CONFIGURATION);
    assert_non_null(strstr(f->error.message, "larger than 1048576 bytes"));
    assert_true(f->error.hint[0] != '\0');
}

static void
memory_may_run_out_anywhere(void **state)
{
    fixture *f = *state;
    int64_t needed;

    write_file(f, ".aws/config", "[default]\na = 1\n");
    write_file(f, ".aws/credentials", "[default]\nb = 1\n");
    assert_int_equal(load(f), ENTITLE_OK);
    needed = f->fake.allocations;
    for (int64_t i = 0; i < needed; i++) {
        f->fake.allocations = 0;
        f->fake.fail_allocation = i;
        assert_int_equal(load(f), ENTITLE_OUT_OF_MEMORY);
        assert_null(f->set);
        assert_int_equal(f->fake.blocks_in_use, 0);
    }
    f->fake.fail_allocation = -1;
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(no_files_are_an_empty_set),
        TEST(credentials_file_counts_key_by_key),
        TEST(the_last_of_two_counts),
        TEST(services_are_not_profiles),
        TEST(the_profile_is_selected_by_variable),
        TEST(the_files_may_lie_elsewhere),
        TEST(a_file_that_is_not_there_is_noted_where_it_was_named),
        TEST(a_file_that_cannot_be_read_is_refused),
        TEST(a_file_over_one_mebibyte_is_refused),
        TEST(memory_may_run_out_anywhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
