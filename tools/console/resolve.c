/* SPDX-License-Identifier: Apache-2.0 */
#include "console/resolve.h"

#include "console/exit_status.h"
#include "console/json_output.h"
#include "console/library_log.h"
#include "console/output.h"
#include "console/registration_token.h"
#include "console/table_row.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AGAIN "please come from AWS Marketplace again"

static const entitle_runtime runtime = {
    .struct_size = sizeof(runtime),
    .log = library_log_warnings,
};

/* --- Why not ---------------------------------------------------------------------- */

/*
 * What the buyer, who waits in front of the seller's page, can do about it; NULL where
 * it is the seller's to mend.
 */
static const char *
sentence_for_buyer(const entitle_error *error)
{
    if (entitle_status_category(error->status) == ENTITLE_CATEGORY_UNAVAILABLE) {
        return "the registration cannot be completed at the moment: please try again "
               "in a few minutes";
    }
    if (error->status != ENTITLE_INVALID_INPUT) {
        return NULL;
    }
    return strcmp(error->service_code, "ExpiredTokenException") == 0
               ? "this registration has expired: " AGAIN
               : "this registration is not valid: " AGAIN;
}

static void
print_error_json(const entitle_error *error, const char *sentence)
{
    json_output json = json_output_object();
    const char *code = error->service_code[0] != '\0'
                           ? error->service_code
                           : entitle_status_name(error->status);

    json_add_text(&json, json.root, "error", code);
    json_add_text(&json, json.root, "message", error->message);
    json_add_text(&json, json.root, "hint", error->hint);
    json_add_text(&json, json.root, "buyer_message", sentence);
    json_add_text(&json, json.root, "request_id", error->request_id);
    if (error->http_status != 0) {
        json_add_number(&json, json.root, "http_status", error->http_status);
    } else {
        json_add_null(&json, json.root, "http_status");
    }
    char *text = json_output_text(&json);
    if (text != NULL) {
        output_json_to_stderr(text);
    }
    free(text);
}

static int
report(const entitle_error *error)
{
    const char *sentence = sentence_for_buyer(error);
    char cause[sizeof(error->message) + 32];

    if (output_get_mode()->json) {
        print_error_json(error, sentence);
        return exit_status_of(error->status);
    }
    if (sentence == NULL) {
        return fail_report_error(error);
    }
    output_error("%s", sentence);
    (void)snprintf(cause, sizeof(cause), "for the seller: %s", error->message);
    output_hint(cause);
    output_hint(error->hint);
    return exit_status_of(error->status);
}

/* --- Asking ----------------------------------------------------------------------- */

static int
ask(const command_line *line, const char *token, entitle_customer **out)
{
    const entitle_metering_options settings = {
        .struct_size = sizeof(settings),
        .runtime = &runtime,
        .region = line->values[RESOLVE_REGION].text,
        .endpoint = line->values[RESOLVE_ENDPOINT].text,
        .deadline_ms = line->values[RESOLVE_DEADLINE].number,
        .retry = ENTITLE_RETRY_STANDARD,
    };
    entitle_metering *metering = NULL;
    entitle_error error = { .status = ENTITLE_OK };
    entitle_status status = entitle_metering_new(&settings, &metering, &error);

    if (status == ENTITLE_OK) {
        status = entitle_metering_resolve_customer(metering, token, out, &error);
    }
    entitle_metering_free(metering);
    return status == ENTITLE_OK ? EX_OK : report(&error);
}

int
resolve_customer(
    const cli_command *command, const command_line *line, entitle_customer **out)
{
    char *token = NULL;
    cli_failure failure;

    *out = NULL;
    if (line->argument_count > 1) {
        return command_usage_error(command, "resolve takes one token, by - or @FILE");
    }
    if (!registration_token_read(line->arguments[0], &token, &failure)) {
        return fail_report(&failure);
    }
    int exit_status = ask(line, token, out);
    registration_token_free(token);
    return exit_status;
}

/* --- The answer ------------------------------------------------------------------- */

static void
print_member(const char *name, const char *value)
{
    enum { NAME_WIDTH = 20 };
    table_row row = { .length = 0 };

    table_row_text(&row, NAME_WIDTH, name);
    table_row_text(&row, 0, value[0] != '\0' ? value : "-");
    table_row_print(&row);
}

int
resolve_print(const entitle_customer *customer, int exit_status)
{
    const struct {
        const char *name;
        const char *value;
    } members[] = {
        { "CustomerIdentifier", entitle_customer_identifier(customer) },
        { "CustomerAWSAccountId", entitle_customer_account(customer) },
        { "LicenseArn", entitle_customer_license_arn(customer) },
        { "ProductCode", entitle_customer_product_code(customer) },
    };
    bool is_json = output_get_mode()->json;
    json_output json = { .root = NULL };

    if (is_json) {
        json = json_output_object();
    }
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
        if (is_json) {
            json_add_text(&json, json.root, members[i].name, members[i].value);
        } else {
            print_member(members[i].name, members[i].value);
        }
    }
    return is_json ? json_output_print(&json, exit_status) : exit_status;
}
