/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/metadata_request.h"

#include "aws/user_agent.h"
#include "base/error.h"
#include "http/transport.h"

enum { OWN_HEADERS = 3 };

static entitle_status
check_length(
    const ent_metadata_request *request,
    const entitle_response *response,
    entitle_error *error)
{
    if (response->body.length <= request->answer_limit) {
        return ENTITLE_OK;
    }
    return ent_fail(
        error,
        ENTITLE_BAD_RESPONSE,
        "the answer is longer than %zu bytes",
        request->answer_limit);
}

entitle_status
ent_metadata_request_send(
    const ent_metadata_request *request,
    entitle_response *response,
    entitle_error *error)
{
    const ent_credentials_request *within = request->within;
    int64_t left_ms = ent_deadline_left_ms(&within->deadline);
    int64_t timeout_ms = left_ms < request->timeout_ms ? left_ms : request->timeout_ms;
    char user_agent[ENT_USER_AGENT_SIZE];
    entitle_header headers[OWN_HEADERS + ENT_METADATA_HEADER_LIMIT] = {
        { "accept", "application/json" },
        { "accept-encoding", "identity" },
        { "user-agent", user_agent },
    };
    entitle_request get = {
        .method = request->method,
        .url = request->url,
        .headers = headers,
        .header_count = OWN_HEADERS,
        .connect_timeout_ms = timeout_ms,
        .timeout_ms = timeout_ms,
        .direct = true,
    };
    entitle_status status;

    /* A limit of 0 would mean none. */
    if (timeout_ms <= 0) {
        return ent_fail(error, ENTITLE_TIMEOUT, "the deadline passed");
    }
    ent_user_agent(within->runtime, user_agent);
    for (size_t i = 0; i < ENT_METADATA_HEADER_LIMIT; i++) {
        if (request->headers[i].name != NULL) {
            headers[get.header_count++] = request->headers[i];
        }
    }
    status = ent_transport_perform(within->transport, &get, response, error);
    return status == ENTITLE_OK ? check_length(request, response, error) : status;
}
