/* SPDX-License-Identifier: Apache-2.0 */
#include "usage_program.h"

#include "console/exit_status.h"
#include "console/failure.h"

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

static int
report_missing(void)
{
    cli_failure failure;

    fail(&failure, EX_CONFIG, "the program entitle-usage is not installed");
    fail_hint(
        &failure,
        "install it beside this program, or in libexec/entitle; a container that only "
        "checks its entitlement does without");
    return fail_report(&failure);
}

int
usage_program_become(char **argv)
{
    static char name[] = "entitle-usage";
    static const char *const places[] = { "/", "/../libexec/entitle/" };
    char folder[PATH_SIZE];
    char path[PATH_SIZE + 64];

    argv[0] = name;
    if (!find_folder(folder)) {
        return report_missing();
    }
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        (void)snprintf(path, sizeof(path), "%s%s%s", folder, places[i], name);
        (void)execv(path, argv);
    }
    return report_missing();
}
