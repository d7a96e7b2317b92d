/* SPDX-License-Identifier: Apache-2.0 */
#include "console/command.h"
#include "console/exit_status.h"
#include "console/json_output.h"
#include "console/output.h"

#include <entitle/gate.h>
#include <entitle/version.h>

static const option_rule options[] = { OPTION_RULES_COMMON };

static int
run(const cli_command *command, const command_line *line)
{
    json_output json;

    if (line->argument_count > 0) {
        return command_usage_error(command, "version takes no arguments");
    }
    if (!output_get_mode()->json) {
        output_result(
            "entitle %s%s", entitle_version(), entitle_is_sealed() ? " (sealed)" : "");
        return EX_OK;
    }
    json = json_output_object();
    json_add_text(&json, json.root, "version", entitle_version());
    json_add_bool(&json, json.root, "sealed", entitle_is_sealed());
    return json_output_print(&json, EX_OK);
}

const cli_command command_version = {
    .name = "version",
    .arguments = "[--json]",
    .summary = "print the version, and whether this build is sealed",
    .details = "",
    .examples = { "version", "version --json" },
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .run = run,
};
