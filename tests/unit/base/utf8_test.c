/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"
#include "support/cmocka.h"

typedef struct count_case {
    const char *text;
    bool want;
    size_t want_count;
} count_case;

static void
utf8_counts_characters_not_bytes(void **state)
{
    static const count_case cases[] = {
        { "", true, 0 },
        { "a", true, 1 },
        { "\xc3\xa4", true, 1 },
        { "\xe2\x82\xac", true, 1 },
        { "\xf0\x9f\x98\x80", true, 1 },
        { "a\xc3\xa4"
          "b",
          true,
          3 },
        { "a\xc3", false, 0 },
        { "\xe2\x82", false, 0 },
        { "\x80", false, 0 },
        { "\xc0\xaf", false, 0 },
        { "\xed\xa0\x80", false, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t count = 0;

        print_message("  case %zu\n", i);
        assert_int_equal(ent_utf8_count(cases[i].text, &count), cases[i].want);
        assert_int_equal(count, cases[i].want_count);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_counts_characters_not_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
