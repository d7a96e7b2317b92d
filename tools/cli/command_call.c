/* SPDX-License-Identifier: Apache-2.0 */
#include "commands.h"
#include "console/exit_status.h"
#include "console/input.h"
#include "console/json_output.h"
#include "console/library_log.h"
#include "console/output.h"

#include <entitle/metering.h>

#include <stdlib.h>
#include <string.h>

enum {
    CALL_REGION = OPTION_FIRST_OWN,
    CALL_ENDPOINT,
    CALL_DEADLINE,
    CALL_OPTION_COUNT
};

enum { INPUT_LIMIT = 1048576 };

static const option_rule options[CALL_OPTION_COUNT] = {
    OPTION_RULES_COMMON,
    [CALL_REGION] = { "--region",
                      NULL,
                      OPTION_TEXT,
                      "R",
                      "the AWS Region (AWS_REGION, AWS_DEFAULT_REGION)" },
    [CALL_ENDPOINT] = { "--endpoint",
                        NULL,
                        OPTION_TEXT,
                        "URL",
                        "the service (AWS_ENDPOINT_URL_MARKETPLACE_METERING, ...)" },
    [CALL_DEADLINE] = { "--deadline",
                        NULL,
                        OPTION_SECONDS,
                        "SECONDS",
                        "for the call with all its attempts (60)" },
};

static const entitle_runtime runtime = {
    .struct_size = sizeof(runtime),
    .log = library_log_warnings,
};

static bool
is_operation(const char *name)
{
    static const char *const operations[] = {
        "RegisterUsage", "MeterUsage", "BatchMeterUsage", "ResolveCustomer"
    };

    for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++) {
        if (strcmp(operations[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* In the words of the service, on standard error. */
static void
print_error_json(const entitle_error *error)
{
    json_output json = json_output_object();
    const char *code = error->service_code[0] != '\0'
                           ? error->service_code
                           : entitle_status_name(error->status);
    char *text = NULL;

    json_add_text(&json, json.root, "error", code);
    json_add_text(&json, json.root, "message", error->message);
    json_add_text(&json, json.root, "request_id", error->request_id);
    if (error->http_status != 0) {
        json_add_number(&json, json.root, "http_status", error->http_status);
    } else {
        json_add_null(&json, json.root, "http_status");
    }
    text = json_output_text(&json);
    if (text != NULL) {
        output_json_to_stderr(text);
    }
    free(text);
}

/* What never reached the service, or got no answer of its, is told in our words. */
static int
report(const entitle_error *error)
{
    if (error->service_code[0] == '\0' && !output_get_mode()->json) {
        return fail_report_error(error);
    }
    print_error_json(error);
    return exit_status_of(error->status);
}

static int
call(const command_line *line, const cli_input *json)
{
    const entitle_metering_options settings = {
        .struct_size = sizeof(settings),
        .runtime = &runtime,
        .region = line->values[CALL_REGION].text,
        .endpoint = line->values[CALL_ENDPOINT].text,
        .deadline_ms = line->values[CALL_DEADLINE].number,
        .retry = ENTITLE_RETRY_STANDARD,
    };
    entitle_metering *metering = NULL;
    entitle_answer *answer = NULL;
    entitle_error error;
    int exit_status = EX_OK;
    entitle_status status = entitle_metering_new(&settings, &metering, &error);

    if (status == ENTITLE_OK) {
        status = entitle_metering_call(
            metering, line->arguments[0], json->bytes, json->length, &answer, &error);
    }
    /* An accepted dry run is a success, too; AWS says so by an error. */
    if (entitle_status_category(status) == ENTITLE_CATEGORY_DONE) {
        output_json(entitle_answer_json(answer));
    } else {
        exit_status = report(&error);
    }
    entitle_answer_free(answer);
    entitle_metering_free(metering);
    return exit_status;
}

static int
run(const cli_command *command, const command_line *line)
{
    cli_input json;
    cli_failure failure;
    int exit_status = EX_SOFTWARE;

    if (line->argument_count == 0) {
        return command_usage_error(command, "call needs an operation");
    }
    if (line->argument_count > 2) {
        return command_usage_error(command, "call takes an operation and its JSON");
    }
    if (!is_operation(line->arguments[0])) {
        return command_usage_error(
            command,
            "the operations are RegisterUsage, MeterUsage, BatchMeterUsage and "
            "ResolveCustomer");
    }
    if (!input_read(
            line->argument_count == 2 ? line->arguments[1] : "{}",
            INPUT_LIMIT,
            &json,
            &failure)) {
        return fail_report(&failure);
    }
    exit_status = call(line, &json);
    input_free(&json);
    return exit_status;
}

const cli_command command_call = {
    .name = "call",
    .arguments = "OPERATION [OPTIONS] [JSON|-|@FILE]",
    .summary = "send one raw operation and print the service's JSON",
    .details =
        "OPERATION is RegisterUsage, MeterUsage, BatchMeterUsage or ResolveCustomer; the\n"
        "first three count for billing, but for a MeterUsage with \"DryRun\":true. Without\n"
        "JSON, {} is sent. The answer is printed as it is, a token in it included; after\n"
        "BatchMeterUsage the Status in it tells what became of each record. An error of\n"
        "the service is printed on standard error as JSON. Exit status: 0 answered, also a\n"
        "dry run that is accepted; 65 input refused, 69 no answer, 77 not entitled, 78 the\n"
        "set-up is wrong.\n",
    .examples = {
        "entitle call BatchMeterUsage @records.json",
        "echo '{\"RegistrationToken\":\"...\"}' | entitle call ResolveCustomer -",
    },
    .options = options,
    .option_count = CALL_OPTION_COUNT,
    .run = run,
};
