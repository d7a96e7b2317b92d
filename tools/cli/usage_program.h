/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_USAGE_PROGRAM_H
#define CLI_USAGE_PROGRAM_H

/*
 * Becomes entitle-usage with the arguments behind `argv[0]`, which gets the program's
 * name. Returns only where it cannot, with the exit status.
 */
int usage_program_become(char **argv);

#endif
