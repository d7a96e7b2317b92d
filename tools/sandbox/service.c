/* SPDX-License-Identifier: Apache-2.0 */
#include "service.h"

#include "base/random.h"
#include "base/runtime.h"
#include "base/text.h"
#include "call.h"
#include "register_usage.h"
#include "signature.h"
#include "stop.h"

#include <stdio.h>
#include <string.h>

static const char target_prefix[] = "AWSMPMeteringService.";

typedef struct service_operation {
    const char *name;
    void (*perform)(sandbox_call *call); /* NULL: not emulated */
} service_operation;

static const service_operation operations[] = {
    { "RegisterUsage", register_usage },
    { "MeterUsage", NULL },
    { "BatchMeterUsage", NULL },
    { "ResolveCustomer", NULL },
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

bool
service_has_operation(const char *name)
{
    return find_operation(name) != NULL;
}

/* The part of X-Amz-Target after the service's prefix, or "". */
static const char *
operation_name(const sandbox_request *request)
{
    const char *target = request_header(request, "X-Amz-Target");
    if (target == NULL || !ent_text_starts_with(target, target_prefix)) {
        return "";
    }
    return target + sizeof(target_prefix) - 1;
}

static void
take_fault(sandbox_call *call)
{
    sandbox_core *sandbox = call->sandbox;
    pthread_mutex_lock(&sandbox->lock);
    faults_take(&sandbox->faults, operation_name(call->request), &call->fault);
    pthread_mutex_unlock(&sandbox->lock);
}

static void
end_silently(sandbox_call *call, answer_ending ending)
{
    call->answer->ending = ending;
    call->entry.http_status = 0;
    call->entry.rule = &rule_fault;
}

static void
answer_status(sandbox_call *call)
{
    sandbox_answer *answer = call->answer;
    answer->http_status = call->fault.http_status;
    answer->content_type = "text/html";
    ent_buffer_clear(&answer->body);
    ent_buffer_append_text(&answer->body, call->fault.body);
    call->entry.rule = &rule_fault;
}

static void
answer_error(sandbox_call *call)
{
    call_refuse(
        call, call->fault.error->name, &rule_fault, "The sandbox was asked for this.");
    call->answer->retry_after_ms = call->fault.retry_after_ms;
}

/* True when the fault has decided everything. */
static bool
begin_fault(sandbox_call *call)
{
    switch (call->fault.kind) {
    case FAULT_ERROR:
        answer_error(call);
        return true;
    case FAULT_STATUS:
        answer_status(call);
        return true;
    case FAULT_RESET:
        end_silently(call, ANSWER_RESET);
        return true;
    case FAULT_DELAY:
        if (stop_sleep_ms(call->fault.amount)) {
            return false;
        }
        end_silently(call, ANSWER_CLOSE);
        return true;
    case FAULT_SKEW:
        call->now_s += call->fault.amount;
        call->answer->date_s = call->now_s;
        return false;
    case FAULT_NONE:
    case FAULT_DROP_REPLY:
    case FAULT_UNPROCESSED:
    case FAULT_TOKEN:
        break;
    }
    return false;
}

static bool
check_envelope(sandbox_call *call)
{
    const sandbox_request *request = call->request;
    if (request->is_body_too_large) {
        call_refuse(
            call,
            "RequestEntityTooLarge",
            &rule_body_limit,
            "Request body exceeds the limit of 1048576 bytes.");
        return false;
    }
    if (request->has_too_many_headers) {
        call_refuse(
            call,
            "ValidationException",
            &rule_header_limit,
            "Too many request headers.");
        return false;
    }
    if (strcmp(request->method, "POST") != 0) {
        call_refuse(
            call, "UnknownOperationException", &rule_post_only, "Method not allowed.");
        call->answer->http_status = 405;
        call->answer->allow = "POST";
        return false;
    }
    return true;
}

static void
perform(sandbox_call *call)
{
    const service_operation *operation = find_operation(operation_name(call->request));
    if (operation == NULL || operation->perform == NULL) {
        call_refuse(
            call,
            "UnknownOperationException",
            &rule_target,
            operation == NULL ? "X-Amz-Target names no operation of this service."
                              : "This sandbox does not emulate the operation.");
        if (request_header(call->request, "X-Amz-Target") == NULL) {
            call->answer->http_status = 404;
        }
        return;
    }
    if (signature_check(call)) {
        operation->perform(call);
    }
}

static void
write_down(sandbox_call *call)
{
    sandbox_core *sandbox = call->sandbox;
    const service_operation *operation = find_operation(operation_name(call->request));
    if (call->entry.rule == &rule_post_only) {
        /* Someone looked whether the service is there, and called nothing. */
        return;
    }
    if (operation != NULL) {
        (void)snprintf(
            call->entry.operation,
            sizeof(call->entry.operation),
            "%s",
            operation->name);
    }
    pthread_mutex_lock(&sandbox->lock);
    journal_add(&sandbox->journal, &call->entry);
    pthread_mutex_unlock(&sandbox->lock);
}

void
service_answer(
    sandbox_core *sandbox, const sandbox_request *request, sandbox_answer *answer)
{
    int64_t now_s = ent_now_s(&sandbox->runtime);
    sandbox_call call = {
        .sandbox = sandbox,
        .request = request,
        .answer = answer,
        .now_s = now_s,
        .entry = { .at_s = now_s, .rule = &rule_internal },
    };
    answer->content_type = "application/x-amz-json-1.1";
    answer->date_s = now_s;
    if (!ent_random_uuid(&sandbox->runtime, answer->request_id)) {
        answer->request_id[0] = '\0';
    }
    if (check_envelope(&call)) {
        take_fault(&call);
        if (!begin_fault(&call)) {
            perform(&call);
        }
    }
    if (answer->ending == ANSWER_SEND) {
        call.entry.http_status = answer->http_status;
    }
    if (call.fault.kind == FAULT_DROP_REPLY) {
        end_silently(&call, ANSWER_CLOSE);
    }
    write_down(&call);
}
