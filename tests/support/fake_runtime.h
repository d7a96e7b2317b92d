/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_SUPPORT_FAKE_RUNTIME_H
#define TEST_SUPPORT_FAKE_RUNTIME_H

#include <entitle/runtime.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A setting of the environment that a test makes up. */
typedef struct fake_variable {
    const char *name;
    const char *value;
} fake_variable;

/*
 * A runtime whose clock stands still unless slept on, whose random source counts, whose
 * environment is a list, whose memory can be made to fail, and that remembers its log.
 */
typedef struct fake_runtime {
    entitle_runtime runtime; /* what to hand to the library */

    int64_t wall_ms;      /* 2026-11-21T20:00:00Z at the start */
    int64_t monotonic_ms; /* sleeping moves both */
    int64_t slept_ms;

    uint64_t random_seed;
    bool random_fails;

    const fake_variable *variables; /* ends with a NULL name; NULL: empty */

    /* This one (0 is the first) fails, and all after it; -1: none. */
    int64_t fail_allocation;
    int64_t allocations; /* made or refused so far */
    int64_t blocks_in_use;

    /* The question that is answered "yes" (0: the first); -1: never. */
    int64_t interrupt_after;

    char log[16384];
    size_t log_length;
} fake_runtime;

enum { FAKE_NOW_S = 1795291200 }; /* 2026-11-21T20:00:00Z */

void fake_runtime_init(fake_runtime *fake);

#endif
