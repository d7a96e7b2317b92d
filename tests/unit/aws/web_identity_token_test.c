/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/form.h"
#include "aws/web_identity_token.h"
#include "support/cmocka.h"
#include "support/fake_runtime.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static fake_runtime fake;
static ent_buffer token;
static char path[] = "/tmp/entitle-token-XXXXXX";

static int
set_up(void **state)
{
    (void)state;
    memcpy(path + sizeof(path) - 7, "XXXXXX", 6);
    int descriptor = mkstemp(path);
    close(descriptor);
    fake_runtime_init(&fake);
    ent_buffer_init(&token, &fake.runtime, 8);
    return descriptor < 0;
}

static int
tear_down(void **state)
{
    (void)state;
    ent_buffer_clear(&token);
    unlink(path);
    return fake.blocks_in_use != 0;
}

static void
write_file(const void *bytes, size_t length)
{
    FILE *file = fopen(path, "we");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

typedef struct token_case {
    const char *bytes;
    size_t length;
    const char *want; /* NULL: refused */
} token_case;

#define BYTES(text_) text_, sizeof(text_) - 1

static void
token_takes_one_line_only(void **state)
{
    static const token_case cases[] = {
        { BYTES("jwt.tok.en"), "jwt.tok.en" },
        { BYTES("jwt.tok.en\n"), "jwt.tok.en" },
        { BYTES("jwt.tok.en\r\n"), "jwt.tok.en" },
        { BYTES("jwt.tok.en\n\n"), NULL },
        { BYTES("\njwt.tok.en"), NULL },
        { BYTES("jwt.tok.en "), NULL },
        { BYTES("jwt.tok.en\r"), NULL },
        { BYTES("jwt\0tok.en"), NULL },
        { BYTES("jwt.t\xc3\xb6k"), NULL },
        { BYTES("abcd"), "abcd" },
        { BYTES("abc"), NULL },
        { BYTES("abc\n"), NULL },
        { BYTES("\n"), NULL },
        { BYTES(""), NULL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const token_case *each = &cases[i];
        entitle_error error = { .message = "" };

        print_message("  case %zu\n", i);
        write_file(each->bytes, each->length);
        entitle_status status = ent_web_identity_token_read(path, &token, &error);
        if (each->want != NULL) {
            assert_int_equal(status, ENTITLE_OK);
            assert_string_equal(token.bytes, each->want);
            continue;
        }
        assert_int_equal(status, ENTITLE_INVALID_CREDENTIALS);
        assert_non_null(strstr(error.message, path));
        assert_true(error.hint[0] != '\0');
    }
}

static void
token_has_the_length_that_sts_takes(void **state)
{
    static char bytes[20004];

    (void)state;
    memset(bytes, 'a', sizeof(bytes));
    bytes[20000] = '\n';
    write_file(bytes, 20001);
    assert_int_equal(ent_web_identity_token_read(path, &token, NULL), ENTITLE_OK);
    assert_int_equal(token.length, 20000);
    bytes[20000] = 'a';
    write_file(bytes, 20001);
    assert_int_equal(
        ent_web_identity_token_read(path, &token, NULL), ENTITLE_INVALID_CREDENTIALS);
    write_file(bytes, 20003);
    assert_int_equal(
        ent_web_identity_token_read(path, &token, NULL), ENTITLE_CONFIGURATION);
}

static void
token_file_that_is_missing_is_named(void **state)
{
    entitle_error error = { .message = "" };

    (void)state;
    unlink(path);
    assert_int_equal(
        ent_web_identity_token_read(path, &token, &error), ENTITLE_CONFIGURATION);
    assert_non_null(strstr(error.message, path));
    assert_non_null(strstr(error.hint, "fsGroup"));
}

static void
form_keeps_unreserved_characters_only(void **state)
{
    ent_buffer form;

    (void)state;
    ent_buffer_init(&form, &fake.runtime, 256);
    assert_true(ent_form_append(&form, "Action", "AZaz09-._~"));
    assert_true(
        ent_form_append(&form, "RoleArn", "arn:aws:iam::1:role/r +=&%\xc3\xa9\n"));
    assert_string_equal(
        form.bytes,
        "Action=AZaz09-._~&"
        "RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr%20%2B%3D%26%25%C3%A9%0A");
    ent_buffer_clear(&form);
    ent_buffer_init(&form, &fake.runtime, 3);
    assert_true(ent_form_append(&form, "a", "b"));
    assert_false(ent_form_append(&form, "a", "b"));
    ent_buffer_clear(&form);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(token_takes_one_line_only, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            token_has_the_length_that_sts_takes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            token_file_that_is_missing_is_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            form_keeps_unreserved_characters_only, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
