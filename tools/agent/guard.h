/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AGENT_GUARD_H
#define AGENT_GUARD_H

#include "agent/request.h"

/*
 * A browser on this machine runs pages of others, and a request of theirs comes from
 * here, too. The agent has no page of its own: false, and a refusal in `answer`, where
 * any might be behind the request. Host must hold an address or the name localhost: any
 * other name may have been bound to this address by its owner.
 */
bool guard_check(const agent_request *request, agent_answer *answer);

#endif
