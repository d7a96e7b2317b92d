/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONSOLE_START_STATE_H
#define CONSOLE_START_STATE_H

/*
 * What the process was started with and `run` has to hand on as it was. The signal mask
 * is never touched, and what this program opens closes itself at execve().
 */

/*
 * Keeps the descriptors 0 to 2 from being taken by a socket or a file where they were
 * closed at the start, and ignores SIGPIPE, so that a reader who has gone is an error
 * of writing.
 */
void start_state_prepare(void);

/* Before execve(): as it was. */
void start_state_restore(void);

#endif
