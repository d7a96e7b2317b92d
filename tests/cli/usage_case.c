/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/usage_case.h"

#include "support/cmocka.h"

#include <string.h>

child_result
usage_case_run(const usage_case *row)
{
    const char *arguments[12] = { CLI_PATH };
    const char *environment[3] = { "PATH=/usr/bin:/bin", row->variable };
    const child_plan plan = { .arguments = arguments, .environment = environment };

    memcpy(arguments + 1, row->arguments, sizeof(row->arguments));
    return child_run(&plan);
}

static void
assert_begins(const char *name, const char *text, const char *want)
{
    size_t length = want != NULL ? strlen(want) : 0;

    if (want == NULL) {
        return;
    }
    if ((length == 0 && text[0] != '\0') || strncmp(text, want, length) != 0) {
        fail_msg("%s: wanted '%s', got '%s'", name, want, text);
    }
}

void
usage_cases_check(const usage_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        child_result result = usage_case_run(&cases[i]);

        if (result.exit_status != cases[i].want_status) {
            fail_msg(
                "%s: wanted exit status %d, got %d (%s)",
                cases[i].name,
                cases[i].want_status,
                result.exit_status,
                result.err);
        }
        assert_begins(cases[i].name, result.out, cases[i].want_out);
        assert_begins(cases[i].name, result.err, cases[i].want_err);
        child_result_clear(&result);
    }
}
