/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_BASE_RUNTIME_H
#define ENT_BASE_RUNTIME_H

#include <entitle/error.h>
#include <entitle/runtime.h>

/*
 * Fills `runtime` from what a caller gave (or NULL): afterwards no function in it is
 * NULL, and every object keeps a copy of it. ENTITLE_INVALID_ARGUMENT when the struct
 * is from another version or the memory functions are incomplete.
 */
ENTITLE_CHECKED entitle_status ent_runtime_fill(
    entitle_runtime *runtime, const entitle_runtime *given, entitle_error *error);

int64_t ent_now_s(const entitle_runtime *runtime);

/*
 * monotonic_ms() for whoever looks at it all the time: several times as fast, and up to
 * ent_quick_lag_ms() behind.
 */
int64_t ent_quick_ms(const entitle_runtime *runtime);
int64_t ent_quick_lag_ms(const entitle_runtime *runtime);

/* NULL where the variable is unset or empty: AWS's tools do not tell these apart. */
const char *ent_environment(const entitle_runtime *runtime, const char *name);

#endif
