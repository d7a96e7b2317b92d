/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_BILLING_WINDOW_H
#define SANDBOX_BILLING_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

/* When usage of SaaS customers can be reported; all times are the service's. */
typedef enum billing_verdict {
    BILLING_TOO_OLD,   /* the window's length ago, or more */
    BILLING_CLOSED,    /* of a month whose bills are written */
    BILLING_IN_FUTURE, /* by more than clocks differ */
    BILLING_OPEN
} billing_verdict;

billing_verdict billing_judge(int64_t timestamp_ms, int64_t now_s, int64_t window_s);

#endif
