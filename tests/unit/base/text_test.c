/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"
#include "base/text.h"
#include "support/cmocka.h"

#include <string.h>

typedef struct number_case {
    const char *text;
    uint64_t maximum;
    int64_t want; /* -1: refused */
} number_case;

static void
text_to_unsigned_takes_plain_decimal_up_to_the_maximum(void **state)
{
    static const number_case cases[] = {
        { "0", 9, 0 },
        { "00", 9, -1 },
        { "", 9, -1 },
        { "9", 9, 9 },
        { "10", 9, -1 },
        { "01", 99, -1 },
        { "+1", 99, -1 },
        { "-1", 99, -1 },
        { " 1", 99, -1 },
        { "1 ", 99, -1 },
        { "1.0", 99, -1 },
        { "1e1", 99, -1 },
        { "0x1", 99, -1 },
        { "5", 4, -1 },
        { "4", 4, 4 },
        { "2147483647", 2147483647, 2147483647 },
        { "2147483648", 2147483647, -1 },
        { "18446744073709551616", UINT64_MAX, -1 },
        { "99999999999999999999999", UINT64_MAX, -1 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const number_case *c = &cases[i];
        uint64_t out = 0;
        bool accepted =
            ent_text_to_unsigned(c->text, strlen(c->text), c->maximum, &out);
        if (accepted != (c->want >= 0) || (accepted && out != (uint64_t)c->want)) {
            fail_msg("'%s' up to %lu", c->text, (unsigned long)c->maximum);
        }
    }
}

static void
text_compares_without_case_in_ascii_only(void **state)
{
    (void)state;
    assert_true(ent_text_equal_ignoring_case("JWT", "jwt"));
    assert_false(ent_text_equal_ignoring_case("JWT", "jw"));
    assert_false(ent_text_equal_ignoring_case("JW", "jwt"));
    assert_false(ent_text_equal_ignoring_case("\xc3\x89", "\xc3\xa9"));
    assert_true(ent_text_starts_with("AKIAX", "AKIA"));
    assert_false(ent_text_starts_with("AKI", "AKIA"));
    assert_true(ent_text_ends_with("x.amazonaws.com", ".amazonaws.com"));
    assert_false(ent_text_ends_with("amazonaws.com", ".amazonaws.com"));
}

static void
text_is_visible_ascii_without_spaces_and_controls(void **state)
{
    (void)state;
    assert_true(ent_text_is_visible_ascii("!~az"));
    assert_false(ent_text_is_visible_ascii(""));
    assert_false(ent_text_is_visible_ascii("a b"));
    assert_false(ent_text_is_visible_ascii("a\n"));
    assert_false(ent_text_is_visible_ascii("a\x7f"));
    assert_false(ent_text_is_visible_ascii("\xc3\xa9"));
}

static void
text_writes_hex(void **state)
{
    static const unsigned char bytes[] = { 0x00, 0x1f, 0xa0, 0xff };
    char hex[9];

    (void)state;
    ent_text_hex(bytes, sizeof(bytes), hex);
    assert_string_equal(hex, "001fa0ff");
}

static void
memory_compares_in_constant_time_and_wipes(void **state)
{
    char secret[] = "secret";

    (void)state;
    assert_true(ent_equal_in_constant_time("", ""));
    assert_true(ent_equal_in_constant_time("nonce", "nonce"));
    assert_false(ent_equal_in_constant_time("nonce", "noncf"));
    assert_false(ent_equal_in_constant_time("Nonce", "nonce"));
    assert_false(ent_equal_in_constant_time("nonce", "nonc"));
    assert_false(ent_equal_in_constant_time("nonc", "nonce"));
    ent_wipe(secret, sizeof(secret));
    assert_memory_equal(secret, "\0\0\0\0\0\0", sizeof(secret));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_to_unsigned_takes_plain_decimal_up_to_the_maximum),
        cmocka_unit_test(text_compares_without_case_in_ascii_only),
        cmocka_unit_test(text_is_visible_ascii_without_spaces_and_controls),
        cmocka_unit_test(text_writes_hex),
        cmocka_unit_test(memory_compares_in_constant_time_and_wipes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
