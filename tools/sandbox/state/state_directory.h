/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_STATE_DIRECTORY_H
#define SANDBOX_STATE_DIRECTORY_H

#include <entitle/error.h>

#include <stdbool.h>

enum { STATE_PATH_SIZE = 4096 };

/* Where the sandbox keeps its files. */
typedef struct state_directory {
    char path[STATE_PATH_SIZE]; /* absolute, UTF-8 */
    bool is_temporary;
    int lock; /* descriptor */
} state_directory;

/*
 * Makes the folder where it is missing; NULL: a temporary one. Refused while another
 * sandbox has it open.
 */
ENTITLE_CHECKED entitle_status
state_directory_open(state_directory *state, const char *path, entitle_error *error);

/* Removes a temporary folder and everything in it. */
void state_directory_close(state_directory *state);

#endif
