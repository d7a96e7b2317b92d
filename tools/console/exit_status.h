/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONSOLE_EXIT_STATUS_H
#define CONSOLE_EXIT_STATUS_H

#include <entitle/error.h>

#include <sysexits.h>

/* What shells use beside the numbers of sysexits.h. */
enum {
    EX_CANNOT_EXECUTE = 126,
    EX_NOT_FOUND = 127,
    EX_SIGNAL = 128 /* plus the number of the signal */
};

/* The exit status for an outcome of the library. */
int exit_status_of(entitle_status status);

#endif
