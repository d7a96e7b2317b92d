/* SPDX-License-Identifier: Apache-2.0 */
#include "console/exit_status.h"
#include "console/input.h"
#include "console/json_output.h"
#include "console/output.h"
#include "console/time_value.h"
#include "licensing/commands.h"

#include <entitle/licence.h>

#include <stdlib.h>
#include <string.h>

enum { LICENCE_LIMIT = 65536 };

static const option_rule options[] = { OPTION_RULES_COMMON };

static int
print_json(const char *header, const char *payload)
{
    json_output json = json_output_object();

    json_add_bool(&json, json.root, "verified", false);
    json_add_raw(&json, json.root, "unverified_header", header);
    json_add_raw(&json, json.root, "unverified_claims", payload);
    return json_output_print(&json, EX_OK);
}

/* The dates, for a reader who does not count seconds. */
static void
print_date(const cJSON *member)
{
    static const char *const dates[] = { "iat", "nbf", "exp" };
    char text[TIME_TEXT_SIZE];

    for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
        if (strcmp(member->string, dates[i]) == 0 && cJSON_IsNumber(member) &&
            member->valuedouble >= 0 && member->valuedouble <= 253402300799.0) {
            time_value_format((int64_t)member->valuedouble, text);
            output_result("unverified  %-10s  %s", "", text);
        }
    }
}

/* The text is strict JSON already; each member is a line. */
static bool
print_members(const char *text)
{
    cJSON *json = cJSON_Parse(text);
    const cJSON *member = NULL;

    cJSON_ArrayForEach(member, json)
    {
        char *value = cJSON_PrintUnformatted(member);

        if (value == NULL) {
            cJSON_Delete(json);
            return false;
        }
        output_result("unverified  %-10s  %s", member->string, value);
        cJSON_free(value);
        print_date(member);
    }
    cJSON_Delete(json);
    return json != NULL;
}

static int
print_lines(const char *header, const char *payload)
{
    output_result("unverified: anyone can have written what follows");
    if (!print_members(header) || !print_members(payload)) {
        output_error("out of memory");
        return EX_SOFTWARE;
    }
    return EX_OK;
}

static int
show(const cli_input *licence)
{
    char *header = NULL;
    char *payload = NULL;
    entitle_error error = { .status = ENTITLE_OK };

    if (entitle_licence_read_unverified(
            licence->bytes, licence->length, &header, &payload, &error) != ENTITLE_OK) {
        return fail_report_error(&error);
    }
    int exit_status = output_get_mode()->json ? print_json(header, payload)
                                              : print_lines(header, payload);
    output_warning("nothing of this was verified: see 'entitle licence verify'");
    entitle_licence_text_free(header);
    entitle_licence_text_free(payload);
    return exit_status;
}

static int
run(const cli_command *command, const command_line *line)
{
    cli_input licence;
    cli_failure failure;

    if (line->argument_count > 1) {
        return command_usage_error(command, "inspect takes one licence");
    }
    if (!input_read(line->arguments[0], LICENCE_LIMIT, &licence, &failure)) {
        return fail_report(&failure);
    }
    input_drop_newline(&licence);
    int exit_status = show(&licence);
    input_free(&licence);
    return exit_status;
}

const cli_command command_licence_inspect = {
    .name = "inspect",
    .arguments = "[OPTIONS] [LICENCE|-|@FILE]",
    .summary = "show what a licence says, without verifying it",
    .details = "Needs no key, and proves nothing: each line, and each name under "
               "--json, says\n"
               "so. Without LICENCE, or with -, it is read from standard input. Exit "
               "status: 0\n"
               "shown, 76 this is no licence, 74 it cannot be read.\n",
    .examples = { "entitle licence inspect @customer.licence",
                  "entitle licence inspect --json - < customer.licence" },
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .run = run,
};
