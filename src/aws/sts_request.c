/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/sts_request.h"

#include "aws/sigv4.h"
#include "aws/user_agent.h"
#include "base/error.h"
#include "base/timestamp.h"
#include "http/transport.h"

enum {
    CONNECT_TIMEOUT_MS = 3100,
    TIMEOUT_MS = 10000,
    HEADER_COUNT = 6,
    AUTHORIZATION_LIMIT = 2048
};

/* The headers of a request and the room for their values. */
typedef struct request_headers {
    entitle_header list[HEADER_COUNT];
    size_t count;
    char host[ENT_HOST_LIMIT + 8];
    char date[ENT_TIMESTAMP_SIZE];
    char user_agent[ENT_USER_AGENT_SIZE];
    ent_buffer authorization;
} request_headers;

static void
add(request_headers *headers, const char *name, const char *value)
{
    headers->list[headers->count++] = (entitle_header){ name, value };
}

static bool
sign(const ent_sts_request *request, request_headers *headers)
{
    const ent_sts_call *call = request->call;
    const entitle_credentials *signer = call->signer;
    char payload_sha256[ENT_SHA256_HEX_SIZE];
    const ent_sigv4_request to_sign = {
        .method = "POST",
        .path = request->endpoint->url.path,
        .query = request->endpoint->url.query,
        .headers = headers->list,
        .payload_sha256 = payload_sha256,
    };
    const ent_sigv4_scope scope = {
        .access_key_id = signer->access_key_id,
        .secret_access_key = signer->secret_access_key,
        .region = request->endpoint->signing_region,
        .service = "sts",
        .at_s = request->at_s,
    };

    ent_timestamp_amz(request->at_s, headers->date);
    add(headers, "x-amz-date", headers->date);
    if (signer->session_token[0] != '\0') {
        add(headers, "x-amz-security-token", signer->session_token);
    }
    ent_sigv4_request complete = to_sign;
    complete.header_count = headers->count;
    if (!ent_sha256_hex(call->form->bytes, call->form->length, payload_sha256) ||
        !ent_sigv4_authorization(&scope, &complete, &headers->authorization)) {
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

static entitle_status
send_with(
    const ent_sts_request *request,
    const request_headers *headers,
    entitle_response *response,
    entitle_error *error)
{
    const ent_sts_call *call = request->call;
    int64_t left_ms = ent_deadline_left_ms(&call->request->deadline);
    const entitle_request post = {
        .method = "POST",
        .url = request->endpoint->text,
        .headers = headers->list,
        .header_count = headers->count,
        .body = call->form->bytes,
        .body_length = call->form->length,
        .connect_timeout_ms = at_most(left_ms, CONNECT_TIMEOUT_MS),
        .timeout_ms = at_most(left_ms, TIMEOUT_MS),
    };

    /* A limit of 0 would mean none. */
    if (left_ms == 0) {
        ent_fail(
            error,
            ENTITLE_TIMEOUT,
            "the deadline passed before %s was sent",
            call->action);
        ent_hint(error, "allow more time");
        return ENTITLE_TIMEOUT;
    }
    return ent_transport_perform(call->request->transport, &post, response, error);
}

entitle_status
ent_sts_request_send(
    const ent_sts_request *request, entitle_response *response, entitle_error *error)
{
    const entitle_runtime *runtime = request->call->request->runtime;
    request_headers headers = { .count = 0 };
    entitle_status status;

    ent_buffer_init(&headers.authorization, runtime, AUTHORIZATION_LIMIT);
    ent_url_host_header(&request->endpoint->url, headers.host);
    add(&headers, "content-type", "application/x-www-form-urlencoded; charset=utf-8");
    add(&headers, "host", headers.host);
    if (request->call->signer != NULL && !sign(request, &headers)) {
        status = ent_fail_memory(error);
    } else {
        ent_user_agent(runtime, headers.user_agent);
        add(&headers, "user-agent", headers.user_agent);
        status = send_with(request, &headers, response, error);
    }
    ent_buffer_clear(&headers.authorization);
    return status;
}
