/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AGENT_STOP_H
#define AGENT_STOP_H

#include <stdbool.h>

/*
 * The end of the process. SIGTERM and SIGINT are blocked in every thread and fetched by
 * the main one; the second of them ends the process at once.
 */

/* Before any thread is started. */
void stop_prepare(void);

/*
 * Waits for the first signal, and calls `tick` every few seconds meanwhile. From its
 * arrival on 20 s are left for everything.
 */
void stop_wait(void (*tick)(void *context), void *context);

/* For entitle_runtime: whether those are over. */
bool stop_is_overdue(void *context);

#endif
