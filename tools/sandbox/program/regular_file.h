/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_REGULAR_FILE_H
#define SANDBOX_REGULAR_FILE_H

#include <entitle/error.h>

#include <stdio.h>

/*
 * Opens a file for reading, and never waits for it as for a FIFO that nobody writes to.
 * NULL in `*out` where there is none: that alone is no error.
 */
ENTITLE_CHECKED entitle_status
regular_file_open(const char *path, FILE **out, entitle_error *error);

#endif
