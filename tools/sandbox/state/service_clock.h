/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_SERVICE_CLOCK_H
#define SANDBOX_SERVICE_CLOCK_H

#include "state/store.h"

#include <stdint.h>

/*
 * The service's time: hours, windows, month ends, subscriptions, the expiry of
 * registration tokens, the rotation of keys and the journal go by it. It runs with the
 * machine's clock, moved by an offset that the store keeps.
 */
typedef struct service_clock {
    int64_t offset_s;
} service_clock;

ENTITLE_CHECKED entitle_status
service_clock_open(service_clock *clock, sandbox_store *store, entitle_error *error);

int64_t service_clock_now_s(const service_clock *clock, const entitle_runtime *runtime);

/* In a transaction of its own. False: the store. */
bool
service_clock_set_offset(service_clock *clock, sandbox_store *store, int64_t offset_s);

#endif
