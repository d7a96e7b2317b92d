/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_SERVICE_H
#define SANDBOX_SERVICE_H

#include "state/sandbox.h"
#include "wire/answer.h"
#include "wire/request.h"

/*
 * The Metering Service. What is judged, in this order: size, method, X-Amz-Target, the
 * signature, the body; then what the operation says. A fault is taken as soon as the
 * operation is known, whether or not the call would succeed.
 */
void service_answer(
    sandbox_core *sandbox, const sandbox_request *request, sandbox_answer *answer);

/* Whether it is for an operation that signs. */
bool service_takes_long(const sandbox_request *request);

#endif
