/* SPDX-License-Identifier: Apache-2.0 */
#include "service/service.h"

#include "base/text.h"
#include "play/play.h"
#include "service/batch_meter_usage.h"
#include "service/meter_usage.h"
#include "service/register_usage.h"
#include "service/resolve_customer.h"
#include "signature/signature.h"

#include <string.h>

static const char target_prefix[] = "AWSMPMeteringService.";

typedef struct service_operation {
    const char *name;
    void (*perform)(sandbox_call *call);
} service_operation;

static const service_operation operations[] = {
    { "RegisterUsage", register_usage },
    { "MeterUsage", meter_usage },
    { "BatchMeterUsage", batch_meter_usage },
    { "ResolveCustomer", resolve_customer },
};

static const service_operation *
find_operation(const char *name)
{
    for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++) {
        if (strcmp(operations[i].name, name) == 0) {
            return &operations[i];
        }
    }
    return NULL;
}

/*
 * The part of X-Amz-Target after the service's prefix, or ""; of two, none is the one.
 */
static const char *
operation_name(const sandbox_request *request)
{
    const char *target = request_header(request, "X-Amz-Target");
    if (target == NULL || request_count_header(request, "X-Amz-Target") > 1 ||
        !ent_text_starts_with(target, target_prefix)) {
        return "";
    }
    return target + sizeof(target_prefix) - 1;
}

static void
perform(sandbox_call *call)
{
    const service_operation *operation = find_operation(operation_name(call->request));
    if (operation == NULL) {
        call_refuse(
            call,
            "UnknownOperationException",
            &rule_target,
            "X-Amz-Target names no operation of this service.");
        if (request_header(call->request, "X-Amz-Target") == NULL) {
            call->answer->http_status = 404;
        }
        return;
    }
    if (signature_check(call, "aws-marketplace")) {
        operation->perform(call);
    }
}

static const play_part metering_service = {
    .content_type = "application/x-amz-json-1.1",
    .has_request_id = true,
    .write_error = answer_set_error,
    .method = "POST",
    .method_rule = &rule_post_only,
    .perform = perform,
};

void
service_answer(
    sandbox_core *sandbox, const sandbox_request *request, sandbox_answer *answer)
{
    const service_operation *operation = find_operation(operation_name(request));
    const char *name = operation != NULL ? operation->name : "";
    const char *const targets[] = { name, "*", NULL };
    const play_request named = {
        .http = request,
        .operation = name,
        .fault_targets = targets,
    };
    play(sandbox, &metering_service, &named, answer);
}

bool
service_takes_long(const sandbox_request *request)
{
    return strcmp(operation_name(request), "RegisterUsage") == 0;
}
