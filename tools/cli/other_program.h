/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_OTHER_PROGRAM_H
#define CLI_OTHER_PROGRAM_H

/* A program that some commands are done by, so that this one need not load its
 * libraries. */
typedef struct other_program {
    char *name;
    const char *without; /* who does without it, for the hint where it is missing */
} other_program;

extern const other_program usage_program;
extern const other_program licence_program;

/*
 * Becomes the program, found beside this one or in libexec/entitle, in the state in
 * which this one was started. `argv[0]` is replaced by its name. Returns only where it
 * is not there, with EX_CONFIG, which has then been told.
 */
int other_program_become(const other_program *program, char **argv);

#endif
