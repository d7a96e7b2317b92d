/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/json_outcome.h"

#include "aws/json_success.h"
#include "base/error.h"
#include "base/text.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* What is known of an answer that is not a success. */
typedef struct judgement {
    entitle_status status;
    ent_suspect suspect;
    const char *hint;
} judgement;

static const char hint_clock[] =
    "set this machine's clock, for instance with an NTP service";

static const ent_error_rule *
find_rule(
    const ent_json_service *service,
    const ent_json_call *call,
    const ent_service_error *said)
{
    const ent_error_rule *tables[] = { call->error_rules,
                                       service->error_rules,
                                       ent_common_error_rules };
    /*
     * ExpiredTokenException is also what ResolveCustomer says of a registration token;
     * only these words tell that the credentials are meant.
     */
    size_t first =
        strstr(said->message, "security token included in the request") ? 2 : 0;

    for (size_t i = first; i < sizeof(tables) / sizeof(tables[0]); i++) {
        const ent_error_rule *rule =
            tables[i] != NULL ? ent_error_rule_find(tables[i], said->code) : NULL;
        if (rule != NULL) {
            return rule;
        }
    }
    return NULL;
}

static bool
speaks_of_the_clock(const ent_service_error *said)
{
    return strstr(said->message, "Signature expired") != NULL ||
           strstr(said->message, "Signature not yet current") != NULL;
}

static judgement
judge_by_code(
    const ent_json_service *service,
    const ent_json_call *call,
    const ent_service_error *said)
{
    const ent_error_rule *rule = find_rule(service, call, said);

    if (rule == NULL && said->code[0] == '\0') {
        return (judgement){
            .status = ENTITLE_CONFIGURATION,
            .hint = "check the endpoint and the proxies: the answer is not one of AWS",
        };
    }
    if (rule == NULL) {
        return (judgement){
            .status = ENTITLE_CONFIGURATION,
            .hint = "look the error code up in the AWS Marketplace API reference",
        };
    }
    if (rule->suspect == ENT_SUSPECT_CLOCK && speaks_of_the_clock(said)) {
        return (judgement){ ENTITLE_CLOCK_SKEW, ENT_SUSPECT_CLOCK, hint_clock };
    }
    return (judgement){ rule->status, rule->suspect, rule->hint };
}

static judgement
judge_failure(
    const ent_json_service *service,
    const ent_json_call *call,
    int32_t http_status,
    const ent_service_error *said)
{
    if (ent_retry_classify(ENTITLE_OK, http_status, said->code) ==
        ENT_RETRY_THROTTLING) {
        return (judgement){
            .status = ENTITLE_THROTTLED,
            .hint = "try again later, and start fewer containers at the same moment",
        };
    }
    if (http_status >= 500) {
        return (judgement){ .status = ENTITLE_SERVICE_ERROR,
                            .hint = "try again later" };
    }
    if (http_status < 400) {
        return (judgement){
            .status = ENTITLE_BAD_RESPONSE,
            .hint = "check the endpoint: redirections are never followed",
        };
    }
    return judge_by_code(service, call, said);
}

static void
write_error(
    const ent_json_call *call,
    const ent_json_answer *answer,
    const judgement *judged,
    const ent_service_error *said,
    entitle_error *error)
{
    int http_status = (int)answer->response.http_status;
    const char *text = entitle_status_text(judged->status);

    if (said->code[0] != '\0') {
        ent_fail(
            error,
            judged->status,
            "%s: %s was answered with %s%s%s",
            text,
            call->operation,
            said->code,
            said->message[0] != '\0' ? ": " : "",
            said->message);
    } else {
        ent_fail(
            error,
            judged->status,
            "%s: %s was answered with HTTP status %d%s%s",
            text,
            call->operation,
            http_status,
            said->message[0] != '\0' ? ": " : "",
            said->message);
    }
    if (judged->hint != NULL) {
        ent_hint(error, "%s", judged->hint);
    }
    if (error != NULL) {
        (void)snprintf(
            error->service_code, sizeof(error->service_code), "%s", said->code);
    }
}

static ent_json_outcome
outcome_of_failed_answer(
    const ent_json_service *service,
    const ent_json_call *call,
    const entitle_credentials *credentials,
    const ent_json_answer *answer,
    const ent_service_error *said,
    entitle_error *error)
{
    ent_json_outcome outcome = { .status = ENTITLE_INTERNAL_ERROR,
                                 .service_error = *said };
    int32_t http_status = answer->response.http_status;

    if (said->lacks_memory && said->code[0] == '\0') {
        return ent_json_outcome_of_status(ent_fail_memory(error));
    }
    ent_service_error_redact(&outcome.service_error, credentials->session_token);
    ent_service_error_redact(&outcome.service_error, credentials->secret_access_key);
    ent_service_error_redact(&outcome.service_error, call->confidential);

    judgement judged =
        judge_failure(service, call, http_status, &outcome.service_error);
    write_error(call, answer, &judged, &outcome.service_error, error);
    outcome.status = judged.status;
    outcome.suspect = judged.suspect;
    outcome.retry_class =
        ent_retry_classify(judged.status, http_status, outcome.service_error.code);
    return outcome;
}

/* Whoever answers chooses it, so it may quote back what was sent. */
static void
read_request_id(
    const ent_json_call *call,
    const entitle_credentials *credentials,
    ent_json_answer *answer)
{
    const char *id = ent_response_header(&answer->response, "x-amzn-requestid");

    answer->request_id[0] = '\0';
    if (id != NULL && ent_text_is_visible_ascii(id)) {
        (void)snprintf(answer->request_id, sizeof(answer->request_id), "%s", id);
    }
    ent_redact(answer->request_id, credentials->session_token);
    ent_redact(answer->request_id, credentials->secret_access_key);
    ent_redact(answer->request_id, call->confidential);
}

ent_json_outcome
ent_json_outcome_of_answer(
    const ent_json_service *service,
    const ent_json_call *call,
    const entitle_credentials *credentials,
    ent_json_answer *answer,
    entitle_error *error)
{
    int32_t http_status = answer->response.http_status;
    ent_service_error said = { .code = "" };
    ent_json_outcome outcome;

    read_request_id(call, credentials, answer);
    if (!ent_json_answer_is_2xx(answer)) {
        ent_service_error_read(&answer->response, &said);
    }
    if (ent_json_answer_is_success(call, answer, &said)) {
        outcome = ent_json_outcome_of_status(ent_json_answer_read(call, answer, error));
    } else {
        outcome =
            outcome_of_failed_answer(service, call, credentials, answer, &said, error);
    }
    if (entitle_status_category(outcome.status) != ENTITLE_CATEGORY_DONE &&
        error != NULL) {
        error->http_status = http_status;
        (void)snprintf(
            error->request_id, sizeof(error->request_id), "%s", answer->request_id);
    }
    return outcome;
}

ent_json_outcome
ent_json_outcome_of_status(entitle_status status)
{
    return (ent_json_outcome){
        .status = status,
        .retry_class = ent_retry_classify(status, 0, NULL),
    };
}
