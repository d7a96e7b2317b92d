/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONSOLE_COMMAND_H
#define CONSOLE_COMMAND_H

#include "console/options.h"

#include <stdbool.h>
#include <stddef.h>

/* One row of the command table, from which dispatch and all help are made. */
typedef struct cli_command {
    const char *name; /* "check"; two words for one of a group: "keys check" */
    const char *arguments;
    const char *summary; /* what it does, in one line */
    const char *details; /* more lines for its own help */
    const char *examples[2];
    const option_rule *options;
    size_t option_count;

    /* SIGTERM and SIGINT are watched from the start on, see interrupt.h. */
    bool is_interruptible;

    /* `line` has been read by `options`. Returns the exit status. */
    int (*run)(const struct cli_command *command, const command_line *line);

    /*
     * Another program does it: becomes that one with `argv`, which begins after the
     * command's name and has not been read. Returns only where it cannot. NULL: run().
     */
    int (*become)(char **argv);

    /*
     * Whether the other program does it: a flag with which it does, or a question about
     * `argv`; with neither it always does.
     */
    const char *become_flag;
    bool (*becomes)(char **argv);

    /* Tells of a wrong setting in this command's own way; NULL: the ordinary one. */
    int (*report)(const cli_failure *failure);
} cli_command;

/* What one types before a command of this program: "entitle", "entitle usage". */
extern const char command_program[];

/* Every program has these. */
extern const cli_command command_version;
extern const cli_command command_help;

/* The program's, in the order of the help; ends with NULL. */
extern const cli_command *const command_table[];

/* Fails with EX_USAGE, saying where to read more; returns the exit status. */
int command_usage_error(const cli_command *command, const char *sentence);

/*
 * The whole program: finds the command that `argv` (without the program's name) begins
 * with, reads its options and runs it. Returns the exit status.
 */
int command_dispatch(char **argv);

/* Prints what `help COMMAND` prints. */
void command_print_help(const cli_command *command);

/* Prints the command table. */
void command_print_table(void);

#endif
