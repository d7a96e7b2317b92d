/* SPDX-License-Identifier: Apache-2.0 */
#include "support/leaping_clock.h"

#include <stdatomic.h>
#include <time.h>

static atomic_int_fast64_t leapt_ms;

int64_t
leaping_clock_ms(void *context)
{
    struct timespec now;

    (void)context;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 + leapt_ms;
}

void
leaping_clock_sleep_ms(void *context, int64_t duration_ms)
{
    (void)context;
    leapt_ms += duration_ms;
}
