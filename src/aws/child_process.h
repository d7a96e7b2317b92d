/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_CHILD_PROCESS_H
#define ENT_AWS_CHILD_PROCESS_H

#include "base/buffer.h"
#include "base/deadline.h"

#include <entitle/error.h>

/*
 * Runs a program (found as execvp(3) finds it) with this process's environment and
 * nothing to read, until it ends, the deadline passes or the caller asks to stop; then
 * it is killed, with the process group of its own that it runs in, or left alone where
 * this user may not kill it. `output` takes what it prints, up to its limit, and
 * `complaint` the beginning of what it prints to stderr.
 *
 * ENTITLE_OK: it ended, with `exit_status` (128 + n where a signal ended it).
 * ENTITLE_CONFIGURATION: it cannot be started, or printed too much. ENTITLE_TIMEOUT,
 * ENTITLE_INTERRUPTED.
 */
ENTITLE_CHECKED entitle_status ent_child_process_run(
    char *const words[],
    const ent_deadline *deadline,
    ent_buffer *output,
    ent_buffer *complaint,
    int *exit_status,
    entitle_error *error);

#endif
