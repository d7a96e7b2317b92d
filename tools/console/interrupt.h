/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONSOLE_INTERRUPT_H
#define CONSOLE_INTERRUPT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * SIGTERM and SIGINT while the gate decides. As process 1 of a container there is no
 * default action, so without a handler `docker stop` would wait in vain.
 *
 * The first signal sets a flag that the library asks for at least every 50 ms. Should
 * the process hang elsewhere, in a name lookup say, a timer ends it in time all the
 * same.
 */

/*
 * Starts to watch. A signal that is ignored stays ignored, and one that is blocked
 * stays blocked: whoever started us wants it so.
 */
void interrupt_watch(void);

/*
 * What is written to standard output and standard error when the timer has to end the
 * process; either may be NULL. The 0 of `"elapsed_ms":0` is replaced by the time since
 * interrupt_watch(). The texts must stay; once the command tells its outcome itself, it
 * takes them back with NULLs.
 */
void interrupt_set_last_words(const char *result, const char *notes);

/* The number of the signal that came, or 0. */
int interrupt_signal(void);

/* For entitle_runtime. */
bool interrupt_is_pending(void *context);

/*
 * From now on no signal arrives: for a commit at the end of a command, so that the exit
 * status says for certain how it went.
 */
void interrupt_hold(void);

/*
 * From now on a signal ends the process at once, with 130 or 143, so that none is lost
 * between the last look at the flag and execve(), which resets the handlers.
 */
void interrupt_end_at_once(void);

#endif
