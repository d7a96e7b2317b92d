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

typedef struct billing_window {
    int64_t too_old_ms; /* this, and before */
    int64_t month_ms;   /* when it began */
    bool is_past_grace; /* the bills of the month before are written */
    int64_t newest_ms;
} billing_window;

billing_window billing_window_at(int64_t now_s, int64_t length_s);

billing_verdict billing_judge(const billing_window *window, int64_t timestamp_ms);

#endif
