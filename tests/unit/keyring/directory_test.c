/* SPDX-License-Identifier: Apache-2.0 */
#include "keyring/keyring.h"
#include "support/cmocka.h"
#include "support/key_forge.h"

#include <entitle/keyring.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_COUNT = 16 };

/* A folder of its own for each test, and a ring to fill from it. */
typedef struct fixture {
    char path[64];
    char names[NAME_COUNT][64];
    size_t name_count;
    entitle_keyring *keyring;
    char *pem;
} fixture;

static int
set_up(void **state)
{
    fixture *f = calloc(1, sizeof(*f));

    if (f == NULL) {
        return -1;
    }
    snprintf(f->path, sizeof(f->path), "/tmp/entitle-keys-XXXXXX");
    f->pem = forge_pem(forge_pkey(FORGE_KEY), FORGE_SPKI);
    *state = f;
    if (mkdtemp(f->path) == NULL) {
        return -1;
    }
    return entitle_keyring_new(NULL, &f->keyring, NULL) == ENTITLE_OK ? 0 : -1;
}

static void
path_of(const fixture *f, const char *name, char out[160])
{
    snprintf(out, 160, "%s/%s", f->path, name);
}

static int
tear_down(void **state)
{
    fixture *f = *state;
    char path[160];

    for (size_t i = 0; i < f->name_count; i++) {
        path_of(f, f->names[i], path);
        (void)remove(path);
    }
    (void)rmdir(f->path);
    entitle_keyring_free(f->keyring);
    free(f->pem);
    free(f);
    return 0;
}

static void
note_name(fixture *f, const char *name, char path[160])
{
    assert_true(f->name_count < NAME_COUNT);
    snprintf(f->names[f->name_count++], sizeof(f->names[0]), "%s", name);
    path_of(f, name, path);
}

static void
put(fixture *f, const char *name, const char *text)
{
    char path[160];

    note_name(f, name, path);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static entitle_status
add_all(fixture *f, entitle_error *error)
{
    return entitle_keyring_add_directory(f->keyring, f->path, error);
}

static void
refuses(fixture *f, const char *first_part, const char *second_part)
{
    entitle_error error = { 0 };

    assert_int_equal(add_all(f, &error), ENTITLE_KEYS_UNUSABLE);
    if (strstr(error.message, first_part) == NULL ||
        strstr(error.message, second_part) == NULL) {
        fail_msg("unexpected message: %s", error.message);
    }
    assert_true(error.hint[0] != '\0');
    assert_int_equal(entitle_keyring_count(f->keyring), 0);
}

static void
folder_gives_every_version(void **state)
{
    fixture *f = *state;

    put(f, "1.pem", f->pem);
    put(f, "2.pem", f->pem);
    put(f, "10.pem", f->pem);
    assert_int_equal(add_all(f, NULL), ENTITLE_OK);
    assert_int_equal(entitle_keyring_count(f->keyring), 3);
    assert_non_null(entitle_keyring_find(f->keyring, 10));
}

static void
folder_ignores_other_names(void **state)
{
    static const char *const names[] = {
        "0.pem",  "01.pem", "a.pem",     "1.PEM",  "1.pem.bak", ".pem",
        "-1.pem", "1a.pem", "README.md", "+1.pem", "1 .pem",    "1.0.pem",
    };
    fixture *f = *state;

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        put(f, names[i], "no key at all");
    }
    refuses(f, "holds no <version>.pem", f->path);
    put(f, "1.pem", f->pem);
    assert_int_equal(add_all(f, NULL), ENTITLE_OK);
    assert_int_equal(entitle_keyring_count(f->keyring), 1);
}

static void
folder_follows_links(void **state)
{
    fixture *f = *state;
    char path[160];

    put(f, "key-from-a-mount", f->pem);
    note_name(f, "4.pem", path);
    assert_int_equal(symlink("key-from-a-mount", path), 0);
    assert_int_equal(add_all(f, NULL), ENTITLE_OK);
    assert_non_null(entitle_keyring_find(f->keyring, 4));
}

static void
folder_refuses_a_dangling_link(void **state)
{
    fixture *f = *state;
    char path[160];

    put(f, "1.pem", f->pem);
    note_name(f, "2.pem", path);
    assert_int_equal(symlink("nowhere", path), 0);
    refuses(f, "2.pem", "cannot read");
}

static void
folder_is_refused_for_one_unusable_key(void **state)
{
    fixture *f = *state;

    put(f, "1.pem", f->pem);
    put(f, "2.pem", "no key at all");
    put(f, "3.pem", f->pem);
    refuses(f, "/2.pem: ", "not a public key");
}

static void
folder_is_refused_for_a_folder_named_as_a_key(void **state)
{
    fixture *f = *state;
    char path[160];

    put(f, "1.pem", f->pem);
    note_name(f, "2.pem", path);
    assert_int_equal(mkdir(path, 0700), 0);
    refuses(f, "2.pem", "not a regular file");
}

static void
folder_is_refused_for_a_version_too_high(void **state)
{
    fixture *f = *state;

    put(f, "2147483648.pem", f->pem);
    refuses(f, "2147483648.pem", "2147483647");
}

static void
folder_takes_the_highest_version(void **state)
{
    fixture *f = *state;

    put(f, "2147483647.pem", f->pem);
    assert_int_equal(add_all(f, NULL), ENTITLE_OK);
}

static void
folder_adds_none_when_the_ring_holds_a_version(void **state)
{
    fixture *f = *state;
    entitle_error error;

    put(f, "1.pem", f->pem);
    put(f, "2.pem", f->pem);
    assert_int_equal(
        entitle_keyring_add(f->keyring, 2, f->pem, strlen(f->pem), NULL), ENTITLE_OK);
    assert_int_equal(add_all(f, &error), ENTITLE_KEYS_UNUSABLE);
    assert_non_null(strstr(error.message, "key version 2 is given twice"));
    assert_int_equal(entitle_keyring_count(f->keyring), 1);
}

static void
folder_adds_none_when_the_ring_has_no_room_for_all(void **state)
{
    fixture *f = *state;
    entitle_error error;

    put(f, "1.pem", f->pem);
    put(f, "2.pem", f->pem);
    for (uint32_t version = 3; version < 3 + ENT_KEYRING_CAPACITY - 1; version++) {
        assert_int_equal(
            entitle_keyring_add(f->keyring, version, f->pem, strlen(f->pem), NULL),
            ENTITLE_OK);
    }
    assert_int_equal(add_all(f, &error), ENTITLE_KEYS_UNUSABLE);
    assert_non_null(strstr(error.message, "more than 256 keys"));
    assert_true(error.hint[0] != '\0');
    assert_int_equal(entitle_keyring_count(f->keyring), ENT_KEYRING_CAPACITY - 1);
    assert_null(entitle_keyring_find(f->keyring, 1));
}

static void
folder_has_to_exist(void **state)
{
    fixture *f = *state;
    entitle_error error;

    assert_int_equal(
        entitle_keyring_add_directory(f->keyring, "/nowhere/keys", &error),
        ENTITLE_KEYS_UNUSABLE);
    assert_non_null(strstr(error.message, "/nowhere/keys"));
    assert_int_equal(
        entitle_keyring_add_directory(f->keyring, NULL, NULL),
        ENTITLE_INVALID_ARGUMENT);
}

static void
file_is_added_under_the_version_given(void **state)
{
    fixture *f = *state;
    entitle_error error;
    char path[160];

    put(f, "key", f->pem);
    path_of(f, "key", path);
    assert_int_equal(entitle_keyring_add_file(f->keyring, 5, path, NULL), ENTITLE_OK);
    assert_non_null(entitle_keyring_find(f->keyring, 5));

    path_of(f, "absent", path);
    assert_int_equal(
        entitle_keyring_add_file(f->keyring, 6, path, &error), ENTITLE_KEYS_UNUSABLE);
    assert_non_null(strstr(error.message, "absent"));
    assert_true(error.hint[0] != '\0');
}

static void
version_is_read_from_the_last_part_of_a_path(void **state)
{
    static const struct {
        const char *path;
        uint32_t want;
    } cases[] = {
        { "keys/2.pem", 2 },
        { "2.pem", 2 },
        { "/3.pem", 3 },
        { "1.pem/4.pem", 4 },
        { "2147483647.pem", 2147483647 },
        { "2147483648.pem", 0 },
        { "99999999999999999999.pem", 0 },
        { "0.pem", 0 },
        { "02.pem", 0 },
        { "2.pem/", 0 },
        { "2.pem/key", 0 },
        { "2.der", 0 },
        { "2", 0 },
        { "", 0 },
        { NULL, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        assert_int_equal(entitle_key_version_of_path(cases[i].path), cases[i].want);
    }
}

#define FOLDER_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(folder_gives_every_version),
        FOLDER_TEST(folder_ignores_other_names),
        FOLDER_TEST(folder_follows_links),
        FOLDER_TEST(folder_refuses_a_dangling_link),
        FOLDER_TEST(folder_is_refused_for_one_unusable_key),
        FOLDER_TEST(folder_is_refused_for_a_folder_named_as_a_key),
        FOLDER_TEST(folder_is_refused_for_a_version_too_high),
        FOLDER_TEST(folder_takes_the_highest_version),
        FOLDER_TEST(folder_adds_none_when_the_ring_holds_a_version),
        FOLDER_TEST(folder_adds_none_when_the_ring_has_no_room_for_all),
        FOLDER_TEST(folder_has_to_exist),
        FOLDER_TEST(file_is_added_under_the_version_given),
        cmocka_unit_test(version_is_read_from_the_last_part_of_a_path),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
