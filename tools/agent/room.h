/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AGENT_ROOM_H
#define AGENT_ROOM_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * The memory that requests may fill at once with what they read: a small body can make
 * a large tree, and all threads may have one.
 */
typedef struct agent_room {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t left;
} agent_room;

void room_init(agent_room *room, size_t bytes);
void room_clear(agent_room *room);

/* Waits for others to give theirs back. False: they did not in time. */
bool room_take(agent_room *room, size_t bytes);
void room_give_back(agent_room *room, size_t bytes);

#endif
