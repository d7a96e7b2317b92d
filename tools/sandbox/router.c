/* SPDX-License-Identifier: Apache-2.0 */
#include "router.h"

#include "control/control.h"
#include "platform/platform.h"
#include "service/service.h"

void
router_answer(void *context, const sandbox_request *request, sandbox_answer *answer)
{
    sandbox_core *sandbox = context;
    if (control_is_for(request)) {
        control_answer(sandbox, request, answer);
    } else if (!platform_answer(sandbox, request, answer)) {
        service_answer(sandbox, request, answer);
    }
}

bool
router_takes_long(const sandbox_request *request)
{
    return control_is_for(request) || service_takes_long(request);
}
