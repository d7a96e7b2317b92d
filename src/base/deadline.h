/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_BASE_DEADLINE_H
#define ENT_BASE_DEADLINE_H

#include <entitle/error.h>
#include <entitle/runtime.h>

#include <stdbool.h>
#include <stdint.h>

/* A moment on the monotonic clock by which everything must be over. */
typedef struct ent_deadline {
    const entitle_runtime *runtime;
    int64_t at_ms;
} ent_deadline;

ent_deadline ent_deadline_in(const entitle_runtime *runtime, int64_t duration_ms);

/* The same, counted from an earlier moment of the clock. */
ent_deadline ent_deadline_after(
    const entitle_runtime *runtime, int64_t started_ms, int64_t duration_ms);

/* Never negative. */
int64_t ent_deadline_left_ms(const ent_deadline *deadline);

/*
 * Waits, asking between slices whether to stop. ENTITLE_OK, ENTITLE_INTERRUPTED, or
 * ENTITLE_TIMEOUT at once, without waiting, when the deadline would pass first.
 */
ENTITLE_CHECKED entitle_status
ent_deadline_wait(const ent_deadline *deadline, int64_t duration_ms);

#endif
