/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CROWD_CROWD_H
#define CROWD_CROWD_H

#include <stddef.h>
#include <stdint.h>

/* A connection, as far as it takes up room. */
typedef struct crowd_member {
    struct crowd_member *older;
    struct crowd_member *newer;
    int socket;
    int64_t waiting_since_ms; /* the caller's: for crowd_end_waiting_since() */
} crowd_member;

/*
 * The open connections. Whoever keeps one open without asking anything gives way when
 * there are too many, longest wait first: so idle and slow clients, however many they
 * are, keep nobody else out. One thread at a time.
 */
typedef struct server_crowd {
    size_t limit;
    size_t count;
    crowd_member *oldest; /* of those that wait for a request to be complete */
    crowd_member *newest;
} server_crowd;

/*
 * How many connections may be open: as many as are useful, or else as the system's
 * limit of descriptors, raised as far as that is allowed, leaves beside `own` ones for
 * our files.
 */
size_t crowd_choose_limit(size_t useful, size_t own);

/* A connection has been opened; it waits for its first request. */
void crowd_enter(server_crowd *crowd, crowd_member *member);
/* Its request is complete, and being answered. */
void crowd_serve(server_crowd *crowd, crowd_member *member);
/* The answer is over. */
void crowd_wait(server_crowd *crowd, crowd_member *member);
/* Ends those that have waited since before that moment. */
void crowd_end_waiting_since(server_crowd *crowd, int64_t before_ms);
/* It has been closed. */
void crowd_leave(server_crowd *crowd, crowd_member *member);

#endif
