/* SPDX-License-Identifier: Apache-2.0 */
#include "server/pool.h"

#include "base/error.h"
#include "base/memory.h"

#include <pthread.h>
#include <time.h>

/*
 * More than there are cores: making a key takes seconds, and others wait for it. None
 * of the rest waits for long.
 */
enum { THREADS = 16 };

struct work_pool {
    entitle_runtime runtime;
    pool_function *perform;
    void *context;
    pthread_t threads[THREADS];
    size_t thread_count;

    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool is_stopping;
    pool_task *first; /* to be done now */
    pool_task **end;
    pool_task *later; /* by the time when each is due */
};

static int64_t
now_ms(void)
{
    struct timespec now = { 0 };
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void
append(work_pool *pool, pool_task *task)
{
    task->next = NULL;
    *pool->end = task;
    pool->end = &task->next;
}

static void
insert_by_time(work_pool *pool, pool_task *task)
{
    pool_task **place = &pool->later;
    while (*place != NULL && (*place)->due_ms <= task->due_ms) {
        place = &(*place)->next;
    }
    task->next = *place;
    *place = task;
}

static void
move_what_is_due(work_pool *pool)
{
    int64_t now = pool->later != NULL ? now_ms() : 0;
    while (pool->later != NULL && pool->later->due_ms <= now) {
        pool_task *task = pool->later;
        pool->later = task->next;
        append(pool, task);
    }
}

static void
wait_for_change(work_pool *pool)
{
    if (pool->later == NULL) {
        pthread_cond_wait(&pool->changed, &pool->lock);
        return;
    }
    struct timespec until = { .tv_sec = (time_t)(pool->later->due_ms / 1000),
                              .tv_nsec = (long)(pool->later->due_ms % 1000) * 1000000 };
    (void)pthread_cond_timedwait(&pool->changed, &pool->lock, &until);
}

/* NULL when the pool is stopping. Called with the lock held. */
static pool_task *
take(work_pool *pool)
{
    while (!pool->is_stopping) {
        move_what_is_due(pool);
        pool_task *task = pool->first;
        if (task != NULL) {
            pool->first = task->next;
            if (pool->first == NULL) {
                pool->end = &pool->first;
            }
            return task;
        }
        wait_for_change(pool);
    }
    return NULL;
}

static void *
work(void *context)
{
    work_pool *pool = context;
    pthread_mutex_lock(&pool->lock);
    for (pool_task *task = take(pool); task != NULL; task = take(pool)) {
        pthread_mutex_unlock(&pool->lock);
        pool->perform(pool->context, task);
        pthread_mutex_lock(&pool->lock);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

/* Time-outs go by the clock that nobody sets. */
static bool
prepare(work_pool *pool)
{
    pthread_condattr_t attributes;
    bool is_ready = pthread_condattr_init(&attributes) == 0 &&
                    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
                    pthread_cond_init(&pool->changed, &attributes) == 0 &&
                    pthread_mutex_init(&pool->lock, NULL) == 0;
    (void)pthread_condattr_destroy(&attributes);
    return is_ready;
}

static void
ignore(void *context, pool_task *task)
{
    (void)context;
    (void)task;
}

entitle_status
pool_start(
    const entitle_runtime *runtime,
    pool_function *perform,
    void *context,
    work_pool **out,
    entitle_error *error)
{
    work_pool *pool = ent_allocate(runtime, sizeof(*pool));
    if (pool == NULL) {
        return ent_fail_memory(error);
    }
    *pool = (struct work_pool){ .runtime = *runtime,
                                .perform = perform,
                                .context = context };
    pool->end = &pool->first;
    if (!prepare(pool)) {
        ent_release(runtime, pool);
        return ent_fail(error, ENTITLE_INTERNAL_ERROR, "cannot prepare threads");
    }
    while (pool->thread_count < THREADS) {
        if (pthread_create(&pool->threads[pool->thread_count], NULL, work, pool) != 0) {
            pool_stop(pool, ignore);
            pool_free(pool);
            return ent_fail(error, ENTITLE_INTERNAL_ERROR, "cannot start threads");
        }
        pool->thread_count++;
    }
    *out = pool;
    return ENTITLE_OK;
}

bool
pool_submit(work_pool *pool, pool_task *task, int64_t delay_ms)
{
    pthread_mutex_lock(&pool->lock);
    bool is_taken = !pool->is_stopping;
    if (is_taken && delay_ms > 0) {
        task->due_ms = now_ms() + delay_ms;
        insert_by_time(pool, task);
    } else if (is_taken) {
        append(pool, task);
    }
    pthread_cond_signal(&pool->changed);
    pthread_mutex_unlock(&pool->lock);
    return is_taken;
}

void
pool_stop(work_pool *pool, pool_function *drop)
{
    pthread_mutex_lock(&pool->lock);
    pool->is_stopping = true;
    pthread_cond_broadcast(&pool->changed);
    pthread_mutex_unlock(&pool->lock);
    for (size_t i = 0; i < pool->thread_count; i++) {
        (void)pthread_join(pool->threads[i], NULL);
    }
    *pool->end = pool->later;
    while (pool->first != NULL) {
        pool_task *task = pool->first;
        pool->first = task->next;
        drop(pool->context, task);
    }
}

void
pool_free(work_pool *pool)
{
    const entitle_runtime runtime = pool->runtime;
    (void)pthread_cond_destroy(&pool->changed);
    (void)pthread_mutex_destroy(&pool->lock);
    ent_release(&runtime, pool);
}
