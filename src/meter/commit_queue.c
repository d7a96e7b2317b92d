/* SPDX-License-Identifier: Apache-2.0 */
#include "meter/commit_queue.h"

#include <stddef.h>

/* Of one transaction; more would keep the first waiting for the sake of the last. */
enum { GROUPS_LIMIT = 128 };

struct ent_commit_waiter {
    ent_usage_group *group;
    int64_t now_s;
    bool is_done;
    entitle_status status;
    entitle_error error;
    ent_commit_waiter *next;
};

bool
ent_commit_queue_init(
    ent_commit_queue *queue, ent_ledger *ledger, pthread_mutex_t *ledger_lock)
{
    *queue = (ent_commit_queue){ .ledger = ledger, .ledger_lock = ledger_lock };
    if (pthread_mutex_init(&queue->lock, NULL) != 0) {
        return false;
    }
    if (pthread_cond_init(&queue->changed, NULL) != 0) {
        (void)pthread_mutex_destroy(&queue->lock);
        return false;
    }
    return true;
}

void
ent_commit_queue_clear(ent_commit_queue *queue)
{
    (void)pthread_cond_destroy(&queue->changed);
    (void)pthread_mutex_destroy(&queue->lock);
}

static void
join(ent_commit_queue *queue, ent_commit_waiter *waiter)
{
    if (queue->first == NULL) {
        queue->first = waiter;
    } else {
        queue->last->next = waiter;
    }
    queue->last = waiter;
}

/* Takes the first GROUPS_LIMIT off the queue, which has one. With its lock held. */
static size_t
take(ent_commit_queue *queue, ent_commit_waiter *taken[GROUPS_LIMIT])
{
    size_t count = 0;

    do {
        taken[count++] = queue->first;
        queue->first = queue->first->next;
    } while (queue->first != NULL && count < GROUPS_LIMIT);
    return count;
}

/*
 * Writes for all of them. Their threads wait, so that nobody else touches the waiters.
 */
static void
write_groups(ent_commit_queue *queue, ent_commit_waiter *const *taken, size_t count)
{
    ent_usage_group groups[GROUPS_LIMIT];
    entitle_error error = { .status = ENTITLE_OK };

    for (size_t i = 0; i < count; i++) {
        groups[i] = *taken[i]->group;
    }
    (void)pthread_mutex_lock(queue->ledger_lock);
    entitle_status status =
        ent_ledger_add(queue->ledger, groups, count, taken[count - 1]->now_s, &error);
    (void)pthread_mutex_unlock(queue->ledger_lock);
    for (size_t i = 0; i < count; i++) {
        *taken[i]->group = groups[i];
        taken[i]->status = status;
        taken[i]->error = error;
    }
}

/* One transaction, for oneself and whoever has come by now. With the lock held. */
static void
lead(ent_commit_queue *queue)
{
    ent_commit_waiter *taken[GROUPS_LIMIT];
    size_t count = take(queue, taken);

    queue->is_led = true;
    (void)pthread_mutex_unlock(&queue->lock);
    write_groups(queue, taken, count);
    (void)pthread_mutex_lock(&queue->lock);
    queue->is_led = false;
    for (size_t i = 0; i < count; i++) {
        taken[i]->is_done = true;
    }
    (void)pthread_cond_broadcast(&queue->changed);
}

entitle_status
ent_commit_queue_add(
    ent_commit_queue *queue,
    ent_usage_group *group,
    int64_t now_s,
    entitle_error *error)
{
    ent_commit_waiter self = { .group = group, .now_s = now_s };

    (void)pthread_mutex_lock(&queue->lock);
    join(queue, &self);
    while (!self.is_done) {
        if (queue->is_led) {
            (void)pthread_cond_wait(&queue->changed, &queue->lock);
        } else {
            lead(queue);
        }
    }
    (void)pthread_mutex_unlock(&queue->lock);
    if (self.status != ENTITLE_OK && error != NULL) {
        *error = self.error;
    }
    return self.status;
}
