/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AGENT_SERVER_H
#define AGENT_SERVER_H

#include "agent/agent.h"
#include "agent/listener.h"

/*
 * The HTTP server: a few threads that each read, answer and write for their share of
 * the connections. While one waits for the disk the others do not, and what they add
 * meanwhile becomes durable in one write. An idle connection costs a descriptor and
 * some kilobytes, and is closed after a minute.
 */
typedef struct agent_server agent_server;

/* Takes over the listening socket. NULL: it could not be started. */
agent_server *server_start(usage_agent *agent, const agent_listener *listener);

/* For now and then: ends connections that take too long to ask. Takes the server. */
void server_end_slow(void *context);

/* Returns once no request is being answered any more. */
void server_stop(agent_server *server);

#endif
