/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/instance_metadata.h"

#include "aws/metadata_request.h"
#include "base/error.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/runtime.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { ANSWER_LIMIT = 10000 };

#define ENDPOINT_VARIABLE "AWS_EC2_METADATA_SERVICE_ENDPOINT"
#define MODE_VARIABLE     "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"

/* AWS's tools differ about other words: what is not "false" is taken for a yes. */
static bool
is_switched_on(const char *value)
{
    return value != NULL && !ent_text_equal_ignoring_case(value, "false");
}

/* The variable, else the profile's key. */
static const char *
setting(const ent_credentials_request *request, const char *variable, const char *key)
{
    const char *value = ent_environment(request->runtime, variable);

    return value != NULL
               ? value
               : ent_profile_value(ent_profile_set_selected(request->profiles), key);
}

static entitle_status
check_base(const char *base, entitle_error *error)
{
    entitle_error cause = { .message = "" };
    ent_url url;

    if (ent_url_parse(base, &url, &cause) == ENTITLE_OK &&
        ent_url_check_allowed(&url, true, &cause) == ENTITLE_OK) {
        return ENTITLE_OK;
    }
    ent_fail(
        error,
        ENTITLE_CONFIGURATION,
        "the instance metadata endpoint in " ENDPOINT_VARIABLE " is refused: %s",
        cause.message);
    ent_hint(error, "unset " ENDPOINT_VARIABLE ", or let it be http://169.254.169.254");
    return ENTITLE_CONFIGURATION;
}

static entitle_status
base_by_mode(const char *mode, const char **out, entitle_error *error)
{
    if (mode == NULL || ent_text_equal_ignoring_case(mode, "ipv4")) {
        *out = "http://169.254.169.254";
        return ENTITLE_OK;
    }
    if (ent_text_equal_ignoring_case(mode, "ipv6")) {
        *out = "http://[fd00:ec2::254]";
        return ENTITLE_OK;
    }
    ent_fail(
        error,
        ENTITLE_CONFIGURATION,
        MODE_VARIABLE " is '%.40s', neither IPv4 nor IPv6",
        mode);
    ent_hint(error, "set " MODE_VARIABLE " to IPv4 or IPv6, or unset it");
    return ENTITLE_CONFIGURATION;
}

static entitle_status
settle_base(ent_instance_metadata *metadata, entitle_error *error)
{
    const ent_credentials_request *request = metadata->request;
    const char *base =
        setting(request, ENDPOINT_VARIABLE, "ec2_metadata_service_endpoint");
    entitle_status status = ENTITLE_OK;

    if (base == NULL) {
        status = base_by_mode(
            setting(request, MODE_VARIABLE, "ec2_metadata_service_endpoint_mode"),
            &base,
            error);
    }
    if (status == ENTITLE_OK) {
        status = check_base(base, error);
    }
    if (status != ENTITLE_OK) {
        return status;
    }
    size_t length = strlen(base);
    while (length > 0 && base[length - 1] == '/') {
        length--;
    }
    (void)snprintf(metadata->base, sizeof(metadata->base), "%.*s", (int)length, base);
    return ENTITLE_OK;
}

static entitle_status
send_to(
    const ent_instance_metadata *metadata,
    const char *method,
    const char *path,
    entitle_header header,
    entitle_response *response,
    entitle_error *error)
{
    char url[ENT_URL_LIMIT];
    const ent_metadata_request request = {
        .within = metadata->request,
        .method = method,
        .url = url,
        .headers = { header },
        .timeout_ms = ENT_INSTANCE_TIMEOUT_MS,
        .answer_limit = ANSWER_LIMIT,
    };

    if (snprintf(url, sizeof(url), "%s%s", metadata->base, path) >= (int)sizeof(url)) {
        return ent_fail(
            error, ENTITLE_CONFIGURATION, "the instance metadata endpoint is too long");
    }
    return ent_metadata_request_send(&request, response, error);
}

/* How the service took being asked for a token. */
static entitle_status
judge_token_answer(
    ent_instance_metadata *metadata,
    const entitle_response *response,
    entitle_error *error)
{
    const char *token = ent_buffer_text(&response->body);
    int http_status = (int)response->http_status;

    if (http_status == 200) {
        if (!ent_text_is_visible_ascii(token) ||
            strlen(token) != response->body.length ||
            response->body.length >= sizeof(metadata->token)) {
            return ent_fail(
                error,
                ENTITLE_BAD_RESPONSE,
                "the instance metadata service gave a token that no header can hold");
        }
        memcpy(metadata->token, token, response->body.length + 1);
        return ENTITLE_OK;
    }
    if (http_status == 400) {
        return ent_fail(
            error,
            ENTITLE_NO_CREDENTIALS,
            "the instance metadata service refuses to give a token (HTTP status 400)");
    }
    if (metadata->allows_v1) {
        return ENTITLE_OK;
    }
    ent_fail(
        error,
        ENTITLE_CONFIGURATION,
        "the instance metadata service answered HTTP status %d when asked for a token, "
        "and AWS_EC2_METADATA_V1_DISABLED forbids version 1",
        http_status);
    ent_hint(error, "let the instance offer IMDSv2, or unset the variable");
    return ENTITLE_CONFIGURATION;
}

/*
 * With a hop limit of 1 the token never reaches a container on a bridge network: the
 * connection is made, and then nothing comes.
 */
static entitle_status
judge_silence(
    const ent_instance_metadata *metadata, entitle_status status, entitle_error *error)
{
    const entitle_runtime *runtime = metadata->request->runtime;

    if (status == ENTITLE_TIMEOUT && metadata->allows_v1) {
        ent_log(
            runtime,
            ENTITLE_LOG_DEBUG,
            "instance metadata gave no token within 1 s: the instance's hop limit may "
            "be 1; trying version 1");
        return ENTITLE_OK;
    }
    if (status != ENTITLE_TIMEOUT && status != ENTITLE_UNREACHABLE) {
        return status;
    }
    return ent_fail(
        error,
        ENTITLE_NO_CREDENTIALS,
        "the instance metadata service %s",
        status == ENTITLE_TIMEOUT ? "gave no token within 1 s" : "cannot be reached");
}

static entitle_status
fetch_token(ent_instance_metadata *metadata, entitle_error *error)
{
    const entitle_header lifetime = { "x-aws-ec2-metadata-token-ttl-seconds", "21600" };
    entitle_response response;
    entitle_status status;

    ent_wipe(metadata->token, sizeof(metadata->token));
    ent_response_init(&response, metadata->request->runtime);
    status = send_to(metadata, "PUT", "/latest/api/token", lifetime, &response, error);
    if (status == ENTITLE_OK) {
        status = judge_token_answer(metadata, &response, error);
    } else {
        status = judge_silence(metadata, status, error);
    }
    ent_response_clear(&response);
    return status;
}

entitle_status
ent_instance_metadata_open(
    const ent_credentials_request *request,
    ent_instance_metadata *out,
    entitle_error *error)
{
    entitle_status status;

    *out = (ent_instance_metadata){ .request = request };
    if (is_switched_on(
            ent_environment(request->runtime, "AWS_EC2_METADATA_DISABLED"))) {
        return ent_fail(
            error, ENTITLE_NO_CREDENTIALS, "AWS_EC2_METADATA_DISABLED is set");
    }
    out->allows_v1 = !is_switched_on(
        setting(request, "AWS_EC2_METADATA_V1_DISABLED", "ec2_metadata_v1_disabled"));
    status = settle_base(out, error);
    return status == ENTITLE_OK ? fetch_token(out, error) : status;
}

void
ent_instance_metadata_close(ent_instance_metadata *metadata)
{
    ent_wipe(metadata, sizeof(*metadata));
}

static entitle_status
get_once(
    const ent_instance_metadata *metadata,
    const char *path,
    entitle_response *response,
    entitle_error *error)
{
    entitle_header token = { NULL, NULL };

    if (metadata->token[0] != '\0') {
        token = (entitle_header){ "x-aws-ec2-metadata-token", metadata->token };
    }
    return send_to(metadata, "GET", path, token, response, error);
}

entitle_status
ent_instance_metadata_get(
    ent_instance_metadata *metadata,
    const char *path,
    entitle_response *response,
    entitle_error *error)
{
    entitle_status status = get_once(metadata, path, response, error);

    if (status == ENTITLE_OK && response->http_status == 401) {
        status = fetch_token(metadata, error);
        if (status == ENTITLE_OK) {
            status = get_once(metadata, path, response, error);
        }
    }
    if (status != ENTITLE_OK || response->http_status == 200) {
        return status;
    }
    ent_fail(
        error,
        response->http_status == 404 ? ENTITLE_NO_CREDENTIALS : ENTITLE_SERVICE_ERROR,
        "the instance metadata service answered HTTP status %d to %s",
        (int)response->http_status,
        path);
    ent_hint(error, "try again later, and check the instance's metadata options");
    return response->http_status == 404 ? ENTITLE_NO_CREDENTIALS
                                        : ENTITLE_SERVICE_ERROR;
}
