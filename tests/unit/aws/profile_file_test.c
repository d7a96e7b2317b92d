/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/profile_file.h"
#include "support/cmocka.h"
#include "support/fake_runtime.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static fake_runtime fake;

static int
set_up(void **state)
{
    (void)state;
    fake_runtime_init(&fake);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    assert_int_equal(fake.blocks_in_use, 0);
    return 0;
}

static void
fill(ent_profile_file *file, const void *text, size_t length)
{
    ent_profile_file_init(file, &fake.runtime);
    assert_true(ent_buffer_append(&file->text, text, length));
}

/* "name{key=value;key.sub=value;}", services with a '+', what is ignored left out. */
static void
describe(const ent_profile_file *file, char *out, size_t size)
{
    size_t used = 0;

    out[0] = '\0';
    for (size_t i = 0; i < file->section_count; i++) {
        const ent_profile_section *section = &file->sections[i];
        if (section->kind == ENT_PROFILE_SECTION_IGNORED) {
            continue;
        }
        bool is_services = section->kind == ENT_PROFILE_SECTION_SERVICES;
        used += (size_t)snprintf(
            out + used, size - used, "%s%s{", is_services ? "+" : "", section->name);
        for (size_t j = 0; j < section->entry_count; j++) {
            const ent_profile_entry *entry = &section->entries[j];
            used += (size_t)snprintf(
                out + used,
                size - used,
                "%s%s%s=%s;",
                entry->key,
                entry->sub_key != NULL ? "." : "",
                entry->sub_key != NULL ? entry->sub_key : "",
                entry->value);
        }
        used += (size_t)snprintf(out + used, size - used, "}");
        assert_true(used < size);
    }
}

typedef struct file_case {
    const char *text;
    const char *want;
    const char *want_note; /* a part of it; NULL: nothing is odd */
} file_case;

static void
check(ent_profile_file_kind kind, const file_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const file_case *each = &cases[i];
        ent_profile_file file;
        ent_warnings notes = { 0 };
        char found[512];

        print_message("  %s\n", each->text);
        fill(&file, each->text, strlen(each->text));
        assert_int_equal(
            ent_profile_file_parse(&file, kind, "FILE", &notes, NULL), ENTITLE_OK);
        describe(&file, found, sizeof(found));
        assert_string_equal(found, each->want);
        assert_int_equal(notes.count, each->want_note != NULL ? 1 : 0);
        if (each->want_note != NULL) {
            assert_non_null(strstr(notes.text[0], each->want_note));
        }
        ent_profile_file_clear(&file);
    }
}

#define COUNT(cases) (sizeof(cases) / sizeof((cases)[0]))

static void
config_sections_are_found(void **state)
{
    static const file_case cases[] = {
        { "", "", NULL },
        { "\n\n", "", NULL },
        { "[default]\na = 1\n", "default{a=1;}", NULL },
        { "[default]\na = 1", "default{a=1;}", NULL },
        { "[profile x]\na=1", "x{a=1;}", NULL },
        { "[profile\tx]\na=1", "x{a=1;}", NULL },
        { "[profile default]\na=1", "default{a=1;}", NULL },
        { "[profile \"x\"]\na=1", "x{a=1;}", NULL },
        { "[profile 'x']\na=1", "x{a=1;}", NULL },
        { "[profile \"x y\"]\na=1", "x y{a=1;}", NULL },
        { "[profile x y]\na=1", "", "line 1 begins no profile" },
        { "[profile \"x]\na=1", "", "line 1 begins no profile" },
        { "[profile \"\"]\na=1", "", "line 1 begins no profile" },
        { "[profile]\na=1", "", "line 1 begins no profile" },
        { "[profilex]\na=1", "", "line 1 begins no profile" },
        { "[]\na=1", "", "line 1 begins no profile" },
        { "[x]\na=1", "", "line 1 begins no profile" },
        { "[DEFAULT]\na=1", "", "line 1 begins no profile" },
        { "[default x]\na=1", "", "line 1 begins no profile" },
        { "[ profile x ]\na=1", "x{a=1;}", "line 1 has spaces at the brackets" },
        { "[ default]\na=1", "default{a=1;}", "line 1 has spaces at the brackets" },
        { "[services s]\na=1", "+s{a=1;}", NULL },
        { "[sso-session s]\na=1\n[default]\nb=2", "default{b=2;}", NULL },
        { "[plugins]\na=1\n[default]\nb=2", "default{b=2;}", NULL },
        { "[default] # c\na=1", "default{a=1;}", NULL },
        { "[default\na=1\n[profile x]\nb=2", "x{b=2;}", "line 1 is not a section" },
        { "[default]\na=1\n[default]\nb=2",
          "default{a=1;}default{b=2;}",
          "line 3 begins a section for the second time" },
        { "[services x]\na=1\n[profile x]\nb=2", "+x{a=1;}x{b=2;}", NULL },
        /* The one with the word counts, wherever it stands. */
        { "[default]\na=1\n[profile default]\nb=2",
          "default{b=2;}",
          "line 3 is one of [default] and [profile default]" },
        { "[profile default]\nb=2\n[default]\na=1",
          "default{b=2;}",
          "line 3 is one of [default] and [profile default]" },
        { "\xef\xbb\xbf[default]\na=1",
          "default{a=1;}",
          "line 1 begins with a byte order mark" },
        { "[default]\r\na = 1\r\n\r\nb = 2\r\n", "default{a=1;b=2;}", NULL },
    };

    (void)state;
    check(ENT_PROFILE_FILE_CONFIG, cases, COUNT(cases));
}

static void
credentials_sections_are_names(void **state)
{
    static const file_case cases[] = {
        { "[default]\na=1", "default{a=1;}", NULL },
        { "[x]\na=1", "x{a=1;}", NULL },
        { "[x y]\na=1", "x y{a=1;}", NULL },
        { "[ x ]\na=1", "x{a=1;}", "line 1 has spaces at the brackets" },
        { "[profile x]\na=1", "profile x{a=1;}", "line 1 has the word 'profile'" },
        { "[DEFAULT]\na=1", "DEFAULT{a=1;}", NULL },
        { "[]\na=1", "", "line 1 begins no profile" },
    };

    (void)state;
    check(ENT_PROFILE_FILE_CREDENTIALS, cases, COUNT(cases));
}

static void
keys_and_values_are_read(void **state)
{
    static const file_case cases[] = {
        { "[default]\n# c\n; d\na=1", "default{a=1;}", NULL },
        { "[default]\n  # c\na=1", "default{a=1;}", NULL },
        { "[default]\na = 1 # c", "default{a=1;}", "line 2 has a comment" },
        { "[default]\na = 1\t; c", "default{a=1;}", "line 2 has a comment" },
        { "[default]\na = # c", "default{a=;}", "line 2 has a comment" },
        { "[default]\na = 1#c", "default{a=1#c;}", NULL },
        { "[default]\na = 1;c", "default{a=1;c;}", NULL },
        { "[default]\na =#c", "default{a=#c;}", NULL },
        { "[default]\na: 1", "default{a=1;}", "line 2 has ':' for '='" },
        { "[default]\na = https://x/?y=z", "default{a=https://x/?y=z;}", NULL },
        { "[default]\nAWS_Key = Value", "default{aws_key=Value;}", NULL },
        { "[default]\n\ta\t=\t1 2\t", "default{a=1 2;}", NULL },
        { "[default]\na =", "default{a=;}", NULL },
        { "[default]\na = 1\na = 2",
          "default{a=1;a=2;}",
          "line 3 sets a key for the second time" },
        { "a = 1\n[default]\nb = 2", "default{b=2;}", "line 1 is before the first" },
        { "[default]\nwords only\nb = 2", "default{b=2;}", "line 2 has no '='" },
        { "[default]\n= 1\nb = 2", "default{b=2;}", "line 2 has no '='" },
        { "[default]\nwords only\n c = 3\nb = 2",
          "default{b=2;}",
          "line 2 has no '='" },
    };

    (void)state;
    check(ENT_PROFILE_FILE_CONFIG, cases, COUNT(cases));
}

static void
indented_lines_continue(void **state)
{
    static const file_case cases[] = {
        { "[default]\na = 1\n  2\n  3\nb = 4", "default{a=1\n2\n3;b=4;}", NULL },
        { "[default]\na = 1\n\n  2", "default{a=1\n2;}", NULL },
        { "[default]\na = 1\n  b = 2", "default{a=1\nb = 2;}", "line 3 is indented" },
        { "[default]\na = 1\n  [x]", "default{a=1\n[x];}", NULL },
        { "[default]\na = 1\n  # c\n  2", "default{a=1\n2;}", NULL },
        { "[default]\na = 1\n  2 # c", "default{a=1\n2;}", "line 3 has a comment" },
        /* A whole section that is indented is not one long value. */
        { "[default]\n  a = 1\n  b = 2", "default{a=1;b=2;}", NULL },
        { "  [default]\n  a = 1", "default{a=1;}", NULL },
        { "[services s]\nmarketplace_metering =\n  endpoint_url = https://x/\n  b = 2\n"
          "sts =\n  endpoint_url = https://y/\n",
          "+s{marketplace_metering=;marketplace_metering.endpoint_url=https://x/;"
          "marketplace_metering.b=2;sts=;sts.endpoint_url=https://y/;}",
          NULL },
        { "[default]\ns3 =\n  A = 1\nregion = r",
          "default{s3=;s3.a=1;region=r;}",
          NULL },
        /* One level only. */
        { "[default]\ns3 =\n  a =\n    b = 1", "default{s3=;s3.a=;s3.b=1;}", NULL },
        { "[default]\ns3 =\n  words\n  b = 1",
          "default{s3=;s3.b=1;}",
          "line 3 has no '='" },
        { "[default]\ns3 =\n  a = 1\n  a = 2",
          "default{s3=;s3.a=1;s3.a=2;}",
          "line 4 sets a key for the second time" },
    };

    (void)state;
    check(ENT_PROFILE_FILE_CONFIG, cases, COUNT(cases));
}

/* Not a line that somebody wrote a secret into by mistake. */
static void
notes_quote_nothing_of_the_file(void **state)
{
    static const char text[] = "SECRET1\n[SECRET2]\n[default\nSECRET3\n[default]\n"
                               "SECRET4\na = SECRET5 # SECRET6\na = SECRET7\n"
                               "SECRET8: SECRET9\n  SECRET10 = SECRET11\n";
    ent_profile_file file;
    ent_warnings notes = { 0 };

    (void)state;
    fill(&file, text, sizeof(text) - 1);
    assert_int_equal(
        ent_profile_file_parse(&file, ENT_PROFILE_FILE_CONFIG, "FILE", &notes, NULL),
        ENTITLE_OK);
    assert_int_equal(notes.count, ENT_WARNING_COUNT);
    for (size_t i = 0; i < notes.count; i++) {
        assert_null(strstr(notes.text[i], "SECRET"));
        assert_non_null(strstr(notes.text[i], "FILE: line "));
    }
    ent_profile_file_clear(&file);
}

static entitle_status
parse_repeated(const char *line, size_t count, entitle_error *error)
{
    ent_profile_file file;
    ent_warnings notes = { 0 };
    entitle_status status;

    ent_profile_file_init(&file, &fake.runtime);
    for (size_t i = 0; i < count; i++) {
        assert_true(ent_buffer_append_format(&file.text, "%s%zu]\n", line, i));
    }
    status =
        ent_profile_file_parse(&file, ENT_PROFILE_FILE_CREDENTIALS, "F", &notes, error);
    ent_profile_file_clear(&file);
    return status;
}

static void
limits_are_kept(void **state)
{
    entitle_error error = { 0 };

    (void)state;
    assert_int_equal(
        parse_repeated("[", ENT_PROFILE_SECTION_LIMIT, &error), ENTITLE_OK);
    assert_int_equal(
        parse_repeated("[", ENT_PROFILE_SECTION_LIMIT + 1, &error),
        ENTITLE_CONFIGURATION);
    assert_int_equal(parse_repeated("=", ENT_PROFILE_ENTRY_LIMIT, &error), ENTITLE_OK);
    assert_int_equal(
        parse_repeated("=", ENT_PROFILE_ENTRY_LIMIT + 1, &error),
        ENTITLE_CONFIGURATION);
}

static void
a_nul_byte_is_refused(void **state)
{
    static const char text[] = "[default]\na = 1\0b = 2\n";
    ent_profile_file file;
    ent_warnings notes = { 0 };
    entitle_error error = { 0 };

    (void)state;
    fill(&file, text, sizeof(text) - 1);
    assert_int_equal(
        ent_profile_file_parse(&file, ENT_PROFILE_FILE_CONFIG, "FILE", &notes, &error),
        ENTITLE_CONFIGURATION);
    assert_string_equal(error.message, "FILE holds a NUL byte");
    ent_profile_file_clear(&file);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(config_sections_are_found, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            credentials_sections_are_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(keys_and_values_are_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(indented_lines_continue, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            notes_quote_nothing_of_the_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(limits_are_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_nul_byte_is_refused, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
