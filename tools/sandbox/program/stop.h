/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_STOP_H
#define SANDBOX_STOP_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The end of the process. SIGTERM and SIGINT are blocked in every thread and fetched by
 * the main one, so no handler runs; whatever waits or computes for long asks here.
 */

/* Before any thread is started. False when the pipe cannot be made. */
bool stop_prepare(void);

/* Waits for SIGTERM or SIGINT, then releases everyone in stop_sleep_ms(). */
void stop_wait(void);

bool stop_requested(void);

/* False when it ended early because the process has to stop. */
bool stop_sleep_ms(int64_t duration_ms);

#endif
