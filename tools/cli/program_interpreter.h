/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_PROGRAM_INTERPRETER_H
#define CLI_PROGRAM_INTERPRETER_H

#include <stdbool.h>

enum { INTERPRETER_SIZE = 256 }; /* the kernel reads no more of a first line */

/* What else must be there for a file to be executed. */
typedef struct program_needs {
    char interpreter[INTERPRETER_SIZE]; /* a path */
    char searched[INTERPRETER_SIZE];    /* NAME of `#!/usr/bin/env NAME`, or empty */
    bool other_machine;                 /* a binary for another kind of processor */
} program_needs;

/*
 * Reads the interpreter that a script's first line names, or the dynamic loader that a
 * binary for this machine names. False when it needs nothing, or when the file cannot
 * be read: then only executing it can tell.
 */
bool program_needs_of(const char *path, program_needs *out);

#endif
