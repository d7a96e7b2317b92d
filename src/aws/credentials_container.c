/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/container_endpoint.h"
#include "aws/credentials.h"
#include "aws/credentials_document.h"
#include "aws/credentials_source.h"
#include "aws/metadata_request.h"
#include "aws/service_error.h"
#include "base/error.h"
#include "base/log.h"
#include "base/runtime.h"
#include "base/timestamp.h"

enum { ATTEMPTS = 3, TIMEOUT_MS = 2000, FIRST_PAUSE_MS = 200 };

/* One fetching of credentials. */
typedef struct container_fetch {
    const ent_credentials_request *request;
    ent_container_endpoint endpoint;
    ent_buffer authorization;
    entitle_response response;
    bool may_repeat; /* after the last attempt */
} container_fetch;

static entitle_status
refuse_answer(const container_fetch *fetch, entitle_error *error)
{
    int http_status = (int)fetch->response.http_status;
    entitle_status status = http_status >= 500 || http_status == 429
                                ? ENTITLE_SERVICE_ERROR
                                : ENTITLE_CONFIGURATION;
    ent_service_error said;

    ent_service_error_read(&fetch->response, &said);
    ent_service_error_redact(&said, ent_buffer_text(&fetch->authorization));
    ent_fail(
        error,
        status,
        "the endpoint answered with HTTP status %d%s%s%s%s",
        http_status,
        said.code[0] != '\0' ? ", " : "",
        said.code,
        said.message[0] != '\0' ? ": " : "",
        said.message);
    if (status == ENTITLE_SERVICE_ERROR) {
        ent_hint(error, "try again later");
    } else if (fetch->endpoint.kind == ENTITLE_CREDENTIALS_EKS_POD_IDENTITY) {
        ent_hint(
            error, "check the pod identity association of the pod's service account");
    } else {
        ent_hint(error, "check the task role in the task definition");
    }
    return status;
}

static entitle_status
check_expiry(
    const container_fetch *fetch,
    entitle_credentials *credentials,
    entitle_error *error)
{
    char moment[ENT_TIMESTAMP_SIZE];

    if (credentials->expires_at_s > ent_now_s(fetch->request->runtime)) {
        return ENTITLE_OK;
    }
    ent_timestamp_iso(credentials->expires_at_s, moment);
    ent_credentials_wipe(credentials);
    ent_fail(
        error,
        ENTITLE_EXPIRED_CREDENTIALS,
        "the endpoint gave credentials that expired at %s",
        moment);
    ent_hint(error, "check this machine's clock, and the agent that hands them out");
    return ENTITLE_EXPIRED_CREDENTIALS;
}

/* An answer may quote what it was asked with. */
static void
hide_authorization(const container_fetch *fetch, entitle_error *error)
{
    if (error != NULL) {
        ent_redact(error->message, ent_buffer_text(&fetch->authorization));
    }
}

static entitle_status
judge_answer(container_fetch *fetch, entitle_credentials *out, entitle_error *error)
{
    int32_t http_status = fetch->response.http_status;
    entitle_status status;

    if (http_status != 200) {
        fetch->may_repeat = http_status >= 500 || http_status == 429;
        return refuse_answer(fetch, error);
    }
    status = ent_credentials_document_read(
        &fetch->response.body, fetch->endpoint.kind, out, error);
    if (status == ENTITLE_OK) {
        return check_expiry(fetch, out, error);
    }
    hide_authorization(fetch, error);
    /* Half a document may be whole the next time. */
    fetch->may_repeat = status == ENTITLE_BAD_RESPONSE;
    return status;
}

static entitle_status
attempt(container_fetch *fetch, entitle_credentials *out, entitle_error *error)
{
    ent_metadata_request get = {
        .within = fetch->request,
        .method = "GET",
        .url = fetch->endpoint.url,
        .timeout_ms = TIMEOUT_MS,
        .answer_limit = ENT_CREDENTIALS_DOCUMENT_LIMIT,
    };
    entitle_status status = ent_container_authorization_read(
        fetch->request->runtime, &fetch->authorization, error);

    fetch->may_repeat = false;
    if (status != ENTITLE_OK) {
        return status;
    }
    if (fetch->authorization.length > 0) {
        get.headers[0] =
            (entitle_header){ "authorization", fetch->authorization.bytes };
    }
    status = ent_metadata_request_send(&get, &fetch->response, error);
    if (status != ENTITLE_OK) {
        fetch->may_repeat = status != ENTITLE_INTERRUPTED;
        return status;
    }
    return judge_answer(fetch, out, error);
}

static entitle_status
make_attempts(container_fetch *fetch, entitle_credentials *out, entitle_error *error)
{
    const ent_credentials_request *request = fetch->request;

    for (int number = 1;; number++) {
        entitle_status status = attempt(fetch, out, error);

        ent_log(
            request->runtime,
            ENTITLE_LOG_DEBUG,
            "container credentials from %s, attempt %d: %s (HTTP %d)",
            fetch->endpoint.variable,
            number,
            entitle_status_name(status),
            (int)fetch->response.http_status);
        if (status == ENTITLE_OK || !fetch->may_repeat || number == ATTEMPTS) {
            return status;
        }
        switch (ent_deadline_wait(&request->deadline, FIRST_PAUSE_MS << (number - 1))) {
        case ENTITLE_OK:
            continue;
        case ENTITLE_INTERRUPTED:
            return ent_fail(error, ENTITLE_INTERRUPTED, "interrupted");
        default:
            return status;
        }
    }
}

entitle_status
ent_credentials_from_container(
    const ent_credentials_request *request,
    entitle_credentials *out,
    entitle_error *error)
{
    container_fetch fetch = { .request = request };
    entitle_status status =
        ent_container_endpoint_resolve(request->runtime, &fetch.endpoint, error);

    if (status != ENTITLE_OK) {
        return status;
    }
    ent_buffer_init(&fetch.authorization, request->runtime, 0);
    ent_response_init(&fetch.response, request->runtime);
    status = make_attempts(&fetch, out, error);
    ent_response_clear(&fetch.response);
    ent_buffer_clear(&fetch.authorization);
    return status;
}
