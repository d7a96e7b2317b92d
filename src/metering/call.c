/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "metering/perform.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct entitle_answer {
    entitle_runtime runtime;
    char *json;
    char request_id[64];
};

static entitle_status
parse_request(const char *json, size_t length, ent_json **out, entitle_error *error)
{
    ent_json_fault fault = { .reason = NULL };

    if (length > ENT_METERING_REQUEST_LIMIT) {
        return ent_fail(
            error,
            ENTITLE_INVALID_INPUT,
            "the request is longer than %d bytes",
            ENT_METERING_REQUEST_LIMIT);
    }
    *out = ent_json_parse_object(json, length, &fault);
    if (*out != NULL) {
        return ENTITLE_OK;
    }
    if (fault.out_of_memory) {
        return ent_fail_memory(error);
    }
    ent_fail(
        error,
        ENTITLE_INVALID_INPUT,
        "the request is not a JSON object: %s at byte %zu",
        fault.reason != NULL ? fault.reason : "refused",
        fault.offset);
    ent_hint(error, "give one JSON object, such as {\"ProductCode\":\"...\"}");
    return ENTITLE_INVALID_INPUT;
}

static entitle_status
make_answer(
    const entitle_runtime *runtime,
    const ent_json_answer *from,
    entitle_answer **out,
    entitle_error *error)
{
    const ent_buffer *body = &from->response.body;
    entitle_answer *answer = ent_allocate(runtime, sizeof(*answer));

    if (answer == NULL) {
        return ent_fail_memory(error);
    }
    answer->runtime = *runtime;
    answer->json = ent_duplicate(runtime, ent_buffer_text(body), body->length);
    if (answer->json == NULL) {
        entitle_answer_free(answer);
        return ent_fail_memory(error);
    }
    (void)snprintf(
        answer->request_id, sizeof(answer->request_id), "%s", from->request_id);
    *out = answer;
    return ENTITLE_OK;
}

static entitle_status
check_arguments(
    const entitle_metering *metering,
    const char *operation,
    const char *json,
    entitle_error *error)
{
    if (metering == NULL || operation == NULL || json == NULL) {
        return ent_fail(
            error, ENTITLE_INVALID_ARGUMENT, "client, operation or JSON is NULL");
    }
    if (ent_operation_find(operation) != NULL) {
        return ENTITLE_OK;
    }
    ent_fail(
        error,
        ENTITLE_INVALID_INPUT,
        "'%.40s' is not an operation of the service",
        operation);
    ent_hint(
        error, "use RegisterUsage, MeterUsage, BatchMeterUsage or ResolveCustomer");
    return ENTITLE_INVALID_INPUT;
}

static const char *
confidential_of(const ent_operation *operation, const ent_json *request)
{
    return operation->confidential_member != NULL
               ? ent_json_string(
                     ent_json_member(request, operation->confidential_member))
               : NULL;
}

entitle_status
entitle_metering_call(
    entitle_metering *metering,
    const char *operation,
    const char *json,
    size_t json_length,
    entitle_answer **out,
    entitle_error *error)
{
    ent_json *parsed = NULL;
    ent_json_answer answer;
    entitle_status status;
    entitle_status made;

    *out = NULL;
    status = check_arguments(metering, operation, json, error);
    if (metering != NULL) {
        metering->service.attempts = 0;
    }
    if (status == ENTITLE_OK) {
        status = parse_request(json, json_length, &parsed, error);
    }
    if (status != ENTITLE_OK) {
        return ent_metering_unsent(error, status);
    }
    ent_metering_request request = {
        .operation = ent_operation_find(operation),
        .body = json,
        .body_length = json_length,
        .is_dry_run = ent_json_is_true(ent_json_member(parsed, "DryRun")),
    };
    request.confidential = confidential_of(request.operation, parsed);
    status = ent_metering_perform(metering, &request, &answer, error);
    ent_json_free(parsed);
    if (entitle_status_category(status) != ENTITLE_CATEGORY_DONE) {
        return status;
    }
    made = make_answer(&metering->runtime, &answer, out, error);
    ent_json_answer_clear(&answer);
    return made == ENTITLE_OK ? status : made;
}

void
entitle_answer_free(entitle_answer *answer)
{
    if (answer == NULL) {
        return;
    }
    entitle_runtime runtime = answer->runtime;

    ent_release_secret(&runtime, answer->json);
    ent_release(&runtime, answer);
}

const char *
entitle_answer_json(const entitle_answer *answer)
{
    return answer != NULL ? answer->json : "";
}

const char *
entitle_answer_request_id(const entitle_answer *answer)
{
    return answer != NULL ? answer->request_id : "";
}
