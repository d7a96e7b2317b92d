/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/json_attempt.h"

#include "aws/sigv4.h"
#include "aws/user_agent.h"
#include "base/error.h"
#include "base/timestamp.h"
#include "http/transport.h"

#include <stdio.h>

enum { CONNECT_TIMEOUT_MS = 3100, HEADER_COUNT = 9, AUTHORIZATION_LIMIT = 2048 };

/* The headers of a request and the room for their values. */
typedef struct request_headers {
    entitle_header list[HEADER_COUNT];
    size_t count;
    char host[ENT_HOST_LIMIT + 8];
    char date[ENT_TIMESTAMP_SIZE];
    char target[128];
    char user_agent[ENT_USER_AGENT_SIZE];
    char sdk_request[48];
    ent_buffer authorization;
} request_headers;

static void
add(request_headers *headers, const char *name, const char *value)
{
    headers->list[headers->count++] = (entitle_header){ name, value };
}

static int64_t
signing_time_s(const ent_json_service *service)
{
    const entitle_runtime *runtime = service->runtime;

    return (runtime->wall_ms(runtime->context) + service->signing_offset_ms) / 1000;
}

/* What a proxy on the way may not change: it is signed. */
static void
add_signed(const ent_json_attempt *attempt, int64_t at_s, request_headers *headers)
{
    const ent_json_service *service = attempt->service;

    ent_url_host_header(&service->endpoint->url, headers->host);
    ent_timestamp_amz(at_s, headers->date);
    (void)snprintf(
        headers->target,
        sizeof(headers->target),
        "%s.%s",
        service->target_prefix,
        attempt->call->operation);

    add(headers, "content-type", "application/x-amz-json-1.1");
    add(headers, "host", headers->host);
    add(headers, "x-amz-date", headers->date);
    if (attempt->credentials->session_token[0] != '\0') {
        add(headers, "x-amz-security-token", attempt->credentials->session_token);
    }
    add(headers, "x-amz-target", headers->target);
}

static void
add_unsigned(const ent_json_attempt *attempt, request_headers *headers)
{
    uint32_t limit = attempt->service->retry_policy.attempt_limit;
    int used = snprintf(
        headers->sdk_request,
        sizeof(headers->sdk_request),
        "attempt=%lu",
        (unsigned long)attempt->number);

    if (limit > 0) {
        (void)snprintf(
            headers->sdk_request + used,
            sizeof(headers->sdk_request) - (size_t)used,
            "; max=%lu",
            (unsigned long)limit);
    }
    ent_user_agent(attempt->service->runtime, headers->user_agent);
    add(headers, "amz-sdk-invocation-id", attempt->invocation_id);
    add(headers, "amz-sdk-request", headers->sdk_request);
    add(headers, "user-agent", headers->user_agent);
}

static bool
sign(const ent_json_attempt *attempt, int64_t at_s, request_headers *headers)
{
    const ent_json_service *service = attempt->service;
    const ent_json_call *call = attempt->call;
    char payload_sha256[ENT_SHA256_HEX_SIZE];
    const ent_sigv4_request to_sign = {
        .method = "POST",
        .path = service->endpoint->url.path,
        .query = service->endpoint->url.query,
        .headers = headers->list,
        .header_count = headers->count,
        .payload_sha256 = payload_sha256,
    };
    const ent_sigv4_scope scope = {
        .access_key_id = attempt->credentials->access_key_id,
        .secret_access_key = attempt->credentials->secret_access_key,
        .region = service->region,
        .service = service->signing_name,
        .at_s = at_s,
    };

    if (!ent_sha256_hex(call->body, call->body_length, payload_sha256) ||
        !ent_sigv4_authorization(&scope, &to_sign, &headers->authorization)) {
        return false;
    }
    add(headers, "authorization", headers->authorization.bytes);
    return true;
}

static int64_t
at_most(int64_t value, int64_t limit)
{
    return value < limit ? value : limit;
}

entitle_status
ent_json_attempt_send(
    const ent_json_attempt *attempt, entitle_response *response, entitle_error *error)
{
    const ent_json_service *service = attempt->service;
    int64_t left_ms = ent_deadline_left_ms(&attempt->call->deadline);
    int64_t at_s = signing_time_s(service);
    request_headers headers = { .count = 0 };
    entitle_status status;

    ent_buffer_init(&headers.authorization, service->runtime, AUTHORIZATION_LIMIT);
    add_signed(attempt, at_s, &headers);
    if (sign(attempt, at_s, &headers)) {
        add_unsigned(attempt, &headers);
        const entitle_request request = {
            .method = "POST",
            .url = service->endpoint->text,
            .headers = headers.list,
            .header_count = headers.count,
            .body = attempt->call->body,
            .body_length = attempt->call->body_length,
            .connect_timeout_ms = at_most(left_ms, CONNECT_TIMEOUT_MS),
            .timeout_ms = at_most(left_ms, ENT_JSON_ATTEMPT_MS),
        };
        status = ent_transport_perform(service->transport, &request, response, error);
    } else {
        status = ent_fail_memory(error);
    }
    ent_buffer_clear(&headers.authorization);
    return status;
}
