/* SPDX-License-Identifier: Apache-2.0 */
#include "commands.h"
#include "console/exit_status.h"
#include "console/interrupt.h"
#include "console/json_output.h"
#include "console/library_log.h"
#include "console/output.h"
#include "gate_options.h"

#include <entitle/diagnosis.h>

static int
print_json(const entitle_diagnosis *diagnosis, int exit_status)
{
    json_output json = json_output_object();
    cJSON *findings = NULL;

    json_add_text(&json, json.root, "platform", entitle_diagnosis_platform(diagnosis));
    findings = json_add_array(&json, json.root, "findings");
    for (size_t i = 0; i < entitle_diagnosis_finding_count(diagnosis); i++) {
        const entitle_finding *finding = entitle_diagnosis_finding_at(diagnosis, i);
        cJSON *entry = json_add_object(&json, findings, NULL);

        json_add_text(&json, entry, "check", entitle_finding_check(finding));
        json_add_text(
            &json,
            entry,
            "status",
            entitle_finding_status_name(entitle_finding_status_of(finding)));
        json_add_text(&json, entry, "detail", entitle_finding_detail(finding));
        json_add_text(&json, entry, "fix", entitle_finding_fix(finding));
    }
    return json_output_print(&json, exit_status);
}

static void
print_lines(const entitle_diagnosis *diagnosis)
{
    for (size_t i = 0; i < entitle_diagnosis_finding_count(diagnosis); i++) {
        const entitle_finding *finding = entitle_diagnosis_finding_at(diagnosis, i);
        const char *fix = entitle_finding_fix(finding);

        output_result(
            "%-4s  %-21s %s",
            entitle_finding_status_name(entitle_finding_status_of(finding)),
            entitle_finding_check(finding),
            entitle_finding_detail(finding));
        if (fix != NULL) {
            output_result("      %-21s fix: %s", "", fix);
        }
    }
}

static int
examine(const entitle_diagnosis_options *options)
{
    entitle_diagnosis *diagnosis = NULL;
    entitle_error error;
    int exit_status = EX_CONFIG;

    if (entitle_diagnosis_run(options, &diagnosis, &error) != ENTITLE_OK) {
        return fail_report_error(&error);
    }
    if (entitle_diagnosis_is_healthy(diagnosis)) {
        exit_status = EX_OK;
    }
    if (output_get_mode()->json) {
        exit_status = print_json(diagnosis, exit_status);
    } else {
        print_lines(diagnosis);
    }
    entitle_diagnosis_free(diagnosis);
    return exit_status;
}

static int
run(const cli_command *command, const command_line *line)
{
    const entitle_runtime runtime = {
        .struct_size = sizeof(runtime),
        .log = library_log_debug,
        .interrupted = interrupt_is_pending,
    };
    entitle_gate_options gate;
    const entitle_diagnosis_options options = {
        .struct_size = sizeof(options),
        .gate = &gate,
        .register_usage = line->values[GATE_REGISTER].number == 1,
    };
    cli_failure failure;

    if (line->argument_count > 0) {
        return command_usage_error(command, "doctor takes options only");
    }
    if (!gate_options_fill(command->name, line, &gate, &failure)) {
        return fail_report(&failure);
    }
    if (gate.route == ENTITLE_ROUTE_LICENCE_FILE) {
        options_reject(
            command->name,
            &line->values[GATE_ROUTE],
            &failure,
            "must be a route that asks AWS");
        fail_hint(&failure, "see 'entitle licence help verify' for licences");
        return fail_report(&failure);
    }
    if (options.register_usage && gate.route == ENTITLE_ROUTE_METER_USAGE) {
        return command_usage_error(
            command, "--register goes with the route register-usage only");
    }
    gate.runtime = &runtime;
    return examine(&options);
}

const cli_command command_doctor = {
    .name = "doctor",
    .arguments = "[OPTIONS]",
    .summary = "say why a start is refused, or would be, and what to do",
    .details =
        "Looks at platform, Region, endpoint, clock, credentials and keys as `check`\n"
        "would find them, and sends nothing that AWS bills, but for --register, which\n"
        "asks as `check` does. With --route meter-usage it always asks at the end, if\n"
        "nothing was wrong so far: a dry run bills nothing.\n"
        "Exit status: 0, or 78 when a finding is a failure.\n"
        "Under --json: "
        "{\"platform\":...,\"findings\":[{\"check\",\"status\",\"detail\",\n"
        "\"fix\"}]}, where the fix of what is ok is null.\n",
    .examples = { "entitle doctor",
                  "entitle doctor --json --product-code 4f3k2example --keys keys" },
    .options = gate_option_rules,
    .option_count = GATE_DOCTOR_OPTION_COUNT,
    .is_interruptible = true,
    .run = run,
};
