/* SPDX-License-Identifier: Apache-2.0 */
#include "console/exit_status.h"
#include "console/output.h"
#include "console/resolve.h"
#include "usage/commands.h"
#include "usage/usage_meter.h"

_Static_assert((int)RESOLVE_LEDGER == (int)USAGE_LEDGER, "the ledger comes first");

static const option_rule options[RESOLVE_OPTION_COUNT] = {
    OPTION_RULES_COMMON,
    USAGE_RULE_LEDGER,
    RESOLVE_RULES,
};

/*
 * Kept first, so that whoever reads the customer knows it is. Where it could not be
 * kept it is printed all the same: the token may be used up.
 */
static int
keep_and_print(entitle_meter *meter, const entitle_customer *customer)
{
    entitle_error error = { .status = ENTITLE_OK };
    int exit_status = EX_OK;

    if (entitle_meter_keep_customer(meter, customer, &error) != ENTITLE_OK) {
        output_error("the customer was resolved, but is not in the ledger");
        exit_status = fail_report_error(&error);
    }
    return resolve_print(customer, exit_status);
}

/* The ledger is opened first: a token is not spent where there is none. */
static int
run(const cli_command *command, const command_line *line)
{
    entitle_customer *customer = NULL;
    entitle_meter *meter = NULL;
    cli_failure failure;

    if (!usage_meter_keep(line, &meter, &failure)) {
        return fail_report(&failure);
    }
    int exit_status = resolve_customer(command, line, &customer);
    if (exit_status == EX_OK) {
        exit_status = keep_and_print(meter, customer);
    }
    entitle_customer_free(customer);
    (void)entitle_meter_free(meter);
    return exit_status;
}

const cli_command command_resolve = {
    .name = "resolve",
    .arguments = "[OPTIONS] [-|@FILE]",
    .summary = "turn a buyer's registration token into a customer of the ledger",
    .details =
        "As `entitle resolve`, and keeps the customer in the ledger before it prints it:\n"
        "from then on the ledger knows that identifier and account are one customer,\n"
        "whose usage of an hour may bear only one of the two names.\n"
        "Exit status: 0 resolved and kept, 65 AWS does not take the token, 69 no answer,\n"
        "74 the ledger (the customer is printed if there is one), 78 the set-up is\n"
        "wrong.\n",
    .examples = {
        "printf %s \"$token\" | entitle usage resolve --ledger usage.db",
        "entitle usage resolve --json @token",
    },
    .options = options,
    .option_count = RESOLVE_OPTION_COUNT,
    .run = run,
};
