/* SPDX-License-Identifier: Apache-2.0 */
#include "console/exit_status.h"
#include "console/input.h"
#include "console/output.h"
#include "licensing/commands.h"
#include "licensing/verdict_output.h"

#include <entitle/licence.h>

#include <string.h>
#include <unistd.h>

enum {
    VERIFY_LICENCE_KEYS = OPTION_FIRST_OWN,
    VERIFY_PRODUCT_CODE,
    VERIFY_ACCOUNT,
    VERIFY_HOST,
    VERIFY_HERE,
    VERIFY_LICENCE_STATE,
    VERIFY_AT,
    VERIFY_OPTION_COUNT
};

enum { LICENCE_LIMIT = 65536 };

static const option_rule options[VERIFY_OPTION_COUNT] = {
    OPTION_RULES_COMMON,
    [VERIFY_LICENCE_KEYS] = { "--licence-keys",
                              NULL,
                              OPTION_TEXT,
                              "DIR",
                              "folder of the seller's <id>.pem for licences "
                              "(required)" },
    [VERIFY_PRODUCT_CODE] = { "--product-code",
                              NULL,
                              OPTION_TEXT,
                              "CODE",
                              "the product that the licence must be for" },
    [VERIFY_ACCOUNT] = { "--account",
                         NULL,
                         OPTION_TEXT,
                         "ID",
                         "the AWS account in which it is to be used" },
    [VERIFY_HOST] = { "--host",
                      NULL,
                      OPTION_TEXT,
                      "NAME",
                      "the host on which it is to be used" },
    [VERIFY_HERE] = { "--here",
                      NULL,
                      OPTION_SWITCH,
                      NULL,
                      "account and host are those of this machine" },
    [VERIFY_LICENCE_STATE] = { "--licence-state",
                               NULL,
                               OPTION_TEXT,
                               "FILE",
                               "remember the time there, to notice a clock that is set "
                               "back" },
    [VERIFY_AT] = { "--at",
                    NULL,
                    OPTION_TIME,
                    "TIME",
                    "judge at this time: ISO 8601 in UTC, or epoch seconds (now)" },
};

static const char *
usage_mistake(const command_line *line)
{
    const option_value *values = line->values;

    if (line->argument_count > 1) {
        return "verify takes one licence";
    }
    if (values[VERIFY_LICENCE_KEYS].text == NULL) {
        return "verify needs --licence-keys: a licence is valid only if its "
               "signature is checked";
    }
    if (values[VERIFY_HERE].number == 1 &&
        (values[VERIFY_ACCOUNT].text != NULL || values[VERIFY_HOST].text != NULL)) {
        return "--here stands in place of --account and --host";
    }
    if (values[VERIFY_AT].text != NULL && values[VERIFY_LICENCE_STATE].text != NULL) {
        return "--licence-state remembers this machine's clock, not --at";
    }
    return NULL;
}

static entitle_licence_expectation
expectation_of(const command_line *line)
{
    return (entitle_licence_expectation){
        .struct_size = sizeof(entitle_licence_expectation),
        .product_code = line->values[VERIFY_PRODUCT_CODE].text,
        .account = line->values[VERIFY_ACCOUNT].text,
        .host = line->values[VERIFY_HOST].text,
        .here = line->values[VERIFY_HERE].number == 1,
        .at_s = line->values[VERIFY_AT].number,
        .state_file = line->values[VERIFY_LICENCE_STATE].text,
    };
}

static int
fail_with(const entitle_error *error)
{
    cli_failure failure;

    fail(&failure, exit_status_of(error->status), "%s", error->message);
    fail_hint(&failure, "%s", error->hint);
    return verdict_print_failure(error->status, &failure);
}

/* What people type first, and what it should have been. */
static void
warn_of_path(const char *argument)
{
    if (argument != NULL && argument[0] != '@' && access(argument, R_OK) == 0) {
        output_hint("to read the licence from that file, put @ before its name");
    }
}

static int
judge(
    const entitle_licence_keys *keys,
    const char *argument,
    const entitle_licence_expectation *expectation)
{
    entitle_licence_verification *verification = NULL;
    entitle_error error;
    cli_input licence;
    cli_failure failure;

    if (!input_read(argument, LICENCE_LIMIT, &licence, &failure)) {
        return verdict_print_failure(ENTITLE_IO_ERROR, &failure);
    }
    input_drop_newline(&licence);
    entitle_status status = entitle_licence_verify(
        keys, licence.bytes, licence.length, expectation, &verification, &error);
    int exit_status =
        status == ENTITLE_OK ? verdict_print(verification) : fail_with(&error);
    if (entitle_licence_verification_reason(verification) == ENTITLE_MALFORMED_TOKEN) {
        warn_of_path(argument);
    }
    entitle_licence_verification_free(verification);
    input_free(&licence);
    return exit_status;
}

static int
run(const cli_command *command, const command_line *line)
{
    const entitle_licence_expectation expectation = expectation_of(line);
    const char *mistake = usage_mistake(line);
    entitle_licence_keys *keys = NULL;
    entitle_error error;

    if (mistake != NULL) {
        return command_usage_error(command, mistake);
    }
    entitle_status status = entitle_licence_keys_new(NULL, &keys, &error);
    if (status == ENTITLE_OK) {
        status = entitle_licence_keys_add_directory(
            keys, line->values[VERIFY_LICENCE_KEYS].text, &error);
    }
    int exit_status = status == ENTITLE_OK
                          ? judge(keys, line->arguments[0], &expectation)
                          : fail_with(&error);
    entitle_licence_keys_free(keys);
    return exit_status;
}

const cli_command command_licence_verify = {
    .name = "verify",
    .arguments = "--licence-keys DIR [OPTIONS] [LICENCE|-|@FILE]",
    .summary = "judge a licence that the seller signed, offline",
    .details =
        "Without LICENCE, or with -, it is read from standard input. Prints what the\n"
        "licence says once its signature has passed; what is not asked for, such as "
        "the\nproduct or the place, is not checked. Exit status: 0 valid, 76 refused, "
        "78 the\nkeys cannot be used or the clock was set back, 74 a file cannot be "
        "used.\n",
    .examples = { "entitle licence verify --licence-keys licence-keys "
                  "@customer.licence",
                  "entitle licence verify --licence-keys licence-keys --here --json "
                  "@customer.licence" },
    .options = options,
    .option_count = VERIFY_OPTION_COUNT,
    .run = run,
};
