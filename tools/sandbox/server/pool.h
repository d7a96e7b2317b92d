/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_POOL_H
#define SANDBOX_POOL_H

#include <entitle/error.h>
#include <entitle/runtime.h>

#include <stdbool.h>
#include <stdint.h>

/* Something to do; a part of what it is about. In one pool at a time. */
typedef struct pool_task {
    struct pool_task *next;
    int64_t due_ms;
} pool_task;

typedef void pool_function(void *context, pool_task *task);

/*
 * A few threads that do tasks in the order in which they came. One that is to be done
 * later waits without a thread.
 */
typedef struct work_pool work_pool;

ENTITLE_CHECKED entitle_status pool_start(
    const entitle_runtime *runtime,
    pool_function *perform,
    void *context,
    work_pool **out,
    entitle_error *error);

/*
 * Has it done after `delay_ms`. False when the pool is ending: then it never will be.
 */
bool pool_submit(work_pool *pool, pool_task *task, int64_t delay_ms);

/*
 * Waits for the tasks that have begun; `drop` gets those that have not. Afterwards
 * pool_submit() may still be called, until pool_free().
 */
void pool_stop(work_pool *pool, pool_function *drop);
void pool_free(work_pool *pool);

#endif
