/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_METER_SENDER_LOCK_H
#define ENT_METER_SENDER_LOCK_H

#include <entitle/error.h>
#include <entitle/runtime.h>

/*
 * One sender at a time for a ledger file: a lock on LEDGER.sender, which the kernel
 * ends with the process that has it. Whoever has the lock knows that no other sends,
 * and that what stands in sending was left behind.
 */
typedef struct ent_sender_lock {
    int descriptor;
} ent_sender_lock;

/* Waits its turn; ENTITLE_INTERRUPTED where the runtime says so. */
ENTITLE_CHECKED entitle_status ent_sender_lock_take(
    const entitle_runtime *runtime,
    const char *ledger_path,
    ent_sender_lock *out,
    entitle_error *error);
void ent_sender_lock_release(ent_sender_lock *lock);

#endif
