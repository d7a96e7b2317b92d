/* SPDX-License-Identifier: Apache-2.0 */
#include "state/checkpoints.h"

#include "base/error.h"
#include "base/memory.h"

#include <pthread.h>
#include <stdbool.h>

/*
 * In pages of 4 KiB. From FULL_PAGES on the log is emptied together with the writer,
 * who otherwise might stay ahead of every checkpoint forever, and the log grow with it.
 */
enum { SOME_PAGES = 4096, FULL_PAGES = 16384 };

/* How long that waits for the writer, and he with it for whoever still reads. */
enum { PATIENCE_MS = 20 };

struct checkpoints {
    entitle_runtime runtime;
    sqlite3 *writer;
    sqlite3 *own;
    pthread_t thread;
    int due; /* pages at which to look again; the writer's alone */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int pages; /* that the log held after the last commit and nobody has looked at */
    bool is_over;
};

static int
note_commit(void *context, sqlite3 *writer, const char *name, int pages)
{
    checkpoints *self = context;
    (void)writer;
    (void)name;
    if (pages < SOME_PAGES) {
        self->due = SOME_PAGES; /* the log begins anew */
    }
    if (pages < self->due) {
        return SQLITE_OK;
    }
    self->due = pages + SOME_PAGES;
    pthread_mutex_lock(&self->lock);
    self->pages = pages;
    pthread_cond_signal(&self->changed);
    pthread_mutex_unlock(&self->lock);
    return SQLITE_OK;
}

/* Called with the lock held, and returns so. False: it is over. */
static bool
wait_for_pages(checkpoints *self)
{
    while (!self->is_over && self->pages == 0) {
        pthread_cond_wait(&self->changed, &self->lock);
    }
    self->pages = 0;
    return !self->is_over;
}

static void *
work(void *context)
{
    checkpoints *self = context;
    pthread_mutex_lock(&self->lock);
    while (wait_for_pages(self)) {
        pthread_mutex_unlock(&self->lock);
        int pages = 0;
        int rc = sqlite3_wal_checkpoint_v2(
            self->own, "main", SQLITE_CHECKPOINT_PASSIVE, &pages, NULL);
        if (rc == SQLITE_OK && pages >= FULL_PAGES) {
            (void)sqlite3_wal_checkpoint_v2(
                self->own, "main", SQLITE_CHECKPOINT_RESTART, NULL, NULL);
        }
        pthread_mutex_lock(&self->lock);
    }
    pthread_mutex_unlock(&self->lock);
    return NULL;
}

/*
 * The disk is waited for here and nowhere else, so that a power failure cannot leave a
 * damaged file behind.
 */
static bool
open_own(checkpoints *self, const char *path)
{
    return sqlite3_open_v2(
               path, &self->own, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) ==
               SQLITE_OK &&
           sqlite3_busy_timeout(self->own, PATIENCE_MS) == SQLITE_OK &&
           sqlite3_exec(self->own, "PRAGMA synchronous=NORMAL", NULL, NULL, NULL) ==
               SQLITE_OK;
}

entitle_status
checkpoints_start(
    const entitle_runtime *runtime,
    sqlite3 *writer,
    const char *path,
    checkpoints **out,
    entitle_error *error)
{
    checkpoints *self = ent_allocate(runtime, sizeof(*self));
    if (self == NULL) {
        return ent_fail_memory(error);
    }
    self->runtime = *runtime;
    self->writer = writer;
    self->due = SOME_PAGES;
    (void)pthread_mutex_init(&self->lock, NULL);
    (void)pthread_cond_init(&self->changed, NULL);
    if (!open_own(self, path) || pthread_create(&self->thread, NULL, work, self) != 0) {
        (void)sqlite3_close(self->own);
        (void)pthread_cond_destroy(&self->changed);
        (void)pthread_mutex_destroy(&self->lock);
        ent_release(runtime, self);
        return ent_fail(error, ENTITLE_IO_ERROR, "cannot watch the log of '%s'", path);
    }
    (void)sqlite3_wal_hook(writer, note_commit, self);
    *out = self;
    return ENTITLE_OK;
}

void
checkpoints_stop(checkpoints *self)
{
    if (self == NULL) {
        return;
    }
    const entitle_runtime runtime = self->runtime;
    (void)sqlite3_wal_hook(self->writer, NULL, NULL);
    pthread_mutex_lock(&self->lock);
    self->is_over = true;
    pthread_cond_signal(&self->changed);
    pthread_mutex_unlock(&self->lock);
    (void)pthread_join(self->thread, NULL);
    /* So that nothing is left for the writer, who would not wait for the disk. */
    (void)sqlite3_wal_checkpoint_v2(
        self->own, "main", SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    (void)sqlite3_close(self->own);
    (void)pthread_cond_destroy(&self->changed);
    (void)pthread_mutex_destroy(&self->lock);
    ent_release(&runtime, self);
}
