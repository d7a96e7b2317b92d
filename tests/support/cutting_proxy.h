/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_SUPPORT_CUTTING_PROXY_H
#define TEST_SUPPORT_CUTTING_PROXY_H

#include <pthread.h>
#include <stdatomic.h>

/*
 * Stands between a client and a server, both on Unix sockets, and cuts the connection
 * once: at the n-th message of the client (from 0 on). Later connections pass, unless
 * they are to be cut, too.
 */
typedef enum cutting_moment {
    CUT_BEFORE, /* the message never arrives */
    CUT_AFTER   /* the server has answered it, and the answer never arrives */
} cutting_moment;

typedef struct cutting_proxy {
    char folder[64]; /* where its socket is, called as the server's */
    char server[108];
    int listener;
    cutting_moment moment;
    atomic_long left;  /* messages until the cut; negative: it has been */
    atomic_long again; /* so many later connections are cut, too, */
    long again_at;     /* each at this message */
    atomic_bool ends;
    pthread_t thread;
} cutting_proxy;

/* `server` and `name`: the folder and the file of the server's socket. */
void cutting_proxy_start(cutting_proxy *proxy, const char *server, const char *name);

/* Cuts again; while no client is about to send. */
void cutting_proxy_arm(cutting_proxy *proxy, cutting_moment moment, long at);

/* Afterwards, so many connections more, each at its n-th message; 0: at its first. */
void cutting_proxy_go_on(cutting_proxy *proxy, long connections, long at);
void cutting_proxy_stop(cutting_proxy *proxy);

#endif
