/* SPDX-License-Identifier: Apache-2.0 */
#include "play/play.h"

#include "base/random.h"
#include "base/runtime.h"

#include <stdio.h>
#include <string.h>

static void
take_fault(sandbox_call *call, const char *const *targets)
{
    sandbox_core *sandbox = call->sandbox;
    pthread_mutex_lock(&sandbox->lock);
    faults_take(&sandbox->faults, targets, &call->fault);
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
        call->answer->delay_ms = call->fault.amount;
        return false;
    case FAULT_SKEW:
        call->now_s += call->fault.amount;
        call->answer->date_s = call->now_s;
        return false;
    case FAULT_NONE:
    case FAULT_DROP_REPLY:
    case FAULT_UNPROCESSED:
    case FAULT_TOKEN:
    case FAULT_DOCUMENT:
    case FAULT_LIFETIME:
    case FAULT_TOKEN_REQUIRED:
        break;
    }
    return false;
}

static bool
check_envelope(sandbox_call *call, const play_part *part)
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
    if (strcmp(request->method, part->method) != 0) {
        call_refuse_with(
            call,
            "UnknownOperationException",
            405,
            part->method_rule,
            "Method not allowed.");
        call->answer->allow = part->method;
        return false;
    }
    return true;
}

static void
write_down(sandbox_call *call)
{
    sandbox_core *sandbox = call->sandbox;
    if (call->entry.rule == &rule_post_only) {
        /* Someone looked whether the service is there, and called nothing. */
        return;
    }
    pthread_mutex_lock(&sandbox->lock);
    journal_add(&sandbox->journal, &call->entry);
    pthread_mutex_unlock(&sandbox->lock);
}

static void
begin_answer(sandbox_call *call, const play_part *part)
{
    sandbox_answer *answer = call->answer;
    answer->content_type = part->content_type;
    answer->date_s = call->now_s;
    if (!part->has_request_id ||
        !ent_random_uuid(&call->sandbox->runtime, answer->request_id)) {
        answer->request_id[0] = '\0';
    }
}

void
play(
    sandbox_core *sandbox,
    const play_part *part,
    const play_request *request,
    sandbox_answer *answer)
{
    int64_t now_s = ent_now_s(&sandbox->runtime);
    pthread_mutex_lock(&sandbox->lock);
    int64_t service_s = sandbox_service_s(sandbox);
    pthread_mutex_unlock(&sandbox->lock);
    sandbox_call call = {
        .sandbox = sandbox,
        .request = request->http,
        .answer = answer,
        .write_error = part->write_error,
        .now_s = now_s,
        .service_s = service_s,
        .entry = { .at_s = service_s, .rule = &rule_internal },
    };
    (void)snprintf(
        call.entry.operation, sizeof(call.entry.operation), "%s", request->operation);
    begin_answer(&call, part);
    if (check_envelope(&call, part)) {
        take_fault(&call, request->fault_targets);
        if (!begin_fault(&call)) {
            part->perform(&call);
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
