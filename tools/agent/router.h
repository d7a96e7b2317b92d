/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AGENT_ROUTER_H
#define AGENT_ROUTER_H

#include "agent/agent.h"
#include "agent/request.h"

/* Answers one request. Called from many threads at once. */
void
router_answer(usage_agent *agent, const agent_request *request, agent_answer *answer);

#endif
