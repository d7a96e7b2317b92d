/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_CLI_SCRATCH_H
#define TEST_CLI_SCRATCH_H

#include <stddef.h>
#include <sys/types.h>

enum { SCRATCH_PATH_SIZE = 512 };

/* A new folder, to be removed by scratch_remove(); made below TMPDIR or /tmp. */
typedef struct scratch {
    char path[256];
} scratch;

void scratch_make(scratch *folder);
void scratch_remove(const scratch *folder);

/* Writes a file into the folder, and says where. */
void scratch_write(
    const scratch *folder,
    const char *name,
    const void *bytes,
    size_t length,
    mode_t mode,
    char out_path[SCRATCH_PATH_SIZE]);

/* The same with a text. */
void scratch_write_text(
    const scratch *folder,
    const char *name,
    const char *text,
    mode_t mode,
    char out_path[SCRATCH_PATH_SIZE]);

#endif
