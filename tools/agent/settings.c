/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/settings.h"

#include "console/exit_status.h"
#include "console/options.h"
#include "console/options_help.h"
#include "console/output.h"

enum {
    AGENT_LEDGER = OPTION_FIRST_OWN,
    AGENT_PRODUCT_CODE,
    AGENT_INSTANCE,
    AGENT_LISTEN,
    AGENT_SOCKET_MODE,
    AGENT_FLUSH_INTERVAL,
    AGENT_ZERO_RECORDS,
    AGENT_REGION,
    AGENT_ENDPOINT,
    AGENT_OPTION_COUNT
};

enum { DEFAULT_INTERVAL_MS = 300 * 1000, SHORTEST_INTERVAL_MS = 1000 };

static const option_rule rules[AGENT_OPTION_COUNT] = {
    [OPTION_JSON] = { "--json",
                      NULL,
                      OPTION_SWITCH,
                      NULL,
                      "of no effect: the first line is JSON in any case" },
    [OPTION_QUIET] = { "--quiet", NULL, OPTION_SWITCH, NULL, "log nothing" },
    [OPTION_VERBOSE] = { "--verbose", NULL, OPTION_SWITCH, NULL, "log each step" },
    [AGENT_LEDGER] = { "--ledger",
                       "ENTITLE_LEDGER",
                       OPTION_TEXT,
                       "PATH",
                       "the ledger: a file, made where it is missing, or "
                       "postgresql://HOST/DATABASE (required)" },
    [AGENT_PRODUCT_CODE] = { "--product-code",
                             "ENTITLE_PRODUCT_CODE",
                             OPTION_TEXT,
                             "CODE",
                             "of uses that name none (required)" },
    [AGENT_INSTANCE] = { "--instance",
                         NULL,
                         OPTION_TEXT,
                         "NAME",
                         "whose usage it is where no customer is named (this task, "
                         "pod, instance or host)" },
    [AGENT_LISTEN] = { "--listen",
                       NULL,
                       OPTION_TEXT,
                       "PLACE",
                       "127.0.0.1:PORT, [::1]:PORT or unix:PATH; port 0 is any free "
                       "one (127.0.0.1:8377)" },
    [AGENT_SOCKET_MODE] = { "--socket-mode",
                            NULL,
                            OPTION_CHOICE,
                            "0600|0660",
                            "who may use unix:PATH (0600: its owner only)" },
    [AGENT_FLUSH_INTERVAL] = { "--flush-interval",
                               NULL,
                               OPTION_SECONDS,
                               "SECONDS",
                               "between two flushes, 1 at least (300)" },
    [AGENT_ZERO_RECORDS] = { "--zero-records",
                             NULL,
                             OPTION_SWITCH,
                             NULL,
                             "a record of 0 for each hour without usage, of every "
                             "customer who has used a dimension before" },
    [AGENT_REGION] = { "--region",
                       NULL,
                       OPTION_TEXT,
                       "R",
                       "the AWS Region (AWS_REGION, AWS_DEFAULT_REGION)" },
    [AGENT_ENDPOINT] = { "--endpoint",
                         NULL,
                         OPTION_TEXT,
                         "URL",
                         "the service (AWS_ENDPOINT_URL_MARKETPLACE_METERING, ...)" },
};

void
settings_print_help(void)
{
    output_text(
        "entitle-agent: keep the usage that local programs report, and send it by the\n"
        "hour\n\n"
        "usage: entitle-agent --ledger PATH --product-code CODE [OPTIONS]\n\n");
    options_print_help(
        rules + OPTION_FIRST_OWN, (size_t)AGENT_OPTION_COUNT - OPTION_FIRST_OWN);
    options_print_help(rules, OPTION_FIRST_OWN);
    output_text(
        "  --help, --version\n\n"
        "The first line on standard output is {\"event\":\"listening\",\"url\":...}; "
        "the log\n"
        "goes to standard error. SIGTERM sends what is unsent, the running hour too,\n"
        "within 20 s; a second one ends the agent at once. Exit status: 0 ended by a\n"
        "signal; 64 and 78 a wrong flag and variable; 69 the place is taken; 74 the\n"
        "ledger cannot be used.\n");
}

static bool
refuse(cli_failure *failure, int exit_status, const char *message)
{
    fail(failure, exit_status, "%s", message);
    fail_hint(failure, "see 'entitle-agent --help'");
    return false;
}

static bool
check(const command_line *line, cli_failure *failure)
{
    const option_value *interval = &line->values[AGENT_FLUSH_INTERVAL];

    if (line->argument_count > 0) {
        return refuse(failure, EX_USAGE, "entitle-agent takes options only");
    }
    if (line->values[AGENT_LEDGER].text == NULL) {
        return refuse(
            failure, EX_CONFIG, "no ledger was named: give --ledger or ENTITLE_LEDGER");
    }
    if (line->values[AGENT_PRODUCT_CODE].text == NULL) {
        return refuse(
            failure,
            EX_CONFIG,
            "no product code was named: give --product-code or ENTITLE_PRODUCT_CODE");
    }
    if (interval->text != NULL && interval->number < SHORTEST_INTERVAL_MS) {
        return refuse(failure, EX_USAGE, "--flush-interval is 1 second at least");
    }
    return true;
}

bool
settings_read(char **argv, agent_settings *out, cli_failure *failure)
{
    command_line line;

    if (!options_parse("", rules, AGENT_OPTION_COUNT, argv, &line, failure)) {
        fail_hint(failure, "see 'entitle-agent --help'");
        return false;
    }
    if (!line.help && !check(&line, failure)) {
        return false;
    }
    const option_value *values = line.values;
    *out = (agent_settings){
        .ledger = values[AGENT_LEDGER].text,
        .product_code = values[AGENT_PRODUCT_CODE].text,
        .is_code_from_variable = values[AGENT_PRODUCT_CODE].from_variable,
        .instance = values[AGENT_INSTANCE].text,
        .listen = values[AGENT_LISTEN].text != NULL ? values[AGENT_LISTEN].text
                                                    : "127.0.0.1:8377",
        .socket_mode = values[AGENT_SOCKET_MODE].number == 1 ? 0660 : 0600,
        .flush_interval_ms = values[AGENT_FLUSH_INTERVAL].text != NULL
                                 ? values[AGENT_FLUSH_INTERVAL].number
                                 : DEFAULT_INTERVAL_MS,
        .zero_records = values[AGENT_ZERO_RECORDS].number == 1,
        .region = values[AGENT_REGION].text,
        .endpoint = values[AGENT_ENDPOINT].text,
        .help = line.help,
    };
    return true;
}
