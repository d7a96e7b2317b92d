/* SPDX-License-Identifier: Apache-2.0 */
#include "console/options.h"

#include "console/command.h"
#include "console/exit_status.h"
#include "console/option_value.h"

#include <stdlib.h>
#include <string.h>

/* The table and the result, while a command line is being read. */
typedef struct option_parser {
    const char *command;
    const option_rule *rules;
    size_t rule_count;
    command_line *line;
    cli_failure *failure;
} option_parser;

void
options_hint(const char *command, cli_failure *failure)
{
    fail_hint(failure, "see '%s help %s'", command_program, command);
}

void
options_reject(
    const char *command,
    const option_value *value,
    cli_failure *failure,
    const char *reason)
{
    fail(
        failure,
        value->from_variable ? EX_CONFIG : EX_USAGE,
        "%s %s, not '%.128s'",
        value->origin,
        reason,
        value->text);
    options_hint(command, failure);
}

static bool
reject_usage(const option_parser *parser, const char *complaint, const char *argument)
{
    char name[128]; /* without the value, which may be private */
    size_t length = strcspn(argument, "=");

    if (length >= sizeof(name)) {
        length = sizeof(name) - 1;
    }
    memcpy(name, argument, length);
    name[length] = '\0';
    fail(parser->failure, EX_USAGE, "%s %s", name, complaint);
    options_hint(parser->command, parser->failure);
    return false;
}

static const option_rule *
find_rule(const option_parser *parser, const char *argument)
{
    size_t length = strcspn(argument, "=");

    for (size_t i = 0; i < parser->rule_count; i++) {
        const char *name = parser->rules[i].name;

        if (strlen(name) == length && strncmp(name, argument, length) == 0) {
            return &parser->rules[i];
        }
    }
    return NULL;
}

static bool
read_value(const option_parser *parser, const option_rule *rule, option_value *value)
{
    char reason[160];

    if (option_value_read(rule, value, reason, sizeof(reason))) {
        return true;
    }
    options_reject(parser->command, value, parser->failure, reason);
    return false;
}

/* Reads the option at `*argv`, and its value, which may be the next argument. */
static bool
read_flag(const option_parser *parser, char ***argv)
{
    const char *argument = **argv;
    const option_rule *rule = find_rule(parser, argument);
    const char *text = strchr(argument, '=');
    option_value *value = NULL;

    if (rule == NULL) {
        return reject_usage(parser, "is not an option of this command", argument);
    }
    value = &parser->line->values[rule - parser->rules];
    if (value->text != NULL && rule->kind != OPTION_LIST) {
        return reject_usage(parser, "is given twice", argument);
    }
    if (value->text_count == OPTION_LIST_LIMIT) {
        return reject_usage(parser, "is given too often", argument);
    }
    if (rule->kind == OPTION_SWITCH) {
        if (text != NULL) {
            return reject_usage(parser, "takes no value", argument);
        }
        *value = (option_value){ .text = "true", .origin = rule->name, .number = 1 };
        return true;
    }
    if (text != NULL) {
        text++;
    } else {
        text = (*argv)[1];
        /* "--keys --json" is a value forgotten; "--keys=--json" says it is meant. */
        if (text == NULL || strncmp(text, "--", 2) == 0) {
            return reject_usage(parser, "needs a value", argument);
        }
        (*argv)++;
    }
    value->text = text;
    value->origin = rule->name;
    if (rule->kind == OPTION_LIST) {
        value->texts[value->text_count++] = text;
    }
    return read_value(parser, rule, value);
}

static bool
read_arguments(const option_parser *parser, char **argv)
{
    command_line *line = parser->line;

    for (; *argv != NULL; argv++) {
        if (strcmp(*argv, "--") == 0) {
            line->has_separator = true;
            line->count_before_separator = line->argument_count;
            argv++;
            break;
        }
        if (strcmp(*argv, "--help") == 0 || strcmp(*argv, "-h") == 0) {
            line->help = true;
            return true;
        }
        if ((*argv)[0] != '-' || strcmp(*argv, "-") == 0) {
            line->arguments[line->argument_count++] = *argv;
        } else if (!read_flag(parser, &argv)) {
            return false;
        }
    }
    for (; *argv != NULL; argv++) {
        line->arguments[line->argument_count++] = *argv;
    }
    line->arguments[line->argument_count] = NULL;
    return true;
}

/* An empty variable counts as unset, as with AWS's own tools. */
static bool
read_variables(const option_parser *parser)
{
    for (size_t i = 0; i < parser->rule_count; i++) {
        const option_rule *rule = &parser->rules[i];
        option_value *value = &parser->line->values[i];
        const char *text = rule->variable != NULL ? getenv(rule->variable) : NULL;

        if (value->text != NULL || text == NULL || text[0] == '\0') {
            continue;
        }
        *value = (option_value){
            .text = text,
            .origin = rule->variable,
            .from_variable = true,
        };
        if (!read_value(parser, rule, value)) {
            return false;
        }
    }
    return true;
}

bool
options_parse(
    const char *command,
    const option_rule *rules,
    size_t rule_count,
    char **argv,
    command_line *out,
    cli_failure *failure)
{
    option_parser parser = { command, rules, rule_count, out, failure };

    memset(out, 0, sizeof(*out));
    out->arguments = argv;
    if (!read_arguments(&parser, argv)) {
        return false;
    }
    return out->help || read_variables(&parser);
}

bool
options_mention(char **argv, const char *flag)
{
    size_t length = strlen(flag);

    for (; *argv != NULL && strcmp(*argv, "--") != 0; argv++) {
        if (strncmp(*argv, flag, length) == 0 &&
            ((*argv)[length] == '\0' || (*argv)[length] == '=')) {
            return true;
        }
    }
    return false;
}
