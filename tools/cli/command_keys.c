/* SPDX-License-Identifier: Apache-2.0 */
#include "commands.h"
#include "console/exit_status.h"
#include "console/json_output.h"
#include "console/output.h"
#include "key_list.h"

#include <inttypes.h>
#include <stdio.h>

enum { LIST_KEYS = OPTION_FIRST_OWN, LIST_OPTION_COUNT };

static const option_rule check_options[] = { OPTION_RULES_COMMON };

static const option_rule list_options[LIST_OPTION_COUNT] = {
    OPTION_RULES_COMMON,
    [LIST_KEYS] = { "--keys",
                    NULL,
                    OPTION_TEXT,
                    "PATH",
                    "folder of <version>.pem, or one key (required)" },
};

static const char sandbox_warning[] =
    "this is the key of a sandbox (public exponent 65539): it proves nothing about AWS";

static void
add_entry(json_output *json, const key_entry *entry)
{
    cJSON *object = json_add_object(json, json->root, NULL);
    cJSON *warnings = NULL;

    json_add_text(json, object, "path", entry->path);
    json_add_bool(json, object, "usable", entry->is_usable);
    if (entry->version != 0) {
        json_add_number(json, object, "version", entry->version);
    } else {
        json_add_null(json, object, "version");
    }
    if (entry->is_usable) {
        json_add_number(json, object, "bits", entry->bits);
    } else {
        json_add_null(json, object, "bits");
    }
    json_add_text(json, object, "sha256", entry->sha256);
    warnings = json_add_array(json, object, "warnings");
    if (entry->is_sandbox) {
        json_add_text(json, warnings, NULL, sandbox_warning);
    }
    json_add_text(json, object, "error", entry->error);
}

static int
print_json(const key_list *list, int exit_status)
{
    json_output json = json_output_array();

    for (size_t i = 0; i < list->count; i++) {
        add_entry(&json, &list->entries[i]);
    }
    return json_output_print(&json, exit_status);
}

static void
print_entry(const key_entry *entry)
{
    char version[32] = "no version in its name";

    if (entry->version != 0) {
        (void)snprintf(version, sizeof(version), "version %" PRIu32, entry->version);
    }
    output_result(
        "%s: usable, %s, RSA-%" PRIu32 ", %s, sha256:%s",
        entry->path,
        version,
        entry->bits,
        entry->encoding,
        entry->sha256);
}

static void
print_notes(const key_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const key_entry *entry = &list->entries[i];

        if (entry->is_sandbox) {
            output_warning("%s: %s", entry->path, sandbox_warning);
        }
        if (!entry->is_usable) {
            output_error("%s", entry->error);
            output_hint(entry->hint);
        }
    }
}

static int
print(const key_list *list)
{
    int exit_status = key_list_is_usable(list) ? EX_OK : EX_CONFIG;

    if (output_get_mode()->json) {
        exit_status = print_json(list, exit_status);
    }
    for (size_t i = 0; i < list->count; i++) {
        if (list->entries[i].is_usable) {
            print_entry(&list->entries[i]);
        }
    }
    print_notes(list);
    return exit_status;
}

static int
judge_paths(char *const *paths)
{
    key_list list = { 0 };
    int exit_status = EX_SOFTWARE;

    for (; *paths != NULL; paths++) {
        if (!key_list_add(&list, *paths)) {
            output_error("out of memory");
            key_list_free(&list);
            return EX_SOFTWARE;
        }
    }
    exit_status = print(&list);
    key_list_free(&list);
    return exit_status;
}

static int
run_check(const cli_command *command, const command_line *line)
{
    if (line->argument_count == 0) {
        return command_usage_error(command, "keys check needs a file or a folder");
    }
    return judge_paths(line->arguments);
}

static int
run_list(const cli_command *command, const command_line *line)
{
    char *paths[] = { NULL, NULL };

    if (line->argument_count > 0) {
        return command_usage_error(command, "keys list takes options only");
    }
    if (line->values[LIST_KEYS].text == NULL) {
        return command_usage_error(command, "keys list needs --keys");
    }
    paths[0] = (char *)(uintptr_t)line->values[LIST_KEYS].text;
    return judge_paths(paths);
}

const cli_command command_keys_check = {
    .name = "keys check",
    .arguments = "[OPTIONS] PATH...",
    .summary = "say what is in key files, and whether it can be used",
    .details =
        "PATH is a file, or a folder whose <version>.pem are judged one by one. Exit\n"
        "status: 0 when all are usable, 78 otherwise.\n",
    .examples = { "entitle keys check keys",
                  "entitle keys check --json key.der 2.pem" },
    .options = check_options,
    .option_count = sizeof(check_options) / sizeof(check_options[0]),
    .run = run_check,
};

const cli_command command_keys_list = {
    .name = "keys list",
    .arguments = "--keys PATH [OPTIONS]",
    .summary = "list the keys that the gate would hold",
    .details = "Highest version first: that is the one that the gate asks for.\n"
               "Exit status: 0, or 78 when one of them cannot be used, because\n"
               "the gate then refuses all.\n",
    .examples = { "entitle keys list --keys keys",
                  "entitle keys list --keys keys --json" },
    .options = list_options,
    .option_count = LIST_OPTION_COUNT,
    .run = run_list,
};
