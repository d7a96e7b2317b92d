/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/room.h"

#include "agent/agent.h"

#include <time.h>
#ifdef __GLIBC__
#    include <malloc.h>
#endif

/* As long as a request waits for the ledger. */
enum { PATIENCE_MS = 10 * 1000 };

/*
 * With glibc each thread has a heap of its own, which keeps as much as the thread's
 * largest request took. A few heaps keep less, and suffice: requests mostly wait for
 * the disk.
 */
static void
share_heaps(void)
{
#ifdef __GLIBC__
    enum { HEAPS = 4 };

    (void)mallopt(M_ARENA_MAX, HEAPS);
#endif
}

void
room_init(agent_room *room, size_t bytes)
{
    pthread_condattr_t attributes;

    share_heaps();
    room->left = bytes;
    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&room->changed, &attributes);
    (void)pthread_condattr_destroy(&attributes);
    (void)pthread_mutex_init(&room->lock, NULL);
}

void
room_clear(agent_room *room)
{
    (void)pthread_cond_destroy(&room->changed);
    (void)pthread_mutex_destroy(&room->lock);
}

bool
room_take(agent_room *room, size_t bytes)
{
    int64_t until_ms = agent_monotonic_ms() + PATIENCE_MS;
    const struct timespec until = { .tv_sec = (time_t)(until_ms / 1000),
                                    .tv_nsec = (long)(until_ms % 1000) * 1000000 };

    (void)pthread_mutex_lock(&room->lock);
    while (room->left < bytes && agent_monotonic_ms() < until_ms) {
        (void)pthread_cond_timedwait(&room->changed, &room->lock, &until);
    }
    bool has_room = room->left >= bytes;
    room->left -= has_room ? bytes : 0;
    (void)pthread_mutex_unlock(&room->lock);
    return has_room;
}

void
room_give_back(agent_room *room, size_t bytes)
{
    (void)pthread_mutex_lock(&room->lock);
    room->left += bytes;
    (void)pthread_cond_broadcast(&room->changed);
    (void)pthread_mutex_unlock(&room->lock);
}
