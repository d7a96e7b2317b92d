/* SPDX-License-Identifier: Apache-2.0 */
#include "console/exit_status.h"
#include "console/json_output.h"
#include "console/output.h"
#include "usage/commands.h"
#include "usage/usage_meter.h"
#include "usage/usage_tag.h"

#include <stdio.h>
#include <string.h>

enum {
    ADD_PRODUCT_CODE = USAGE_FIRST_OWN,
    ADD_DIMENSION,
    ADD_QUANTITY,
    ADD_AT,
    ADD_TAG,
    ADD_LICENSE_ARN,
    ADD_CUSTOMER_ACCOUNT,
    ADD_CUSTOMER_ID,
    ADD_ID,
    ADD_INSTANCE,
    ADD_OPTION_COUNT
};

/* A key and a value are 356 characters at most; the library refuses longer ones. */
enum { TAG_SIZE = 1024 };

static const option_rule options[ADD_OPTION_COUNT] = {
    OPTION_RULES_COMMON,
    USAGE_RULE_LEDGER,
    [ADD_PRODUCT_CODE] = USAGE_RULE_PRODUCT_CODE,
    [ADD_DIMENSION] = { "--dimension",
                        NULL,
                        OPTION_TEXT,
                        "D",
                        "what was used, as the listing calls it (required)" },
    [ADD_QUANTITY] = { "--quantity",
                       NULL,
                       OPTION_QUANTITY,
                       "N",
                       "how many units, 0 to 2147483647 (required)" },
    [ADD_AT] = { "--at", NULL, OPTION_TIME, "TIME", "when it was used (now)" },
    [ADD_TAG] = { "--tag",
                  NULL,
                  OPTION_LIST,
                  "K=V",
                  "a label of the usage; up to five of them" },
    [ADD_LICENSE_ARN] = { "--license-arn",
                          NULL,
                          OPTION_TEXT,
                          "ARN",
                          "the customer's licence, with --customer-account" },
    [ADD_CUSTOMER_ACCOUNT] = { "--customer-account",
                               NULL,
                               OPTION_TEXT,
                               "ID",
                               "the customer's AWS account, with --license-arn" },
    [ADD_CUSTOMER_ID] = { "--customer-id",
                          NULL,
                          OPTION_TEXT,
                          "ID",
                          "the customer, by CustomerIdentifier instead" },
    [ADD_ID] = { "--id",
                 NULL,
                 OPTION_TEXT,
                 "KEY",
                 "of this use: the same one counts once, however often it is added" },
    [ADD_INSTANCE] = USAGE_RULE_INSTANCE,
};

/* The tags of a command line, taken apart. */
typedef struct tag_list {
    char texts[OPTION_LIST_LIMIT][TAG_SIZE];
    entitle_tag tags[OPTION_LIST_LIMIT];
    size_t count;
} tag_list;

static bool
read_tags(
    const cli_command *command,
    const option_value *value,
    tag_list *out,
    cli_failure *failure)
{
    out->count = value->text_count;
    for (size_t i = 0; i < value->text_count; i++) {
        const option_value one = { .text = value->texts[i], .origin = value->origin };
        size_t length = strlen(one.text);

        if (length >= TAG_SIZE) {
            options_reject(command->name, &one, failure, "must be a short text K=V");
            return false;
        }
        memcpy(out->texts[i], one.text, length + 1);
        if (!usage_tag_split(out->texts[i], &out->tags[i])) {
            options_reject(command->name, &one, failure, "must be K=V");
            return false;
        }
    }
    return true;
}

static bool
require(const cli_command *command, const command_line *line, cli_failure *failure)
{
    if (line->argument_count > 0) {
        fail(failure, EX_USAGE, "add takes options only");
    } else if (line->values[ADD_DIMENSION].text == NULL) {
        fail(failure, EX_USAGE, "add needs --dimension");
    } else if (line->values[ADD_QUANTITY].text == NULL) {
        fail(failure, EX_USAGE, "add needs --quantity");
    } else if (line->values[ADD_PRODUCT_CODE].text == NULL) {
        fail(failure, EX_CONFIG, "no product code was given");
        fail_hint(failure, "give --product-code or ENTITLE_PRODUCT_CODE");
        return false;
    } else {
        return true;
    }
    options_hint(command->name, failure);
    return false;
}

static int
print(const entitle_use *use, bool counted)
{
    if (output_get_mode()->json) {
        json_output json = json_output_object();

        json_add_bool(&json, json.root, "counted", counted);
        return json_output_print(&json, EX_OK);
    }
    if (counted) {
        output_result("added %lld of %s", (long long)use->quantity, use->dimension);
    } else {
        output_result("not added: the id '%s' has been counted before", use->id);
    }
    return EX_OK;
}

static int
add(const command_line *line, const tag_list *tags, entitle_meter *meter)
{
    const option_value *values = line->values;
    const entitle_use use = {
        .struct_size = sizeof(use),
        .dimension = values[ADD_DIMENSION].text,
        .quantity = values[ADD_QUANTITY].number,
        .at_s = values[ADD_AT].number,
        .tags = tags->tags,
        .tag_count = tags->count,
        .customer_account = values[ADD_CUSTOMER_ACCOUNT].text,
        .license_arn = values[ADD_LICENSE_ARN].text,
        .customer_identifier = values[ADD_CUSTOMER_ID].text,
        .id = values[ADD_ID].text,
    };
    entitle_error error = { .status = ENTITLE_OK };
    bool counted = false;

    if (entitle_meter_add(meter, &use, &counted, &error) != ENTITLE_OK) {
        return fail_report_error(&error);
    }
    return print(&use, counted);
}

static int
run(const cli_command *command, const command_line *line)
{
    entitle_meter *meter = NULL;
    cli_failure failure;
    tag_list tags;

    if (!require(command, line, &failure) ||
        !read_tags(command, &line->values[ADD_TAG], &tags, &failure) ||
        !usage_meter_open(
            line,
            &line->values[ADD_PRODUCT_CODE],
            &line->values[ADD_INSTANCE],
            &meter,
            &failure)) {
        return fail_report(&failure);
    }
    int exit_status = add(line, &tags, meter);
    (void)entitle_meter_free(meter);
    return exit_status;
}

const cli_command command_add = {
    .name = "add",
    .arguments = "--dimension D --quantity N [OPTIONS]",
    .summary = "record one use, durably",
    .details =
        "When it ends with 0, the use is on disk. It is reported with the others of its\n"
        "hour by `flush`. Usage without a customer belongs to this task, pod, instance or\n"
        "host, and is sent by it; customers' usage by whoever flushes the ledger.\n"
        "Exit status: 0 recorded, or known by its id; 65 a value that AWS would refuse,\n"
        "74 the ledger cannot be written.\n",
    .examples = {
        "entitle usage add --ledger usage.db --dimension requests --quantity 1",
        "entitle usage add --dimension gigabytes --quantity 3 --tag team=blue --id "
        "job-17",
    },
    .options = options,
    .option_count = ADD_OPTION_COUNT,
    .run = run,
};
