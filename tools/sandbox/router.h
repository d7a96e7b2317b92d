/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_ROUTER_H
#define SANDBOX_ROUTER_H

#include "wire/answer.h"
#include "wire/request.h"

#include <stdbool.h>

/* Everything behind the one port: the `context` is the sandbox_core. */
void
router_answer(void *context, const sandbox_request *request, sandbox_answer *answer);

/* Keys are made and tokens signed, or many records read. */
bool router_takes_long(const sandbox_request *request);

#endif
