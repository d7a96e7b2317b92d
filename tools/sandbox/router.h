/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_ROUTER_H
#define SANDBOX_ROUTER_H

#include "server/server.h"

/* Everything behind the one port: the `context` is the sandbox_core. */
server_handler router_answer;

#endif
