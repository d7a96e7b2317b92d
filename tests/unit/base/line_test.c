/* SPDX-License-Identifier: Apache-2.0 */
#include "base/line.h"
#include "support/cmocka.h"

#include <string.h>

typedef struct line_case {
    const char *name;
    const char *text;
    const char *want;
} line_case;

static void
line_replaces_what_is_not_printable(void **state)
{
    static const line_case cases[] = {
        { "plain", "a b~", "a b~" },
        { "newline", "a\nb", "a?b" },
        { "carriage return", "a\rb", "a?b" },
        { "tab", "a\tb", "a?b" },
        { "escape sequence", "\x1b[31mred", "?[31mred" },
        { "delete", "a\x7f", "a?" },
        { "UTF-8", "caf\xc3\xa9", "caf\xc3\xa9" },
        { "C1 control in UTF-8",
          "a\xc2\x9b"
          "b",
          "a??b" },
        { "no-break space",
          "a\xc2\xa0"
          "b",
          "a\xc2\xa0"
          "b" },
        { "not UTF-8",
          "a\xff"
          "b",
          "a?b" },
        { "overlong newline",
          "a\xc0\x8a"
          "b",
          "a??b" },
        { "line separator",
          "a\xe2\x80\xa8"
          "b",
          "a???b" },
        { "right-to-left override",
          "a\xe2\x80\xae"
          "b",
          "a???b" },
        { "right-to-left isolate",
          "a\xe2\x81\xa7"
          "b",
          "a???b" },
        { "dash, their neighbour",
          "a\xe2\x80\x93"
          "b",
          "a\xe2\x80\x93"
          "b" },
    };
    char line[64];

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        ent_line_format(line, sizeof(line), "%s", cases[i].text);
        if (strcmp(line, cases[i].want) != 0) {
            fail_msg("%s: %s", cases[i].name, line);
        }
    }
}

static void
line_is_cut_at_a_whole_character(void **state)
{
    char line[6];

    (void)state;
    ent_line_format(line, sizeof(line), "%s", "abcdefgh");
    assert_string_equal(line, "abcde");
    ent_line_format(line, sizeof(line), "%s", "abc\xc3\xa9x");
    assert_string_equal(line, "abc\xc3\xa9");
    ent_line_format(line, sizeof(line), "%s", "abcd\xc3\xa9");
    assert_string_equal(line, "abcd");
    ent_line_format(line, sizeof(line), "%s", "ab\xf0\x9f\x98\x80");
    assert_string_equal(line, "ab");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(line_replaces_what_is_not_printable),
        cmocka_unit_test(line_is_cut_at_a_whole_character),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
