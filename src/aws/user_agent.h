/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_USER_AGENT_H
#define ENT_AWS_USER_AGENT_H

#include <entitle/runtime.h>

enum { ENT_USER_AGENT_SIZE = 256 };

/*
 * "entitle/0.1.0 ua/2.1 os/linux lang/c exec-env/… cfg/retry-mode#standard app/…", with
 * what AWS_EXECUTION_ENV and AWS_SDK_UA_APP_ID say, cut at 50 characters each and
 * cleaned. Not signed: proxies rewrite it.
 */
void ent_user_agent(const entitle_runtime *runtime, char out[ENT_USER_AGENT_SIZE]);

#endif
