/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/container_endpoint.h"

#include "aws/credentials_source.h"
#include "base/error.h"
#include "base/file.h"
#include "base/runtime.h"

#include <stdio.h>

enum { TOKEN_LIMIT = 16384 };

#define RELATIVE_URI "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
#define FULL_URI     "AWS_CONTAINER_CREDENTIALS_FULL_URI"
#define TOKEN_FILE   "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"
#define TOKEN        "AWS_CONTAINER_AUTHORIZATION_TOKEN"

bool
ent_container_is_configured(const entitle_runtime *runtime)
{
    return ent_environment(runtime, RELATIVE_URI) != NULL ||
           ent_environment(runtime, FULL_URI) != NULL;
}

static entitle_status
refuse(const ent_container_endpoint *endpoint, const char *cause, entitle_error *error)
{
    ent_fail(
        error,
        ENTITLE_CONFIGURATION,
        "the endpoint in %s is refused: %s",
        endpoint->variable,
        cause);
    ent_hint(
        error,
        "leave %s as Amazon ECS or EKS set it; plain http is for this machine and "
        "169.254.170.2, 169.254.170.23 and fd00:ec2::23 only",
        endpoint->variable);
    return ENTITLE_CONFIGURATION;
}

/* The addresses of the EKS Pod Identity agent; everything else is taken for ECS. */
static bool
is_pod_identity(const ent_url *url)
{
    return ent_url_is_address(url, "169.254.170.23") ||
           ent_url_is_address(url, "fd00:ec2::23");
}

/* Instance metadata has addresses that are allowed elsewhere, but not here. */
static bool
is_instance_metadata(const ent_url *url)
{
    return ent_url_is_address(url, "169.254.169.254") ||
           ent_url_is_address(url, "fd00:ec2::254");
}

static entitle_status
check_url(ent_container_endpoint *endpoint, entitle_error *error)
{
    entitle_error cause = { .message = "" };
    ent_url url;

    if (ent_url_parse(endpoint->url, &url, &cause) != ENTITLE_OK ||
        ent_url_check_allowed(&url, true, &cause) != ENTITLE_OK) {
        return refuse(endpoint, cause.message, error);
    }
    if (!url.is_https && is_instance_metadata(&url)) {
        return refuse(endpoint, "that is the instance's metadata service", error);
    }
    endpoint->kind = is_pod_identity(&url) ? ENTITLE_CREDENTIALS_EKS_POD_IDENTITY
                                           : ENTITLE_CREDENTIALS_ECS_TASK_ROLE;
    return ENTITLE_OK;
}

entitle_status
ent_container_endpoint_resolve(
    const entitle_runtime *runtime, ent_container_endpoint *out, entitle_error *error)
{
    const char *relative = ent_environment(runtime, RELATIVE_URI);
    const char *full = ent_environment(runtime, FULL_URI);
    const char *host = relative != NULL ? "http://169.254.170.2" : "";
    const char *value = relative != NULL ? relative : full;

    *out = (ent_container_endpoint){
        .variable = relative != NULL ? RELATIVE_URI : FULL_URI,
    };
    if (value == NULL) {
        return ent_fail(
            error,
            ENTITLE_NO_CREDENTIALS,
            "neither %s nor %s is set",
            RELATIVE_URI,
            FULL_URI);
    }
    /* Otherwise the value could say another host: "@evil.example/". */
    if (relative != NULL && relative[0] != '/') {
        return refuse(out, "it does not begin with '/'", error);
    }
    if (snprintf(out->url, sizeof(out->url), "%s%s", host, value) >=
        (int)sizeof(out->url)) {
        return refuse(out, "it is too long", error);
    }
    return check_url(out, error);
}

static entitle_status
check_token(const ent_buffer *token, const char *variable, entitle_error *error)
{
    if (token->failed) {
        return ent_fail_memory(error);
    }
    for (size_t i = 0; i < token->length; i++) {
        unsigned char c = (unsigned char)token->bytes[i];
        if (c < 0x20 || c >= 0x7f) {
            ent_fail(
                error,
                ENTITLE_INVALID_CREDENTIALS,
                "the authorization token from %s holds a line break or another byte "
                "that no header can have",
                variable);
            ent_hint(error, "write the token without a line break at its end");
            return ENTITLE_INVALID_CREDENTIALS;
        }
    }
    return ENTITLE_OK;
}

entitle_status
ent_container_authorization_read(
    const entitle_runtime *runtime, ent_buffer *out, entitle_error *error)
{
    const char *path = ent_environment(runtime, TOKEN_FILE);
    const char *token = ent_environment(runtime, TOKEN);
    entitle_error cause = { .message = "" };
    entitle_status status;

    ent_buffer_clear(out);
    out->limit = TOKEN_LIMIT;
    if (path == NULL) {
        ent_buffer_append_text(out, token != NULL ? token : "");
        return check_token(out, TOKEN, error);
    }
    status = ent_file_read(path, out, &cause);
    if (status == ENTITLE_OUT_OF_MEMORY) {
        return ent_fail_memory(error);
    }
    if (status != ENTITLE_OK) {
        ent_fail(
            error,
            ENTITLE_CONFIGURATION,
            "the authorization token cannot be had: %s",
            cause.message);
        ent_hint(error, "let this user read the file that %s names", TOKEN_FILE);
        return ENTITLE_CONFIGURATION;
    }
    return check_token(out, TOKEN_FILE, error);
}
