/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"
#include "console/output.h"
#include "console/start_state.h"
#include "licensing/commands.h"

#include <stddef.h>

const char command_program[] = "entitle licence";

const cli_command *const command_table[] = {
    &command_licence_verify, &command_licence_inspect, &command_check, &command_run,
    &command_help,           &command_version,         NULL,
};

int
main(int argc, char **argv)
{
    start_state_prepare();
    return output_finish(command_dispatch(argc > 0 ? argv + 1 : argv));
}
