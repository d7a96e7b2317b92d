/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/json_success.h"

#include "base/error.h"
#include "base/text.h"

bool
ent_json_answer_is_2xx(const ent_json_answer *answer)
{
    int32_t http_status = answer->response.http_status;

    return http_status >= 200 && http_status < 300;
}

bool
ent_json_answer_is_success(
    const ent_json_call *call,
    const ent_json_answer *answer,
    const ent_service_error *said)
{
    int32_t http_status = answer->response.http_status;

    if (ent_json_answer_is_2xx(answer)) {
        return true;
    }
    if (call->success_code == NULL || http_status < 400 || http_status >= 500) {
        return false;
    }
    return ent_text_equal_ignoring_case(said->code, call->success_code);
}

static entitle_status
parse(const ent_json_call *call, ent_json_answer *answer, entitle_error *error)
{
    const ent_buffer *body = &answer->response.body;
    ent_json_fault fault = { .reason = NULL };

    answer->json = ent_json_parse_object(ent_buffer_text(body), body->length, &fault);
    if (answer->json != NULL) {
        return ENTITLE_OK;
    }
    if (fault.out_of_memory) {
        return ent_fail_memory(error);
    }
    ent_fail(
        error,
        ENTITLE_BAD_RESPONSE,
        "the answer to %s is not a JSON object: %s at byte %zu",
        call->operation,
        fault.reason != NULL ? fault.reason : "refused",
        fault.offset);
    ent_hint(error, "check the endpoint and the proxies on the way to it");
    return ENTITLE_BAD_RESPONSE;
}

entitle_status
ent_json_answer_read(
    const ent_json_call *call, ent_json_answer *answer, entitle_error *error)
{
    entitle_status status = parse(call, answer, error);
    const char *member;

    if (status != ENTITLE_OK) {
        return status;
    }
    if (!ent_json_answer_is_2xx(answer)) {
        return call->success_status;
    }
    if (call->required_member == NULL) {
        return ENTITLE_OK;
    }
    member = ent_json_string(ent_json_member(answer->json, call->required_member));
    if (member != NULL && member[0] != '\0') {
        return ENTITLE_OK;
    }
    ent_fail(
        error,
        ENTITLE_BAD_RESPONSE,
        "the answer to %s has no string %s",
        call->operation,
        call->required_member);
    ent_hint(error, "check the endpoint: what answers there is not the service");
    return ENTITLE_BAD_RESPONSE;
}
