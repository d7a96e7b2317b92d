/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_PLATFORM_H
#define SANDBOX_PLATFORM_H

#include "state/sandbox.h"
#include "wire/answer.h"
#include "wire/request.h"

#include <stdbool.h>

/*
 * What a container finds around it: where its credentials come from and where it can
 * learn its Region. All of it answers on the port of the service.
 */

/* False when the request is not for the platform; then nothing has been done. */
bool platform_answer(
    sandbox_core *sandbox, const sandbox_request *request, sandbox_answer *answer);

#endif
