/* SPDX-License-Identifier: Apache-2.0 */
#include "commands.h"
#include "console/exit_status.h"
#include "console/input.h"
#include "key_source.h"
#include "verification_output.h"

#include <entitle/token.h>

enum {
    VERIFY_KEYS = OPTION_FIRST_OWN,
    VERIFY_KEY_VERSION,
    VERIFY_PRODUCT_CODE,
    VERIFY_NONCE,
    VERIFY_AT,
    VERIFY_OPTION_COUNT
};

enum { TOKEN_LIMIT = 65536 };

static const option_rule options[VERIFY_OPTION_COUNT] = {
    OPTION_RULES_COMMON,
    [VERIFY_KEYS] = { "--keys",
                      NULL,
                      OPTION_TEXT,
                      "PATH",
                      "folder of <version>.pem, or one PEM "
                      "file with --key-version (required)" },
    [VERIFY_KEY_VERSION] = { "--key-version",
                             NULL,
                             OPTION_VERSION,
                             "N",
                             "try this key only; else all, highest version first" },
    [VERIFY_PRODUCT_CODE] = { "--product-code",
                              NULL,
                              OPTION_TEXT,
                              "C",
                              "the product code that the token must name" },
    [VERIFY_NONCE] = { "--nonce",
                       NULL,
                       OPTION_TEXT,
                       "N",
                       "the nonce that the token must hold" },
    [VERIFY_AT] = { "--at",
                    NULL,
                    OPTION_TIME,
                    "TIME",
                    "judge at this time: ISO 8601 in UTC, or epoch seconds (now)" },
};

static const char *
usage_mistake(const command_line *line)
{
    const char *keys = line->values[VERIFY_KEYS].text;

    if (line->argument_count > 1) {
        return "verify takes one token";
    }
    if (keys == NULL) {
        return "verify needs --keys: a token is valid only if its signature is checked";
    }
    if (line->values[VERIFY_KEY_VERSION].text == NULL && is_file(keys)) {
        return "--keys with one file needs --key-version";
    }
    return NULL;
}

static entitle_expectation
expectation_of(const command_line *line)
{
    return (entitle_expectation){
        .struct_size = sizeof(entitle_expectation),
        .product_code = line->values[VERIFY_PRODUCT_CODE].text,
        .nonce = line->values[VERIFY_NONCE].text,
        .key_version = (uint32_t)line->values[VERIFY_KEY_VERSION].number,
        .at_s = line->values[VERIFY_AT].number,
    };
}

static int
fail_with(const entitle_expectation *expectation, const entitle_error *error)
{
    cli_failure failure;

    fail(&failure, exit_status_of(error->status), "%s", error->message);
    fail_hint(&failure, "%s", error->hint);
    return verification_print_failure(error->status, expectation, &failure);
}

static int
judge(
    const entitle_keyring *keyring,
    const cli_input *token,
    const entitle_expectation *expectation)
{
    entitle_verification *verification = NULL;
    entitle_error error;
    int exit_status = EX_SOFTWARE;

    if (entitle_verify(
            keyring, token->bytes, token->length, expectation, &verification, &error) !=
        ENTITLE_OK) {
        return fail_with(expectation, &error);
    }
    exit_status = verification_print(verification);
    entitle_verification_free(verification);
    return exit_status;
}

static int
judge_argument(
    const char *argument,
    const entitle_keyring *keyring,
    const entitle_expectation *expectation)
{
    cli_input token;
    cli_failure failure;
    int exit_status = EX_SOFTWARE;

    if (!input_read(argument, TOKEN_LIMIT, &token, &failure)) {
        return verification_print_failure(ENTITLE_IO_ERROR, expectation, &failure);
    }
    input_drop_newline(&token);
    exit_status = judge(keyring, &token, expectation);
    input_free(&token);
    return exit_status;
}

static int
run(const cli_command *command, const command_line *line)
{
    const entitle_expectation expectation = expectation_of(line);
    const char *mistake = usage_mistake(line);
    entitle_keyring *keyring = NULL;
    entitle_error error;
    int exit_status = EX_SOFTWARE;

    if (mistake != NULL) {
        return command_usage_error(command, mistake);
    }
    if (key_source_load(
            line->values[VERIFY_KEYS].text,
            expectation.key_version,
            &keyring,
            &error) != ENTITLE_OK) {
        return fail_with(&expectation, &error);
    }
    exit_status = judge_argument(line->arguments[0], keyring, &expectation);
    entitle_keyring_free(keyring);
    return exit_status;
}

const cli_command command_verify = {
    .name = "verify",
    .arguments = "--keys PATH [OPTIONS] [TOKEN|-|@FILE]",
    .summary = "judge a token of RegisterUsage offline",
    .details =
        "Without TOKEN, or with -, it is read from standard input. Prints the token's\n"
        "claims once its signature has passed. Exit status: 0 valid, 76 refused, 78 the\n"
        "keys cannot be used.\n",
    .examples = {
        "entitle verify --keys keys --product-code 4f3k2example @token.jwt",
        "entitle verify --keys 1.pem --key-version 1 --json - < token.jwt",
    },
    .options = options,
    .option_count = VERIFY_OPTION_COUNT,
    .run = run,
};
