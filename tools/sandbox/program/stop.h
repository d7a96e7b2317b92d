/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_STOP_H
#define SANDBOX_STOP_H

#include <stdbool.h>

/*
 * The end of the process. SIGTERM and SIGINT are blocked in every thread and fetched by
 * the main one, so no handler runs; whatever computes for long asks here.
 */

/* Before any thread is started. False when signals cannot be blocked. */
bool stop_prepare(void);

/* Waits for SIGTERM or SIGINT. */
void stop_wait(void);

bool stop_requested(void);

#endif
