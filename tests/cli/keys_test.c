/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/child.h"
#include "cli/scratch.h"
#include "support/cmocka.h"
#include "support/key_forge.h"

#include <cjson/cJSON.h>

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

static scratch folder;

static int
make_folder(void **state)
{
    (void)state;
    scratch_make(&folder);
    return 0;
}

static int
remove_folder(void **state)
{
    (void)state;
    scratch_remove(&folder);
    return 0;
}

static void
write_key(const char *name, forge_key key, forge_form form, char *out_path)
{
    char *pem = forge_pem(forge_pkey(key), form);

    scratch_write_text(&folder, name, pem, 0644, out_path);
    free(pem);
}

static child_result
keys(const char *first, const char *second, const char *third, const char *fourth)
{
    const char *arguments[] = { CLI_PATH, "keys", first, second, third, fourth, NULL };
    const child_plan plan = { .arguments = arguments };

    return child_run(&plan);
}

static const char *
text_of(const cJSON *entry, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItem(entry, name));
}

static void
assert_members(const cJSON *entry)
{
    static const char *const want[] = { "path",   "usable",   "version", "bits",
                                        "sha256", "warnings", "error" };
    const cJSON *member = entry->child;

    for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
        assert_non_null(member);
        assert_string_equal(member->string, want[i]);
        member = member->next;
    }
    assert_null(member);
}

static const struct {
    const char *name;
    forge_key key;
    forge_form form;
    int want_version; /* 0: null */
    int want_bits;    /* 0: refused */
    int want_warnings;
} cases[] = {
    { "1.pem", FORGE_KEY, FORGE_SPKI, 1, 2048, 0 },
    { "12.pem", FORGE_KEY, FORGE_PKCS1, 12, 2048, 0 },
    { "aws.pem", FORGE_KEY_3072, FORGE_SPKI, 0, 3072, 0 },
    { "3.pem", FORGE_KEY_SANDBOX, FORGE_SPKI, 3, 2048, 1 },
    { "4.pem", FORGE_KEY_1024, FORGE_SPKI, 4, 0, 0 },
    { "5.pem", FORGE_KEY_EC, FORGE_SPKI, 5, 0, 0 },
    { "6.pem", FORGE_KEY, FORGE_PRIVATE_PKCS8, 6, 0, 0 },
    { "7.pem", FORGE_KEY, FORGE_CERTIFICATE, 7, 0, 0 },
};

static void
check_case(size_t i)
{
    char path[SCRATCH_PATH_SIZE];
    child_result result;
    cJSON *json = NULL;
    const cJSON *entry = NULL;
    int is_usable = cases[i].want_bits > 0;

    write_key(cases[i].name, cases[i].key, cases[i].form, path);
    result = keys("check", "--json", path, NULL);
    json = cJSON_Parse(result.out);
    entry = cJSON_GetArrayItem(json, 0);
    print_message("%s\n", cases[i].name);

    assert_int_equal(result.exit_status, is_usable ? 0 : EX_CONFIG);
    assert_int_equal(cJSON_GetArraySize(json), 1);
    assert_members(entry);
    assert_string_equal(text_of(entry, "path"), path);
    assert_int_equal(cJSON_IsTrue(cJSON_GetObjectItem(entry, "usable")), is_usable);
    assert_int_equal(
        cJSON_GetObjectItem(entry, "version")->valueint, cases[i].want_version);
    assert_int_equal(cJSON_GetObjectItem(entry, "bits")->valueint, cases[i].want_bits);
    assert_int_equal(
        cJSON_GetArraySize(cJSON_GetObjectItem(entry, "warnings")),
        cases[i].want_warnings);
    if (is_usable) {
        assert_int_equal(strlen(text_of(entry, "sha256")), 64);
        assert_true(cJSON_IsNull(cJSON_GetObjectItem(entry, "error")));
    } else {
        assert_true(cJSON_IsNull(cJSON_GetObjectItem(entry, "sha256")));
        assert_true(strlen(text_of(entry, "error")) > 0);
        assert_memory_equal(result.err, "entitle: error: ", 16);
    }
    cJSON_Delete(json);
    child_result_clear(&result);
}

static void
keys_check_judges_each_kind(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        check_case(i);
    }
}

/* A bad key in a folder does not spoil what is said about the others. */
static void
keys_check_judges_each_file_of_a_folder(void **state)
{
    char path[SCRATCH_PATH_SIZE];
    child_result result;
    cJSON *json = NULL;

    (void)state;
    write_key("2.pem", FORGE_KEY, FORGE_SPKI, path);
    write_key("10.pem", FORGE_KEY_OTHER, FORGE_SPKI, path);
    scratch_write_text(&folder, "3.pem", "not a key\n", 0644, path);
    scratch_write_text(&folder, "README.md", "not a key\n", 0644, path);
    scratch_write_text(&folder, "04.pem", "not a key\n", 0644, path);
    result = keys("check", "--json", folder.path, NULL);
    json = cJSON_Parse(result.out);

    assert_int_equal(result.exit_status, EX_CONFIG);
    assert_int_equal(cJSON_GetArraySize(json), 3);
    for (int i = 0; i < 3; i++) {
        static const int want_versions[] = { 10, 3, 2 };
        const cJSON *entry = cJSON_GetArrayItem(json, i);

        assert_int_equal(
            cJSON_GetObjectItem(entry, "version")->valueint, want_versions[i]);
        assert_int_equal(cJSON_IsTrue(cJSON_GetObjectItem(entry, "usable")), i != 1);
    }
    cJSON_Delete(json);
    child_result_clear(&result);
}

static void
keys_check_prints_lines(void **state)
{
    char good[SCRATCH_PATH_SIZE];
    char bad[SCRATCH_PATH_SIZE];
    char want[SCRATCH_PATH_SIZE + 128];
    child_result result;

    (void)state;
    write_key("1.pem", FORGE_KEY_SANDBOX, FORGE_SPKI, good);
    scratch_write_text(&folder, "2.pem", "not a key\n", 0644, bad);
    result = keys("check", good, bad, NULL);
    (void)snprintf(
        want,
        sizeof(want),
        "%s: usable, version 1, RSA-2048, SubjectPublicKeyInfo PEM, sha256:",
        good);

    assert_int_equal(result.exit_status, EX_CONFIG);
    assert_memory_equal(result.out, want, strlen(want));
    assert_non_null(strstr(result.err, "entitle: warning: "));
    assert_non_null(strstr(result.err, "entitle: error: "));
    child_result_clear(&result);
}

static void
keys_list_wants_a_key(void **state)
{
    char path[SCRATCH_PATH_SIZE];
    child_result empty = keys("list", "--json", "--keys", folder.path);
    child_result filled;

    (void)state;
    write_key("1.pem", FORGE_KEY, FORGE_SPKI, path);
    filled = keys("list", "--json", "--keys", folder.path);

    assert_int_equal(empty.exit_status, EX_CONFIG);
    assert_non_null(strstr(empty.out, "\"usable\":false"));
    assert_non_null(strstr(empty.out, "holds no <version>.pem"));
    assert_int_equal(filled.exit_status, 0);
    assert_non_null(strstr(filled.out, "\"usable\":true,\"version\":1,\"bits\":2048,"));
    child_result_clear(&empty);
    child_result_clear(&filled);
}

/* The gate refuses such a folder, so this must not call it usable. */
static void
keys_check_refuses_a_version_too_high(void **state)
{
    char path[SCRATCH_PATH_SIZE];
    child_result highest;
    child_result too_high;

    (void)state;
    write_key("2147483647.pem", FORGE_KEY, FORGE_SPKI, path);
    highest = keys("check", folder.path, NULL, NULL);
    write_key("2147483648.pem", FORGE_KEY, FORGE_SPKI, path);
    too_high = keys("check", folder.path, NULL, NULL);

    assert_int_equal(highest.exit_status, 0);
    assert_int_equal(too_high.exit_status, EX_CONFIG);
    assert_non_null(strstr(too_high.out, "version 2147483647"));
    assert_non_null(strstr(too_high.err, "2147483648.pem"));
    child_result_clear(&highest);
    child_result_clear(&too_high);
}

static void
keys_check_names_what_is_not_there(void **state)
{
    child_result result = keys("check", "--json", "/does/not/exist\x1b\xff", NULL);

    (void)state;
    assert_int_equal(result.exit_status, EX_CONFIG);
    assert_memory_equal(
        result.out,
        "[{\"path\":\"/does/not/exist\\u001b\\ufffd\",\"usable\":false,",
        49);
    assert_null(strchr(result.err, '\x1b'));
    child_result_clear(&result);
}

#define TEST(function)                                                                 \
    cmocka_unit_test_setup_teardown(function, make_folder, remove_folder)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(keys_check_judges_each_kind),
        TEST(keys_check_judges_each_file_of_a_folder),
        TEST(keys_check_prints_lines),
        TEST(keys_list_wants_a_key),
        TEST(keys_check_refuses_a_version_too_high),
        TEST(keys_check_names_what_is_not_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
