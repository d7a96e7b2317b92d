/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_SUPPORT_CROWD_SERVER_H
#define TEST_SUPPORT_CROWD_SERVER_H

#include <stddef.h>
#include <stdint.h>

/*
 * A server on 127.0.0.1 that answers nobody before `at_once` requests are waiting, each
 * on a connection of its own, and then all of them: whoever sends one after the other
 * is never answered. The answer to the JSON object X is {"Echo":X}. On a thread of its
 * own.
 */
typedef struct crowd_server crowd_server;

crowd_server *crowd_server_start(size_t at_once);
void crowd_server_stop(crowd_server *server);

uint16_t crowd_server_port(const crowd_server *server);

/* Only once the client has seen its answers do these stand still. */
size_t crowd_server_connections(crowd_server *server); /* ever accepted */
size_t crowd_server_requests(crowd_server *server);

#endif
