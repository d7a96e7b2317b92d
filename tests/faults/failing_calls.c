/* SPDX-License-Identifier: Apache-2.0 */
#include "failing_calls.h"

#include <string.h>

/* Other threads, such as a test's server, are left alone. */
static _Thread_local struct {
    bool is_armed;
    bool is_for_good;
    failing_kind kind;
    const char *only;
    int pauses;
    long at;
    long calls;
    long failures;
    const char *culprit;
} plan;

void
failing_calls_begin(failing_kind kind, long at, bool for_good)
{
    plan.kind = kind;
    plan.only = NULL;
    plan.at = at;
    plan.is_for_good = for_good;
    plan.pauses = 0;
    plan.calls = 0;
    plan.failures = 0;
    plan.culprit = NULL;
    plan.is_armed = true;
}

void
failing_calls_begin_of(const char *name)
{
    failing_calls_begin(FAILING_OWN, 0, true);
    plan.only = name;
}

long
failing_calls_end(void)
{
    plan.is_armed = false;
    return plan.failures;
}

long
failing_calls_made(void)
{
    return plan.calls;
}

void
failing_calls_pause(void)
{
    plan.pauses++;
}

void
failing_calls_go_on(void)
{
    plan.pauses--;
}

bool
failing_calls_last(void)
{
    return plan.is_for_good;
}

const char *
failing_calls_culprit(void)
{
    return plan.culprit;
}

bool
failing_call(failing_kind kind, const char *name)
{
    if (!plan.is_armed || plan.pauses > 0 || plan.kind != kind) {
        return false;
    }
    if (plan.only != NULL && strcmp(plan.only, name) != 0) {
        return false;
    }
    long number = plan.calls++;
    if (number != plan.at && (!plan.is_for_good || number < plan.at)) {
        return false;
    }
    if (plan.failures++ == 0) {
        plan.culprit = name;
    }
    return true;
}
