/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/gate_options.h"
#include "cli/licence_route.h"
#include "console/exit_status.h"

#include <entitle/licence.h>

const entitle_route licence_route_default = ENTITLE_ROUTE_LICENCE_FILE;

bool
licence_route_is_elsewhere(char **argv)
{
    (void)argv;
    return false;
}

int
licence_route_become(char **argv)
{
    (void)argv;
    return EX_SOFTWARE;
}

bool
licence_route_fill(
    const char *command,
    const command_line *line,
    entitle_gate_options *options,
    cli_failure *failure)
{
    static entitle_licence_route route;
    const entitle_licence_options licence = {
        .struct_size = sizeof(licence),
        .licence = line->values[GATE_LICENCE].text,
        .keys = line->values[GATE_LICENCE_KEYS].text,
        .state_file = line->values[GATE_LICENCE_STATE].text,
    };
    entitle_error error;

    if (options->route != ENTITLE_ROUTE_LICENCE_FILE) {
        options_reject(
            command,
            &line->values[GATE_ROUTE],
            failure,
            "must be licence-file for this program");
        return false;
    }
    if (entitle_licence_route_init(&route, &licence, &error) != ENTITLE_OK) {
        fail(failure, EX_SOFTWARE, "%s", error.message);
        return false;
    }
    options->licence = &route.judge;
    return true;
}
