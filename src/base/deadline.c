/* SPDX-License-Identifier: Apache-2.0 */
#include "base/deadline.h"

enum { SLICE_MS = 50 };

ent_deadline
ent_deadline_after(
    const entitle_runtime *runtime, int64_t started_ms, int64_t duration_ms)
{
    /* Callers say "for ever" with INT64_MAX. */
    bool is_endless = duration_ms > 0 && started_ms > INT64_MAX - duration_ms;

    return (ent_deadline){
        .runtime = runtime,
        .at_ms = is_endless ? INT64_MAX : started_ms + duration_ms,
    };
}

ent_deadline
ent_deadline_in(const entitle_runtime *runtime, int64_t duration_ms)
{
    return ent_deadline_after(
        runtime, runtime->monotonic_ms(runtime->context), duration_ms);
}

int64_t
ent_deadline_left_ms(const ent_deadline *deadline)
{
    const entitle_runtime *runtime = deadline->runtime;
    int64_t left_ms = deadline->at_ms - runtime->monotonic_ms(runtime->context);

    return left_ms > 0 ? left_ms : 0;
}

entitle_status
ent_deadline_wait(const ent_deadline *deadline, int64_t duration_ms)
{
    const entitle_runtime *runtime = deadline->runtime;
    ent_deadline until = ent_deadline_in(runtime, duration_ms);

    if (until.at_ms >= deadline->at_ms) {
        return ENTITLE_TIMEOUT;
    }
    for (;;) {
        int64_t left_ms = ent_deadline_left_ms(&until);
        if (runtime->interrupted(runtime->context)) {
            return ENTITLE_INTERRUPTED;
        }
        if (left_ms == 0) {
            return ENTITLE_OK;
        }
        runtime->sleep_ms(runtime->context, left_ms < SLICE_MS ? left_ms : SLICE_MS);
    }
}
