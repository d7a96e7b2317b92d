/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_METER_COMMIT_QUEUE_H
#define ENT_METER_COMMIT_QUEUE_H

#include "ledger/ledger.h"

#include <pthread.h>

/*
 * Group commit: a transaction that waits for the disk may as well carry what other
 * threads have brought meanwhile. Whoever comes first writes for all who wait.
 */
typedef struct ent_commit_waiter ent_commit_waiter;

typedef struct ent_commit_queue {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    ent_commit_waiter *first;
    ent_commit_waiter *last;
    bool is_led; /* somebody is writing */

    pthread_mutex_t *ledger_lock;
    ent_ledger *ledger;
} ent_commit_queue;

/* False: the system gives no lock. */
ENTITLE_CHECKED bool ent_commit_queue_init(
    ent_commit_queue *queue, ent_ledger *ledger, pthread_mutex_t *ledger_lock);
void ent_commit_queue_clear(ent_commit_queue *queue);

/* ent_ledger_add() of one group, perhaps in one transaction with those of others. */
ENTITLE_CHECKED entitle_status ent_commit_queue_add(
    ent_commit_queue *queue,
    ent_usage_group *group,
    int64_t now_s,
    entitle_error *error);

#endif
