/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "metering/error_rules.h"
#include "metering/perform.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum { REQUEST_LIMIT = 1024 * 1024 };

struct entitle_answer {
    entitle_runtime runtime;
    char *json;
    char request_id[64];
};

typedef struct operation_rule {
    const char *name;
    const char *required_member; /* of the answer; NULL: none */
    const char *confidential;    /* member of the request; NULL: none */
    const ent_error_rule *error_rules;
} operation_rule;

static const operation_rule operations[] = {
    { "RegisterUsage", "Signature", "Nonce", NULL },
    { "MeterUsage", "MeteringRecordId", NULL, NULL },
    { "BatchMeterUsage", NULL, NULL, NULL },
    { "ResolveCustomer", NULL, "RegistrationToken", ent_resolve_customer_error_rules },
};

static const operation_rule *
find_operation(const char *name)
{
    for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++) {
        if (strcmp(operations[i].name, name) == 0) {
            return &operations[i];
        }
    }
    return NULL;
}

static entitle_status
parse_request(const char *json, size_t length, ent_json **out, entitle_error *error)
{
    ent_json_fault fault = { .reason = NULL };

    if (length > REQUEST_LIMIT) {
        return ent_fail(
            error,
            ENTITLE_INVALID_INPUT,
            "the request is longer than %d bytes",
            REQUEST_LIMIT);
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

entitle_status
entitle_metering_call(
    entitle_metering *metering,
    const char *operation,
    const char *json,
    size_t json_length,
    entitle_answer **out,
    entitle_error *error)
{
    const operation_rule *rule = find_operation(operation);
    ent_json *request = NULL;
    ent_json_answer answer;
    entitle_status status;

    *out = NULL;
    if (rule == NULL) {
        ent_fail(
            error,
            ENTITLE_INVALID_INPUT,
            "'%.40s' is not an operation of the service",
            operation);
        ent_hint(
            error, "use RegisterUsage, MeterUsage, BatchMeterUsage or ResolveCustomer");
        return ENTITLE_INVALID_INPUT;
    }
    status = parse_request(json, json_length, &request, error);
    if (status != ENTITLE_OK) {
        return status;
    }
    ent_json_call call = {
        .operation = rule->name,
        .body = json,
        .body_length = json_length,
        .required_member = rule->required_member,
        .confidential =
            rule->confidential != NULL
                ? ent_json_string(ent_json_member(request, rule->confidential))
                : NULL,
        .error_rules = rule->error_rules,
    };
    status = ent_metering_perform(metering, &call, &answer, error);
    ent_json_free(request);
    if (status != ENTITLE_OK) {
        return status;
    }
    status = make_answer(&metering->runtime, &answer, out, error);
    ent_json_answer_clear(&answer);
    return status;
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
    return answer->json;
}

const char *
entitle_answer_request_id(const entitle_answer *answer)
{
    return answer->request_id;
}
