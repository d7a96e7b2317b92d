/* SPDX-License-Identifier: Apache-2.0 */
#include "console/output.h"
#include "console/start_state.h"
#include "usage/commands.h"

#include <stddef.h>

const char command_program[] = "entitle usage";

const cli_command *const command_table[] = {
    &command_add,
    &command_import,
    &command_flush,
    &command_status,
    &command_list,
    &command_prune,
    &command_rescue,
    &command_resolve,
    &command_customers,
    &command_reconcile,
    &command_help,
    &command_version,
    NULL,
};

int
main(int argc, char **argv)
{
    start_state_prepare();
    return output_finish(command_dispatch(argc > 0 ? argv + 1 : argv));
}
