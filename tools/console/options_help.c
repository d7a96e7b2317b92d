/* SPDX-License-Identifier: Apache-2.0 */
#include "console/options_help.h"

#include "console/output.h"

#include <stdio.h>
#include <string.h>

/* Help fits a terminal of the usual width. */
enum { HELP_COLUMN = 28, LINE_WIDTH = 79 };

/* Prints `text` from where a line stands at HELP_COLUMN, and goes on below itself. */
static void
print_wrapped(const char *text)
{
    size_t column = HELP_COLUMN;

    while (*text != '\0') {
        size_t length = strcspn(text, " ");
        if (column > HELP_COLUMN && column + 1 + length > LINE_WIDTH) {
            output_text("\n%*s", HELP_COLUMN, "");
            column = HELP_COLUMN;
        }
        output_text("%s%.*s", column > HELP_COLUMN ? " " : "", (int)length, text);
        column += length + (column > HELP_COLUMN ? 1 : 0);
        text += length + strspn(text + length, " ");
    }
    output_text("\n");
}

static void
print_option(const option_rule *rule)
{
    char left[64];
    char right[256];
    int length = snprintf(
        left,
        sizeof(left),
        "  %s %s",
        rule->name,
        rule->value != NULL ? rule->value : "");

    (void)snprintf(
        right,
        sizeof(right),
        "%s%s%s%s",
        rule->help,
        rule->variable != NULL ? " [" : "",
        rule->variable != NULL ? rule->variable : "",
        rule->variable != NULL ? "]" : "");
    if (length <= HELP_COLUMN - 2) {
        output_text("%-*s", HELP_COLUMN, left);
    } else {
        output_text("%s\n%*s", left, HELP_COLUMN, "");
    }
    print_wrapped(right);
}

void
options_print_help(const option_rule *rules, size_t rule_count)
{
    for (size_t i = 0; i < rule_count; i++) {
        print_option(&rules[i]);
    }
}
