/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/command_words.h"
#include "support/cmocka.h"
#include "support/fake_runtime.h"

#include <stdio.h>
#include <string.h>

static fake_runtime fake;

static int
set_up(void **state)
{
    (void)state;
    fake_runtime_init(&fake);
    return 0;
}

static void
words_are_split_as_a_shell_does(void **state)
{
    static const struct {
        const char *command;
        const char *want; /* each word in brackets; or a part of the message */
        bool is_refused;
    } cases[] = {
        { "a", "[a]", false },
        { "  a \t b\n c\r\n", "[a][b][c]", false },
        { "a 'b c' d", "[a][b c][d]", false },
        { "a \"b c\" d", "[a][b c][d]", false },
        { "a b'c 'd\" e\"", "[a][bc d e]", false },
        { "a ''", "[a][]", false },
        { "a \"\" b", "[a][][b]", false },
        { "a\\ b c", "[a b][c]", false },
        { "a \\\"b", "[a][\"b]", false },
        { "a '\\n'", "[a][\\n]", false },
        { "a \"\\n\\\\\\\"\"", "[a][\\n\\\"]", false },
        { "a '\"' \"'\"", "[a][\"][']", false },
        /* No shell: these are ordinary characters. */
        { "a $HOME|b;c&&d #e `f` *", "[a][$HOME|b;c&&d][#e][`f`][*]", false },
        { "", "it is empty", true },
        { " \n", "it is empty", true },
        { "a 'b", "a quote does not end", true },
        { "a \"b", "a quote does not end", true },
        { "a \"b\\\"", "a quote does not end", true },
        { "a \\", "a backslash has nothing behind it", true },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        ent_command_words words;
        entitle_error error = { 0 };
        char found[256] = "";

        print_message("  %s\n", cases[i].command);
        entitle_status status =
            ent_command_words_split(&fake.runtime, cases[i].command, &words, &error);
        assert_int_equal(
            status, cases[i].is_refused ? ENTITLE_CONFIGURATION : ENTITLE_OK);
        if (cases[i].is_refused) {
            assert_non_null(strstr(error.message, cases[i].want));
        } else {
            for (size_t j = 0; j < words.count; j++) {
                size_t used = strlen(found);
                snprintf(found + used, sizeof(found) - used, "[%s]", words.words[j]);
            }
            assert_null(words.words[words.count]);
            assert_string_equal(found, cases[i].want);
            ent_command_words_clear(&words);
        }
        assert_int_equal(fake.blocks_in_use, 0);
    }
}

static void
words_are_limited(void **state)
{
    char command[2 * ENT_COMMAND_WORD_LIMIT + 3];
    ent_command_words words;

    (void)state;
    for (size_t i = 0; i + 1 < sizeof(command); i += 2) {
        memcpy(&command[i], "a ", 2);
    }
    command[sizeof(command) - 1] = '\0';
    assert_int_equal(
        ent_command_words_split(&fake.runtime, command, &words, NULL),
        ENTITLE_CONFIGURATION);
    command[2 * ENT_COMMAND_WORD_LIMIT] = '\0';
    assert_int_equal(
        ent_command_words_split(&fake.runtime, command, &words, NULL), ENTITLE_OK);
    assert_int_equal(words.count, ENT_COMMAND_WORD_LIMIT);
    ent_command_words_clear(&words);
}

static void
words_need_memory(void **state)
{
    ent_command_words words;

    (void)state;
    fake.fail_allocation = 0;
    assert_int_equal(
        ent_command_words_split(&fake.runtime, "a", &words, NULL),
        ENTITLE_OUT_OF_MEMORY);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(words_are_split_as_a_shell_does, set_up),
        cmocka_unit_test_setup(words_are_limited, set_up),
        cmocka_unit_test_setup(words_need_memory, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
