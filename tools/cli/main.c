/* SPDX-License-Identifier: Apache-2.0 */
#include "commands.h"
#include "console/output.h"
#include "console/start_state.h"

#include <stddef.h>

const char command_program[] = "entitle";

const cli_command *const command_table[] = {
    &command_run,       &command_check,
    &command_verify,    &command_keys_check,
    &command_keys_list, &command_call,
    &command_resolve,   &command_doctor,
    &command_usage,     &command_licence,
    &command_print,     &command_help,
    &command_version,   NULL,
};

int
main(int argc, char **argv)
{
    start_state_prepare();
    return output_finish(command_dispatch(argc > 0 ? argv + 1 : argv));
}
