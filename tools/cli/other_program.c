/* SPDX-License-Identifier: Apache-2.0 */
#include "other_program.h"

#include "console/exit_status.h"
#include "console/failure.h"
#include "console/start_state.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* It stands beside this program, or in libexec. */
enum { PATH_SIZE = 4096 };

/* The folder that this program is in. */
static bool
find_folder(char out[PATH_SIZE])
{
    ssize_t length = readlink("/proc/self/exe", out, PATH_SIZE - 1);
    if (length <= 0) {
        return false;
    }
    out[length] = '\0';
    char *slash = strrchr(out, '/');
    if (slash == NULL) {
        return false;
    }
    *slash = '\0';
    return true;
}

static char usage_name[] = "entitle-usage";
static char licence_name[] = "entitle-licence";

const other_program usage_program = {
    .name = usage_name,
    .without = "a container that only checks its entitlement does without",
};

const other_program licence_program = {
    .name = licence_name,
    .without = "only customers whom AWS does not meter need it",
};

static int
report_missing(const other_program *program)
{
    cli_failure failure;

    fail(&failure, EX_CONFIG, "the program %s is not installed", program->name);
    fail_hint(
        &failure,
        "install it beside this program, or in libexec/entitle; %s",
        program->without);
    return fail_report(&failure);
}

int
other_program_become(const other_program *program, char **argv)
{
    static const char *const places[] = { "/", "/../libexec/entitle/" };
    char folder[PATH_SIZE];
    char path[PATH_SIZE + 64];

    argv[0] = program->name;
    if (!find_folder(folder)) {
        return report_missing(program);
    }
    start_state_restore();
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        (void)snprintf(path, sizeof(path), "%s%s%s", folder, places[i], program->name);
        (void)execv(path, argv);
    }
    return report_missing(program);
}
