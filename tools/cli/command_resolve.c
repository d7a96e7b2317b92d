/* SPDX-License-Identifier: Apache-2.0 */
#include "commands.h"
#include "console/exit_status.h"
#include "console/resolve.h"
#include "other_program.h"

static const option_rule options[RESOLVE_OPTION_COUNT] = {
    OPTION_RULES_COMMON,
    [RESOLVE_LEDGER] = { "--ledger",
                         NULL,
                         OPTION_TEXT,
                         "PATH",
                         "keep the customer in this ledger, too; takes entitle-usage" },
    RESOLVE_RULES,
};

/* Before `argv` stand this program's name and the command's. */
static int
become(char **argv)
{
    return other_program_become(&usage_program, argv - 2);
}

static int
run(const cli_command *command, const command_line *line)
{
    entitle_customer *customer = NULL;
    int exit_status = resolve_customer(command, line, &customer);

    if (exit_status == EX_OK) {
        exit_status = resolve_print(customer, EX_OK);
    }
    entitle_customer_free(customer);
    return exit_status;
}

const cli_command command_resolve = {
    .name = "resolve",
    .arguments = "[OPTIONS] [-|@FILE]",
    .summary = "turn a buyer's registration token into a customer",
    .details =
        "The token is what AWS Marketplace posts to the page of a SaaS product as\n"
        "x-amzn-marketplace-token, its percent-encoding undone. It is read from standard\n"
        "input or a file, and printed or logged nowhere. Needs credentials of the account\n"
        "that publishes the product. Where the buyer can do something about a failure, the\n"
        "error is a sentence to show to the buyer.\n"
        "Exit status: 0 resolved, 65 AWS does not take the token, 69 no answer, 78 the\n"
        "set-up is wrong; with --ledger also 74 it could not be kept.\n",
    .examples = {
        "printf %s \"$token\" | entitle resolve --json",
        "entitle resolve --ledger /var/lib/entitle/usage.db @token",
    },
    .options = options,
    .option_count = RESOLVE_OPTION_COUNT,
    .run = run,
    .become = become,
    .become_flag = "--ledger",
};
