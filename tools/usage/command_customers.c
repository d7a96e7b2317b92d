/* SPDX-License-Identifier: Apache-2.0 */
#include "console/exit_status.h"
#include "console/json_output.h"
#include "console/output.h"
#include "console/table_row.h"
#include "console/time_value.h"
#include "usage/commands.h"
#include "usage/customer_table.h"
#include "usage/usage_meter.h"

#include <inttypes.h>
#include <stdlib.h>

enum { NAME_WIDTH = 20, HOUR_WIDTH = 20, COUNT_WIDTH = 6 };

static const option_rule options[USAGE_FIRST_OWN] = {
    OPTION_RULES_COMMON,
    USAGE_RULE_LEDGER,
};

/* --- JSON ------------------------------------------------------------------------- */

static void
write_usage(
    json_output *json,
    cJSON *list,
    const char *identifier,
    const char *account,
    const customer_license *license,
    int64_t last_hour_s)
{
    cJSON *name = json_add_object(json, list, NULL);

    json_add_text(json, name, "customer_id", identifier);
    json_add_text(json, name, "customer_account", account);
    json_add_text(
        json, name, "license_arn", license != NULL ? license->license_arn : NULL);
    json_add_time(json, name, "last_hour", true, last_hour_s);
}

/* The names that its usage has had. */
static void
write_usages(json_output *json, cJSON *customer, const customer_pair *pair)
{
    const customer_name *identifier = pair->identifier;
    const customer_name *account = pair->account;
    cJSON *list = json_add_array(json, customer, "usage");

    if (identifier != NULL && identifier->last_hour_s != 0) {
        write_usage(json, list, identifier->text, NULL, NULL, identifier->last_hour_s);
    }
    for (const customer_license *license = account != NULL ? account->licenses : NULL;
         license != NULL;
         license = license->next) {
        if (license->last_hour_s != 0) {
            write_usage(json, list, NULL, account->text, license, license->last_hour_s);
        }
    }
}

static char *
customer_json(const customer_pair *pair)
{
    json_output json = json_output_object();

    json_add_text(&json, json.root, "product_code", pair->product_code);
    json_add_text(
        &json,
        json.root,
        "customer_id",
        pair->identifier != NULL ? pair->identifier->text : NULL);
    json_add_text(
        &json,
        json.root,
        "customer_account",
        pair->account != NULL ? pair->account->text : NULL);
    write_usages(&json, json.root, pair);
    json_add_number(&json, json.root, "doubled_hours", (int64_t)pair->doubled_hours);
    json_add_time(
        &json,
        json.root,
        "last_doubled_hour",
        pair->doubled_hours > 0,
        pair->last_doubled_s);
    return json_output_text(&json);
}

/* There may be many: each is printed by itself. False: memory is out. */
static bool
print_json(const customer_table *table)
{
    bool is_whole = true;

    output_json_part("{\"customers\":[");
    for (const text_node *node = table->pairs.first; node != NULL && is_whole;
         node = node->next) {
        char *text = customer_json((const customer_pair *)node);
        output_json_part(node == table->pairs.first ? "" : ",");
        output_json_part(text != NULL ? text : "null");
        is_whole = text != NULL;
        free(text);
    }
    output_json_part("]}");
    output_json_end();
    return is_whole;
}

/* --- For people ------------------------------------------------------------------- */

static void
print_heading(void)
{
    table_row row = { .length = 0 };

    table_row_text(&row, NAME_WIDTH, "CUSTOMER");
    table_row_text(&row, NAME_WIDTH, "ACCOUNT");
    table_row_text(&row, HOUR_WIDTH, "LAST BY CUSTOMER");
    table_row_text(&row, HOUR_WIDTH, "LAST BY ACCOUNT");
    table_row_right(&row, COUNT_WIDTH, "BOTH");
    table_row_text(&row, 0, "PRODUCT");
    table_row_print(&row);
}

static void
add_hour(table_row *row, const customer_name *name)
{
    char hour[TIME_TEXT_SIZE] = "-";

    if (name != NULL && name->last_hour_s != 0) {
        time_value_format(name->last_hour_s, hour);
    }
    table_row_text(row, HOUR_WIDTH, hour);
}

static void
print_row(const customer_pair *pair)
{
    table_row row = { .length = 0 };

    table_row_text(
        &row, NAME_WIDTH, pair->identifier != NULL ? pair->identifier->text : "-");
    table_row_text(&row, NAME_WIDTH, pair->account != NULL ? pair->account->text : "-");
    add_hour(&row, pair->identifier);
    add_hour(&row, pair->account);
    table_row_number(&row, COUNT_WIDTH, (int64_t)pair->doubled_hours);
    table_row_text(&row, 0, pair->product_code);
    table_row_print(&row);
}

static void
print_rows(const customer_table *table)
{
    print_heading();
    for (const text_node *node = table->pairs.first; node != NULL; node = node->next) {
        print_row((const customer_pair *)node);
    }
}

/* --- The command ------------------------------------------------------------------ */

static int
judge(const customer_table *table)
{
    uint64_t count = 0;

    for (const text_node *node = table->pairs.first; node != NULL; node = node->next) {
        count += ((const customer_pair *)node)->doubled_hours > 0;
    }
    if (count == 0) {
        return EX_OK;
    }
    output_error(
        "%" PRIu64 " %s usage of one hour under both names, and AWS bills both",
        count,
        count == 1 ? "customer has" : "customers have");
    output_hint("tell AWS Marketplace of what was accepted twice, and name each "
                "customer in one way from one hour on");
    return EX_DATAERR;
}

static int
show(entitle_meter *meter, customer_table *table)
{
    entitle_error error = { .status = ENTITLE_OK };

    if (entitle_meter_customers(meter, customer_table_add, table, &error) !=
            ENTITLE_OK ||
        entitle_meter_list(
            meter, ENTITLE_USAGE_STATES, customer_table_count, table, &error) !=
            ENTITLE_OK) {
        return fail_report_error(&error);
    }
    bool is_whole = customer_table_finish(table);
    if (is_whole && output_get_mode()->json) {
        is_whole = print_json(table);
    } else if (is_whole) {
        print_rows(table);
    }
    if (!is_whole) {
        output_error("out of memory");
        return EX_SOFTWARE;
    }
    return judge(table);
}

static int
run(const cli_command *command, const command_line *line)
{
    customer_table table = { .has_failed = false };
    entitle_meter *meter = NULL;
    cli_failure failure;

    if (line->argument_count > 0) {
        return command_usage_error(command, "customers takes options only");
    }
    if (!usage_meter_look(line, &meter, &failure)) {
        return fail_report(&failure);
    }
    int exit_status = show(meter, &table);
    customer_table_clear(&table);
    (void)entitle_meter_free(meter);
    return exit_status;
}

const cli_command command_customers = {
    .name = "customers",
    .arguments = "[OPTIONS]",
    .summary = "list the customers, and who is billed under two names",
    .details =
        "A customer goes by its CustomerIdentifier or by its account and licence, and\n"
        "`resolve --ledger` tells that the two are one. For each of them: the last hour\n"
        "with usage, and the number of hours with usage under both, which AWS bills\n"
        "twice. What was rejected or lost does not count.\n"
        "Exit status: 0 nobody has such hours, 65 somebody has, 74 the ledger.\n",
    .examples = {
        "entitle usage customers --ledger usage.db",
        "entitle usage customers --json",
    },
    .options = options,
    .option_count = USAGE_FIRST_OWN,
    .run = run,
};
