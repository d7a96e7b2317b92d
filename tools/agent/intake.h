/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AGENT_INTAKE_H
#define AGENT_INTAKE_H

#include "agent/agent.h"
#include "agent/request.h"

/*
 * POST /v1/usage: one use or an array of them, all or none, durable before the answer.
 */
void
intake_answer(usage_agent *agent, const agent_request *request, agent_answer *answer);

#endif
