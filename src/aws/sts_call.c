/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/sts_call.h"

#include "aws/clock_offset.h"
#include "aws/endpoint.h"
#include "aws/retry.h"
#include "aws/sts_error.h"
#include "aws/sts_request.h"
#include "base/error.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/runtime.h"
#include "base/timestamp.h"

enum { ATTEMPT_LIMIT = 3, SHORTEST_LIFE_S = 900 };

/* A call under way. */
typedef struct sts_exchange {
    const ent_sts_call *call;
    ent_endpoint endpoint;
    entitle_response response;
    ent_sts_answer answer; /* wiped at the end */
    ent_retry_class retry_class;
    int64_t offset_ms; /* to date requests with */
    bool has_set_clock;
} sts_exchange;

static const ent_retry_policy policy = {
    .attempt_limit = ATTEMPT_LIMIT,
    .base_ms = 200,
    .throttle_base_ms = 1000,
    .cap_ms = 5000,
    .until_deadline = true,
};

static entitle_status
refuse_answer(const sts_exchange *exchange, const char *cause, entitle_error *error)
{
    ent_fail(
        error,
        ENTITLE_BAD_RESPONSE,
        "the answer to %s cannot be used: %s",
        exchange->call->action,
        cause);
    ent_hint(error, "check the endpoint of AWS STS and the proxies on the way to it");
    return ENTITLE_BAD_RESPONSE;
}

static entitle_status
take_credentials(
    const sts_exchange *exchange, entitle_credentials *out, entitle_error *error)
{
    const ent_sts_answer *answer = &exchange->answer;
    entitle_error cause = { .message = "" };
    int64_t expires_at_s = 0;

    if (answer->expiration[0] == '\0') {
        /* The shortest that STS grants. */
        expires_at_s = ent_now_s(exchange->call->request->runtime) + SHORTEST_LIFE_S;
    } else if (!ent_timestamp_parse_iso(answer->expiration, &expires_at_s)) {
        return refuse_answer(exchange, "its Expiration is not a time", error);
    }
    if (entitle_credentials_set(
            out,
            exchange->call->kind,
            answer->access_key_id,
            answer->secret_access_key,
            answer->session_token,
            expires_at_s,
            &cause) != ENTITLE_OK) {
        return refuse_answer(exchange, cause.message, error);
    }
    return ENTITLE_OK;
}

static entitle_status
judge_answer(sts_exchange *exchange, entitle_credentials *out, entitle_error *error)
{
    const ent_sts_call *call = exchange->call;
    const entitle_response *response = &exchange->response;
    ent_service_error *said = &exchange->answer.error;
    const char *refusal = ent_sts_answer_read(
        ent_buffer_text(&response->body), response->body.length, &exchange->answer);
    entitle_status status;

    if (said->lacks_memory) {
        exchange->retry_class = ent_retry_classify(ENTITLE_OUT_OF_MEMORY, 0, NULL);
        return ent_fail_memory(error);
    }
    if (response->http_status < 200 || response->http_status > 299) {
        ent_service_error_redact(said, call->confidential);
        status =
            ent_sts_error_explain(call->action, response->http_status, said, error);
        exchange->retry_class =
            ent_sts_error_classify(status, response->http_status, said);
        return status;
    }
    exchange->retry_class = ENT_RETRY_ONCE;
    if (refusal == NULL) {
        return take_credentials(exchange, out, error);
    }
    return refuse_answer(exchange, refusal, error);
}

/* As for the service itself: after a refused date, and if the answer tells another. */
static bool
set_clock(sts_exchange *exchange, entitle_status status, int64_t round_trip_ms)
{
    const entitle_runtime *runtime = exchange->call->request->runtime;
    int64_t offset_ms = 0;

    if (exchange->has_set_clock || exchange->call->signer == NULL ||
        (status != ENTITLE_CLOCK_SKEW && status != ENTITLE_INVALID_CREDENTIALS) ||
        !ent_clock_offset_measure(
            &exchange->response,
            runtime->wall_ms(runtime->context),
            round_trip_ms,
            &offset_ms) ||
        (offset_ms < ENT_CLOCK_SKEW_MS && offset_ms > -ENT_CLOCK_SKEW_MS)) {
        return false;
    }
    exchange->offset_ms = offset_ms;
    exchange->has_set_clock = true;
    return true;
}

static entitle_status
attempt(sts_exchange *exchange, entitle_credentials *out, entitle_error *error)
{
    const ent_sts_call *call = exchange->call;
    const entitle_runtime *runtime = call->request->runtime;
    int64_t sent_at_ms = runtime->monotonic_ms(runtime->context);
    const ent_sts_request request = {
        .call = call,
        .endpoint = &exchange->endpoint,
        .at_s = (runtime->wall_ms(runtime->context) + exchange->offset_ms) / 1000,
    };
    entitle_status status = ent_sts_request_send(&request, &exchange->response, error);

    if (status != ENTITLE_OK) {
        exchange->retry_class = ent_retry_classify(status, 0, NULL);
        return status;
    }
    status = judge_answer(exchange, out, error);
    if (set_clock(
            exchange, status, runtime->monotonic_ms(runtime->context) - sent_at_ms)) {
        exchange->retry_class = ENT_RETRY_TRANSIENT;
    }
    return status;
}

/* ENTITLE_OK when another attempt is due. */
static entitle_status
wait_for_retry(const sts_exchange *exchange, uint32_t number, bool *once_used)
{
    const ent_credentials_request *request = exchange->call->request;
    double fraction = 0;

    if (!ent_retry_permits(&policy, NULL, exchange->retry_class, number, once_used) ||
        !ent_random_fraction(request->runtime, &fraction)) {
        return ENTITLE_TIMEOUT;
    }
    return ent_deadline_wait(
        &request->deadline,
        ent_retry_delay_ms(&policy, exchange->retry_class, number, fraction, NULL));
}

static entitle_status
make_attempts(sts_exchange *exchange, entitle_credentials *out, entitle_error *error)
{
    const ent_sts_call *call = exchange->call;
    bool once_used = false;

    for (uint32_t number = 1;; number++) {
        entitle_status status = attempt(exchange, out, error);

        ent_log(
            call->request->runtime,
            ENTITLE_LOG_DEBUG,
            "%s, attempt %lu to %s: %s (HTTP %d%s%s)",
            call->action,
            (unsigned long)number,
            exchange->endpoint.url.host,
            entitle_status_name(status),
            (int)exchange->response.http_status,
            exchange->answer.error.code[0] != '\0' ? ", " : "",
            exchange->answer.error.code);
        if (status == ENTITLE_OK) {
            return ENTITLE_OK;
        }
        entitle_status waited = wait_for_retry(exchange, number, &once_used);
        if (waited == ENTITLE_INTERRUPTED) {
            return ent_fail(error, ENTITLE_INTERRUPTED, "interrupted");
        }
        if (waited != ENTITLE_OK) {
            return status;
        }
    }
}

entitle_status
ent_sts_call_perform(
    const ent_sts_call *call, entitle_credentials *out, entitle_error *error)
{
    const entitle_runtime *runtime = call->request->runtime;
    sts_exchange *exchange = ent_allocate(runtime, sizeof(*exchange));
    entitle_status status;

    if (exchange == NULL) {
        return ent_fail_memory(error);
    }
    exchange->call = call;
    ent_response_init(&exchange->response, runtime);
    status = ent_endpoint_resolve_sts(
        runtime,
        call->request->profiles,
        call->request->region,
        &exchange->endpoint,
        error);
    if (status == ENTITLE_OK) {
        status = make_attempts(exchange, out, error);
    }
    ent_response_clear(&exchange->response);
    ent_wipe(exchange, sizeof(*exchange));
    ent_release(runtime, exchange);
    return status;
}
