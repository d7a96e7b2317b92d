/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/json_attempt.h"

#include "aws/sigv4.h"
#include "base/error.h"

#include <stdio.h>

enum { CONNECT_TIMEOUT_MS = 3100, AUTHORIZATION_LIMIT = 2048 };

static void
add(ent_json_request *request, const char *name, const char *value)
{
    request->headers[request->header_count++] = (entitle_header){ name, value };
}

static int64_t
signing_time_s(const ent_json_service *service)
{
    const entitle_runtime *runtime = service->runtime;

    return (runtime->wall_ms(runtime->context) + service->signing_offset_ms) / 1000;
}

/* What a proxy on the way may not change: it is signed. */
static void
add_signed(const ent_json_attempt *attempt, int64_t at_s, ent_json_request *request)
{
    const ent_json_service *service = attempt->service;

    ent_url_host_header(&service->endpoint->url, request->host);
    ent_timestamp_amz(at_s, request->date);
    (void)snprintf(
        request->target,
        sizeof(request->target),
        "%s.%s",
        service->target_prefix,
        attempt->call->operation);

    add(request, "content-type", "application/x-amz-json-1.1");
    add(request, "host", request->host);
    add(request, "x-amz-date", request->date);
    if (attempt->credentials->session_token[0] != '\0') {
        add(request, "x-amz-security-token", attempt->credentials->session_token);
    }
    add(request, "x-amz-target", request->target);
}

static void
add_unsigned(const ent_json_attempt *attempt, ent_json_request *request)
{
    uint32_t limit = attempt->service->retry_policy.attempt_limit;
    int used = snprintf(
        request->sdk_request,
        sizeof(request->sdk_request),
        "attempt=%lu",
        (unsigned long)attempt->number);

    if (limit > 0) {
        (void)snprintf(
            request->sdk_request + used,
            sizeof(request->sdk_request) - (size_t)used,
            "; max=%lu",
            (unsigned long)limit);
    }
    ent_user_agent(attempt->service->runtime, request->user_agent);
    add(request, "amz-sdk-invocation-id", attempt->invocation_id);
    add(request, "amz-sdk-request", request->sdk_request);
    add(request, "user-agent", request->user_agent);
}

static bool
sign(const ent_json_attempt *attempt, int64_t at_s, ent_json_request *request)
{
    const ent_json_service *service = attempt->service;
    const ent_json_call *call = attempt->call;
    char payload_sha256[ENT_SHA256_HEX_SIZE];
    const ent_sigv4_request to_sign = {
        .method = "POST",
        .path = service->endpoint->url.path,
        .query = service->endpoint->url.query,
        .headers = request->headers,
        .header_count = request->header_count,
        .payload_sha256 = payload_sha256,
    };
    const ent_sigv4_scope scope = {
        .access_key_id = attempt->credentials->access_key_id,
        .secret_access_key = attempt->credentials->secret_access_key,
        .region = service->region,
        .service = service->signing_name,
        .at_s = at_s,
        .kept = service->signing_key,
    };

    if (!ent_sha256_hex(call->body, call->body_length, payload_sha256) ||
        !ent_sigv4_authorization(&scope, &to_sign, &request->authorization)) {
        return false;
    }
    add(request, "authorization", request->authorization.bytes);
    return true;
}

static int64_t
at_most(int64_t value, int64_t limit)
{
    return value < limit ? value : limit;
}

static void
compose(const ent_json_attempt *attempt, ent_json_request *request)
{
    const ent_json_call *call = attempt->call;
    int64_t left_ms = ent_deadline_left_ms(&call->deadline);

    request->http = (entitle_request){
        .method = "POST",
        .url = attempt->service->endpoint->text,
        .headers = request->headers,
        .header_count = request->header_count,
        .body = call->body,
        .body_length = call->body_length,
        .connect_timeout_ms = at_most(left_ms, CONNECT_TIMEOUT_MS),
        .timeout_ms = at_most(left_ms, ENT_JSON_ATTEMPT_MS),
    };
}

entitle_status
ent_json_request_prepare(
    ent_json_request *request, const ent_json_attempt *attempt, entitle_error *error)
{
    const ent_json_service *service = attempt->service;
    int64_t at_s = signing_time_s(service);

    request->header_count = 0;
    ent_buffer_init(&request->authorization, service->runtime, AUTHORIZATION_LIMIT);
    add_signed(attempt, at_s, request);
    if (!sign(attempt, at_s, request)) {
        return ent_fail_memory(error);
    }
    add_unsigned(attempt, request);
    compose(attempt, request);
    return ENTITLE_OK;
}

void
ent_json_request_clear(ent_json_request *request)
{
    /* Nothing has to have been prepared. */
    if (request->authorization.bytes != NULL) {
        ent_buffer_clear(&request->authorization);
    }
}
