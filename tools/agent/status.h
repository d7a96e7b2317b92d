/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AGENT_STATUS_H
#define AGENT_STATUS_H

#include "agent/agent.h"
#include "agent/request.h"

/* GET /v1/status: what `entitle usage status --json` prints. */
void status_answer(usage_agent *agent, agent_answer *answer);

#endif
