/* SPDX-License-Identifier: Apache-2.0 */
#include "console/command.h"
#include "console/exit_status.h"
#include "console/json_output.h"
#include "console/options_help.h"
#include "console/output.h"

#include <stdio.h>
#include <string.h>

static const option_rule options[] = { OPTION_RULES_COMMON };

/* "keys" is the topic of "keys check" and "keys list". */
static bool
is_about(const cli_command *command, const char *topic)
{
    size_t length = strlen(topic);

    return strncmp(command->name, topic, length) == 0 &&
           (command->name[length] == '\0' || command->name[length] == ' ');
}

/* Those of a command that every program has begin behind the program's name. */
static void
print_examples(const cli_command *command)
{
    bool is_everywhere = command == &command_help || command == &command_version;

    output_text("examples:\n");
    for (size_t i = 0; i < sizeof(command->examples) / sizeof(command->examples[0]);
         i++) {
        output_text(
            "  %s%s%s\n",
            is_everywhere ? command_program : "",
            is_everywhere ? " " : "",
            command->examples[i]);
    }
}

void
command_print_help(const cli_command *command)
{
    output_text("%s %s: %s\n\n", command_program, command->name, command->summary);
    output_text(
        "usage: %s %s %s\n\n", command_program, command->name, command->arguments);
    /* What a command takes of its own comes first. */
    options_print_help(
        command->options + OPTION_FIRST_OWN, command->option_count - OPTION_FIRST_OWN);
    options_print_help(command->options, OPTION_FIRST_OWN);
    output_text("\n%s%s", command->details, command->details[0] != '\0' ? "\n" : "");
    print_examples(command);
}

void
command_print_table(void)
{
    output_text("usage: %s COMMAND [OPTIONS]\n\n", command_program);
    for (const cli_command *const *command = command_table; *command != NULL;
         command++) {
        output_text("  %-12s%s\n", (*command)->name, (*command)->summary);
    }
    output_text(
        "\n'%s help COMMAND' says more about one of them. The result goes to\n"
        "standard output, everything else to standard error. --json makes the\n"
        "result one JSON value, and --verbose logs each step; --quiet silences\n"
        "both, and leaves the exit status only.\n",
        command_program);
}

static int
print_json(const char *topic)
{
    json_output json = json_output_array();

    for (const cli_command *const *command = command_table; *command != NULL;
         command++) {
        if (topic == NULL || is_about(*command, topic)) {
            cJSON *entry = json_add_object(&json, json.root, NULL);

            json_add_text(&json, entry, "command", (*command)->name);
            json_add_text(&json, entry, "arguments", (*command)->arguments);
            json_add_text(&json, entry, "summary", (*command)->summary);
        }
    }
    return json_output_print(&json, EX_OK);
}

static void
print_topic(const char *topic)
{
    bool is_first = true;

    for (const cli_command *const *command = command_table; *command != NULL;
         command++) {
        if (is_about(*command, topic)) {
            output_text("%s", is_first ? "" : "\n");
            command_print_help(*command);
            is_first = false;
        }
    }
}

/* "keys check" may come as one word or as two. */
static bool
read_topic(const command_line *line, char *topic, size_t size)
{
    int length = 0;

    if (line->argument_count == 1) {
        length = snprintf(topic, size, "%s", line->arguments[0]);
    } else {
        length = snprintf(topic, size, "%s %s", line->arguments[0], line->arguments[1]);
    }
    return length > 0 && (size_t)length < size;
}

static bool
is_topic(const char *topic)
{
    for (const cli_command *const *command = command_table; *command != NULL;
         command++) {
        if (is_about(*command, topic)) {
            return true;
        }
    }
    return false;
}

/* The command that another program does, where the topic is about it. */
static const cli_command *
find_elsewhere(const char *word)
{
    for (const cli_command *const *command = command_table; *command != NULL;
         command++) {
        if ((*command)->become != NULL && (*command)->become_flag == NULL &&
            (*command)->becomes == NULL && strcmp((*command)->name, word) == 0) {
            return *command;
        }
    }
    return NULL;
}

/* What there is, the table tells; how to ask for help is known by now. */
static int
refuse_topic(void)
{
    cli_failure failure;

    fail(&failure, EX_USAGE, "there is no such command");
    fail_hint(&failure, "see '%s help'", command_program);
    return fail_report(&failure);
}

static int
run(const cli_command *command, const command_line *line)
{
    static char help[] = "help";
    char topic[64];

    (void)command;
    if (line->argument_count == 0) {
        if (output_get_mode()->json) {
            return print_json(NULL);
        }
        command_print_table();
        return EX_OK;
    }
    const cli_command *elsewhere = find_elsewhere(line->arguments[0]);
    if (elsewhere != NULL) {
        line->arguments[0] = help;
        return elsewhere->become(line->arguments);
    }
    if (line->argument_count > 2 || !read_topic(line, topic, sizeof(topic)) ||
        !is_topic(topic)) {
        return refuse_topic();
    }
    if (output_get_mode()->json) {
        return print_json(topic);
    }
    (void)print_topic(topic);
    return EX_OK;
}

const cli_command command_help = {
    .name = "help",
    .arguments = "[COMMAND]",
    .summary = "list the commands, or explain one",
    .details = "",
    .examples = { "help version", "version --help" },
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .run = run,
};
