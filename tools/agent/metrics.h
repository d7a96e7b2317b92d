/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AGENT_METRICS_H
#define AGENT_METRICS_H

#include "agent/agent.h"
#include "agent/request.h"

/*
 * GET /metrics: the text format 0.0.4 of Prometheus. Of a ledger that cannot be read it
 * says that, and leaves out what it does not know.
 */
void metrics_answer(usage_agent *agent, agent_answer *answer);

#endif
